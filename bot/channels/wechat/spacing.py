"""Keeps what one contact is told apart in time, so that nothing overtakes what was said before."""

import asyncio
import time
from collections.abc import Awaitable, Callable

SECONDS = 0.3
"""Between two messages to one contact: what comes closer together may be shown the other way."""


class Spacing:
    """When each contact was last told something. Time is monotonic seconds."""

    def __init__(
        self,
        sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
        now: Callable[[], float] = time.monotonic,
    ) -> None:
        self._sleep = sleep
        self._now = now
        self._told: dict[str, float] = {}

    async def turn(self, address: str) -> None:
        """Wait until a contact may be told more."""
        wait = self._told.get(address, 0.0) + SECONDS - self._now()
        if wait > 0:
            await self._sleep(wait)

    def told(self, address: str) -> None:
        """A contact was told something just now."""
        self._told.pop(address, None)  # to the end: those told longest ago stand first
        self._told[address] = self._now()
        while self._is_over(first := next(iter(self._told))):
            del self._told[first]

    def _is_over(self, address: str) -> bool:
        return self._told[address] + SECONDS <= self._now()

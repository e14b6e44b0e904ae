"""Keeps the access token: fetched once for all who ask, and again only when it has to be."""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

MARGIN = timedelta(minutes=5)
"""Before a token ends the platform gives out the next one; both hold for this long."""
SHORTEST = timedelta(seconds=30)
"""How long any token is kept, so that one about to end is not asked for with every call."""
ONCE = timedelta(minutes=1)
"""How long it is believed that the token it has just given again is the refused one."""


@dataclass(frozen=True, slots=True)
class Token:
    """An access token and how long it holds."""

    value: str = ""
    lasts: timedelta = timedelta(0)


class Tokens:
    """One account's access token in this process.

    Several processes need no common lock: the platform gives all of them the same token.
    """

    def __init__(self, fetch: Callable[[], Awaitable[Token]], now: Callable[[], datetime]) -> None:
        self._fetch = fetch
        self._now = now
        self._value = ""
        self._until = now()
        self._refused = ("", now())
        self._flight: asyncio.Task[str] | None = None

    async def current(self) -> str:
        """The token; whoever asks while it is being fetched waits for that one fetch."""
        if self._value and self._now() < self._until:
            return self._value
        if self._flight is None:
            self._flight = asyncio.create_task(self._renew())
            self._flight.add_done_callback(self._landed)
        return await asyncio.shield(self._flight)  # one who gives up does not take it from others

    def refuse(self, value: str) -> bool:
        """The platform refused a token: whether another attempt with `current` makes sense.

        It makes none where the platform has just given the same token again.
        """
        if value != self._value:
            return True  # another call has renewed it meanwhile
        known, at = self._refused
        if known == value and self._now() < at + ONCE:
            return False
        self._refused = (value, self._now())
        self._value = ""
        return True

    async def finish(self) -> None:
        """Let a fetch under way end."""
        if self._flight is not None:
            await asyncio.wait((self._flight,))

    async def _renew(self) -> str:
        token = await self._fetch()
        self._value = token.value
        self._until = self._now() + max(token.lasts - MARGIN, SHORTEST)
        return token.value

    def _landed(self, flight: asyncio.Task[str]) -> None:
        self._flight = None
        if not flight.cancelled():
            flight.exception()  # told to those who waited; without any, to nobody

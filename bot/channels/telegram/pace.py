"""Keeps to the pace a platform allows, over all chats and in one of them."""

import asyncio
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import timedelta

from bot.channels.channel import SendError

LONGEST_WAIT = 10.0
"""Seconds a message waits here for its turn; past this its claim would run out meanwhile."""
REMEMBERED = 4096
"""Chats kept in mind before those that are free again are forgotten."""


@dataclass(frozen=True, slots=True)
class Limits:
    """Messages a second that Telegram lets through, as its FAQ on bots puts them.

    Thirty to all chats, unless more is paid for, and one to a chat, where "short bursts" pass.
    https://core.telegram.org/bots/faq#my-bot-is-hitting-limits-how-do-i-avoid-this
    """

    overall: float = 30.0
    in_a_chat: float = 1.0
    burst: int = 3


class Pace:
    """Gives each message its moment. Time is monotonic seconds."""

    def __init__(
        self,
        limits: Limits,
        now: Callable[[], float] = time.monotonic,
        sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
    ) -> None:
        self._between = 1 / limits.overall
        self._between_in_chat = 1 / limits.in_a_chat
        self._ahead = (limits.burst - 1) * self._between_in_chat
        self._now = now
        self._sleep = sleep
        self._next = 0.0
        self._chats: dict[str, float] = {}
        self._silent_until = 0.0

    async def turn(self, chat: str, patience: float = LONGEST_WAIT) -> None:
        """Wait for a chat's turn; `SendError` says when to come back where that is too long."""
        waited = self._reserve_in(chat, patience)
        await self._wait(waited)
        # Its place among all is taken only now: who waits in one chat keeps no other waiting.
        await self._wait(self._reserve(patience - waited))

    async def hush(self, patience: float = LONGEST_WAIT) -> None:
        """Wait until a silence is over: enough for a call that shows nothing in a chat."""
        await self._wait(_bearable(self._silent_until - self._now(), patience))

    def silence(self, seconds: float) -> None:
        """Telegram wants to hear nothing from this bot for a while, in any chat."""
        self._silent_until = max(self._silent_until, self._now() + seconds)

    async def _wait(self, seconds: float) -> None:
        if seconds > 0:
            await self._sleep(seconds)

    def _reserve_in(self, chat: str, patience: float) -> float:
        """Seconds until the chat may have another message, which is counted from then on."""
        now = self._now()
        full_at = self._chats.get(chat, 0.0)
        at = max(now, full_at - self._ahead)
        wait = _bearable(at - now, patience)
        if len(self._chats) >= REMEMBERED:
            self._chats = {name: end for name, end in self._chats.items() if end > now}
        self._chats[chat] = max(full_at, at) + self._between_in_chat
        return wait

    def _reserve(self, patience: float) -> float:
        """Seconds until a message may go out at all, which is counted from then on."""
        now = self._now()
        at = max(now, self._next, self._silent_until)
        wait = _bearable(at - now, patience)
        self._next = at + self._between
        return wait


def _bearable(wait: float, patience: float) -> float:
    """A wait, where it is not too long."""
    if wait > patience:
        raise SendError("kept back for the pace", retry_after=timedelta(seconds=wait))
    return wait

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

    async def turn(self, chat: str) -> None:
        """Wait for a chat's turn; `SendError` says when to come back where that is too long."""
        wait = self._reserve(chat)
        if wait > 0:
            await self._sleep(wait)

    def silence(self, seconds: float) -> None:
        """Telegram wants to hear nothing from this bot for a while, in any chat."""
        self._silent_until = max(self._silent_until, self._now() + seconds)

    @property
    def silent_for(self) -> float:
        """Seconds of silence that are left."""
        return max(0.0, self._silent_until - self._now())

    def _reserve(self, chat: str) -> float:
        """Seconds until the chat's turn, which is taken from then on."""
        now = self._now()
        full_at = self._chats.get(chat, 0.0)
        at = max(now, self._next, full_at - self._ahead, self._silent_until)
        if at - now > LONGEST_WAIT:
            raise SendError("kept back for the pace", retry_after=timedelta(seconds=at - now))
        if len(self._chats) >= REMEMBERED:
            self._chats = {name: end for name, end in self._chats.items() if end > now}
        self._next = at + self._between
        self._chats[chat] = max(full_at, at) + self._between_in_chat
        return at - now

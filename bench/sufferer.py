"""Somebody who talks to a bot that is killed meanwhile, and keeps count of what became of them."""

import asyncio
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field

from bench.city import City, Person
from bench.questions import DONE, LOST, START, answer, is_right, place

PATIENCE = 10.0
"""Seconds until somebody whose words were accepted takes it that no answer will come."""
LINGERS = 2.0
"""Seconds in which a question that was asked already may still be followed by the next one."""
LOOKS_UP = 0.5
"""Seconds until somebody who waits asks again whether the bot is back."""
TRIES = 4
"""How often somebody says the same before giving up."""

Pause = Callable[[], Awaitable[None]]


@dataclass(slots=True)
class Fate:
    """What became of one conversation. Questions that came twice are no harm, and counted apart."""

    lost: bool = False
    torn: bool = False
    twice: bool = False
    unanswered: int = 0
    repeated: int = 0
    turns: int = 0
    longest: float = 0.0


@dataclass(slots=True)
class Sufferer:
    """One person; `pause` passes before each answer, `back_at` says when the bot was back."""

    city: City
    person: Person
    pause: Pause
    back_at: Callable[[], float]
    fate: Fate = field(default_factory=Fate)
    _last: str = ""

    async def talk(self) -> None:
        """Answer every question, and start again where the bot knows nothing any more."""
        number, tries = 0, 0
        while number < DONE and tries < TRIES:
            if number:
                await self.pause()
            began = time.monotonic()
            await self.city.say(self.person, self._words(number))
            came = await self._next(number)
            self.fate.longest = max(self.fate.longest, time.monotonic() - began)
            if came is None:
                self.fate.unanswered += 1
                tries += 1
                continue
            self._judge(number, came, was_said_again=tries > 0)
            number, tries = max(came, 0), 0
        self._look_back(is_done=number == DONE)

    def _words(self, number: int) -> str:
        return answer(number, self.person.id) if number else START

    async def _next(self, number: int) -> int | None:
        """The question that follows: the next one, or the last that was asked if none comes."""
        until, seen = PATIENCE, None
        since = time.monotonic()
        while True:
            end = max(since, self.back_at()) + until
            heard = await self._heard(min(end, time.monotonic() + LOOKS_UP))
            if heard is None and time.monotonic() >= max(since, self.back_at()) + until:
                return seen
            if heard is None:
                continue
            if heard == LOST or heard > number:
                self.fate.repeated += seen is not None and heard > number
                return heard
            # Asked before: said again since, or a rest of the time before the bot was killed.
            seen, until, since = heard, LINGERS, time.monotonic()

    async def _heard(self, end: float) -> int | None:
        try:
            async with asyncio.timeout(max(0.0, end - time.monotonic())):
                while True:
                    said = await self.person.heard.get()
                    at = place(said)
                    if at is not None:
                        self._last = said
                        return at
        except TimeoutError:
            return None

    def _judge(self, number: int, came: int, *, was_said_again: bool) -> None:
        self.fate.turns += 1
        if came == LOST:
            self.fate.lost = True
        elif came <= number:
            self.fate.torn = True
        elif came > number + 1 and not was_said_again:
            self.fate.twice = True

    def _look_back(self, *, is_done: bool) -> None:
        """In the end the bot says what it was told: it has to be that."""
        harmed = self.fate.lost or self.fate.twice or self.fate.unanswered
        if not is_done:
            self.fate.lost = True
        elif not harmed and not is_right(self._last, self.person.id):
            self.fate.torn = True

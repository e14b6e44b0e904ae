"""The rush: many applicants at the web chat for few rooms, and a clerk at the console."""

import asyncio
import random
import re
import uuid
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import aiohttp

from tests.crash.keeper import Program
from tests.runner.lodge import make_home
from tests.web.papers import photo
from tests.web.server import Entry, form, taps_of

ROOM = '          - {{flat: room_{n}, number: "{n}", floor: {floor}, available_from: "2026-12-01"}}'
SUBMITTED = re.compile(r"We have your request (A-\w+)")
DEPOSIT = re.compile(r"Please pay .* for (D-\w+)")
PLACE = re.compile(r"You are number (\d+) on the list")
WHICH, HELD, NONE_FREE = "Which room would you like?", "We hold", "All rooms are taken"
OFFERED = "is free. Please choose by"
SHOWN = 3
"""So many of the newest entries an applicant looks at."""
WAIT = 2
"""Seconds an applicant's page waits for news in one request."""
PATIENCE = 60
"""Seconds after which an applicant who was not told of something has been forgotten."""
FACE = photo("an applicant")


def make_lodge(folder: Path, rooms: int) -> Path:
    """The Lodge with so many rooms."""
    home = make_home(folder)
    stock = home / "content" / "stock" / "rooms.yaml"
    kept = [line for line in stock.read_text().splitlines() if "{flat:" not in line]
    some = [ROOM.format(n=n, floor=n // 10 + 1) for n in range(1, rooms + 1)]
    stock.write_text("\n".join([*kept, *some]) + "\n")
    return home


class Killer:
    """Kills the program just after so many requests were answered, once in each of its lives."""

    def __init__(self, program: Program, seed: int) -> None:
        self.answers = 0
        self.kills = 0
        self._program = program
        self._chance = random.Random(seed)
        self._moments: list[int] = []

    def aims(self, kills: int, among: int) -> None:
        """So many kills from now on: one somewhere in each equal part of so many answers."""
        part = among // kills
        self._moments += [
            self.answers + number * part + self._chance.randint(1, part) for number in range(kills)
        ]

    def answered(self) -> None:
        """Count an answer."""
        self.answers += 1
        is_due = bool(self._moments) and self.answers >= self._moments[0]
        if is_due and self._program.lives > self.kills:
            self._moments.pop(0)
            self.kills += 1
            self._program.kill()


@dataclass(slots=True)
class Applicant:
    """One person at the web chat, who repeats under the same id what was not answered."""

    program: Program
    killer: Killer
    session: aiohttp.ClientSession
    chance: random.Random
    entries: list[Entry] = field(default_factory=list)
    cursor: int = -1
    reference: str = ""
    place: int = 0
    joining: tuple[int, int] = (0, 0)
    """How many requests of all were answered when this one asked for the place, and had it."""

    async def applies(self) -> None:
        """From the first question to the submitted case."""
        await self._gets("/chat")
        await self._posts(start="lodge", language="en")
        await self._posts(text="2")
        await self._posts(text="Ana Núñez")
        await self._sends()
        await self.taps("Send my request")
        self.reference = self.said(SUBMITTED)

    async def chooses(self) -> bool:
        """Choose rooms until one is held, or join the waiting list; whether one is held."""
        await self.reads(WHICH, NONE_FREE)
        while not self.has_read(HELD):
            if self.has_read(NONE_FREE):
                await self._joins()
                return False
            cards = [token for token, _ in self._cards()]
            await self._posts(tap=self.chance.choice(cards), label="a room")
        return True

    async def _joins(self) -> None:
        began = self.killer.answers
        await self.taps("Yes, please")
        self.joining = began, self.killer.answers
        self.place = int(self.said(PLACE))

    async def takes_up(self) -> None:
        """Take the room that is offered."""
        await self.reads(OFFERED)
        assert await self.chooses()

    async def declines(self) -> None:
        """Leave the room that is offered to the next."""
        await self.reads(OFFERED)
        await self.taps("None of them")

    async def pays(self) -> None:
        """Send the receipt."""
        await self._sends()

    async def gives_up(self) -> None:
        """Withdraw: the room is free again."""
        await self._posts(text="cancel")
        await self._posts(text="1")

    async def reads(self, *words: str) -> None:
        """Wait until the newest things said hold some of these words."""
        async with asyncio.timeout(PATIENCE):
            while not self.has_read(*words):
                await self._gets(f"/chat/entries?after={self.cursor}&wait={WAIT}", hears=True)

    def has_read(self, *words: str) -> bool:
        """Whether one of the newest things said holds some of these words."""
        newest = [entry["text"] for entry in self.entries[-SHOWN:]]
        return any(one in text for one in words for text in newest)

    def said(self, what: re.Pattern[str]) -> str:
        """The newest thing said that fits: its first group."""
        for entry in reversed(self.entries):
            if found := what.search(entry["text"]):
                return found[1]
        raise LookupError(what.pattern)

    async def taps(self, label: str) -> None:
        """Tap the newest button of a label."""
        shown = [pair for entry in reversed(self.entries) for pair in taps_of(entry)]
        token = next(token for name, token in shown if name == label)
        await self._posts(tap=token, label=label)

    def _cards(self) -> list[tuple[str, str]]:
        newest = next(entry for entry in reversed(self.entries) if entry.get("cards"))
        return [(card["button"]["tap"], card["title"]) for card in newest["cards"]]

    async def _posts(self, **saying: str) -> None:
        body = {"id": str(uuid.uuid4()), "after": self.cursor, **saying}
        await self._asks("POST", "/chat/say", json=body)

    async def _sends(self) -> None:
        path = f"/chat/upload?id={uuid.uuid4()}&after={self.cursor}"
        await self._asks("POST", path, data=lambda: form(FACE))

    async def _gets(self, path: str, *, hears: bool = False) -> None:
        await self._asks("GET", path, hears=hears)

    async def _asks(
        self, method: str, path: str, *, hears: bool = True, data: Any = None, json: Any = None
    ) -> None:
        async def post(base: str) -> bool:
            body = data() if data else None
            try:
                url = f"{base}{path}"
                async with self.session.request(method, url, data=body, json=json) as answer:
                    assert answer.status == 200, await answer.text()
                    reply = await answer.json() if hears else {}
            except (aiohttp.ClientError, ConnectionError):
                return False
            self.cursor = max(self.cursor, reply.get("cursor", self.cursor))
            self.entries += reply.get("entries", ())
            return True

        await self.program.takes(post)
        self.killer.answered()


@asynccontextmanager
async def crowd(
    program: Program, killer: Killer, count: int, seed: int
) -> AsyncIterator[list[Applicant]]:
    """So many applicants, each with a browser."""
    timeout = aiohttp.ClientTimeout(total=60)
    sessions = [
        aiohttp.ClientSession(cookie_jar=aiohttp.CookieJar(unsafe=True), timeout=timeout)
        for _ in range(count)
    ]
    try:
        yield [
            Applicant(program, killer, session, random.Random(seed * count + n))
            for n, session in enumerate(sessions)
        ]
    finally:
        await asyncio.gather(*(session.close() for session in sessions))

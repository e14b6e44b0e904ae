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
WAIT = 2
"""Seconds an applicant's page waits for news in one request."""
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
    """Kills the program just after so many requests were answered."""

    def __init__(self, program: Program, moments: set[int]) -> None:
        self._program = program
        self._moments = moments
        self._answers = 0

    def answered(self) -> None:
        """Count an answer."""
        self._answers += 1
        if self._answers in self._moments:
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

    async def applies(self) -> str:
        """From the first question to the submitted case; its reference."""
        await self._gets("/chat")
        await self._posts(start="lodge", language="en")
        await self._posts(text="2")
        await self._posts(text="Ana Núñez")
        await self._sends()
        await self.taps("Send my request")
        return self.said(SUBMITTED)

    async def chooses(self) -> str:
        """Choose rooms until one is held; `held`, or the place on the waiting list."""
        await self.reads("Which room would you like?")
        while True:
            cards = [token for token, _ in self._cards()]
            await self._posts(tap=self.chance.choice(cards), label="a room")
            said = [entry["text"] for entry in self.entries[-4:]]
            if any("We hold" in text for text in said):
                return "held"
            if any("All rooms are taken" in text for text in said):
                await self.taps("Yes, please")
                return self.said(PLACE)

    async def pays(self) -> None:
        """Send the receipt."""
        await self._sends()

    async def gives_up(self) -> None:
        """Withdraw: the room is free again."""
        await self._posts(text="cancel")
        await self._posts(text="1")

    async def reads(self, words: str) -> None:
        """Wait until the newest thing said holds these words."""
        while not any(words in entry["text"] for entry in self.entries[-3:]):
            await self._gets(f"/chat/entries?after={self.cursor}&wait={WAIT}", hears=True)

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

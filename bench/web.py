"""Ten questions in the web chat, 200 people at once."""

import asyncio
import tempfile
import time
import uuid
from pathlib import Path

import msgspec
from aiohttp import ClientSession, CookieJar, TCPConnector

from bench.bots import ours
from bench.meter import head, measured, row
from bench.questions import FLOW, STEPS, answer, is_right, place
from bench.telegram import PEOPLE, WARM_UP, Wrong


class Guest:
    """Somebody at the page, with cookies of their own."""

    def __init__(self, base: str, id: int) -> None:
        self.id = id
        self._base = base
        self._after = -1
        self._session = ClientSession(
            connector=TCPConnector(limit=1), cookie_jar=CookieJar(unsafe=True)
        )

    async def begin(self) -> None:
        """Open the page, which then starts the flow."""
        async with self._session.get(f"{self._base}/chat/entries?after=-1") as page:
            page.raise_for_status()
            self._after = int(msgspec.json.decode(await page.read())["cursor"])
        self._read(await self._say(start=FLOW, language="en"), 1)

    async def answer_all(self, times: list[float]) -> None:
        """Answer one question after the other as fast as they come."""
        said = b""
        for number in range(1, STEPS + 1):
            started = time.perf_counter()
            said = await self._say(text=answer(number, self.id))
            times.append(time.perf_counter() - started)
            self._read(said, number + 1)
        if not is_right(said.decode(), self.id):
            raise Wrong(said.decode())

    async def leave(self) -> None:
        """Close the page."""
        await self._session.close()

    async def _say(self, **said: str) -> bytes:
        body = {"id": uuid.uuid4().hex, "after": self._after, **said}
        async with self._session.post(self._base + "/chat/say", json=body) as given:
            given.raise_for_status()
            return await given.read()

    def _read(self, said: bytes, number: int) -> None:
        """What the page reads: how far it is now, and which question is asked."""
        self._after = int(msgspec.json.decode(said)["cursor"])
        found = {place(entry) for entry in _texts(said)}
        if number not in found:
            raise Wrong(said.decode())


def _texts(said: bytes) -> list[str]:
    return [str(entry.get("text", "")) for entry in msgspec.json.decode(said)["entries"]]


async def play() -> None:
    """Print one line."""
    with tempfile.TemporaryDirectory() as folder:
        bot = ours(Path(folder))
        child = await asyncio.to_thread(bot.start)
        try:
            await _talk(await _come(child.base, WARM_UP), [])
            guests = await _come(child.base, PEOPLE)
            head(f"{STEPS} questions, {PEOPLE} at once")
            row("web chat", await measured(child, lambda times: _talk(guests, times)))
        finally:
            await asyncio.to_thread(child.stop)


async def _come(base: str, count: int) -> list[Guest]:
    guests = [Guest(base, 1001 + n) for n in range(count)]
    await asyncio.gather(*(guest.begin() for guest in guests))
    return guests


async def _talk(guests: list[Guest], times: list[float]) -> None:
    await asyncio.gather(*(guest.answer_all(times) for guest in guests))
    await asyncio.gather(*(guest.leave() for guest in guests))

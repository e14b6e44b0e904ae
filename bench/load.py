"""Plays many contacts at once over HTTP and reads the server's CPU time before and after."""

import asyncio
import time
import uuid
from collections.abc import Awaitable, Callable, Iterator
from dataclasses import dataclass
from statistics import median, quantiles

from aiohttp import ClientSession, CookieJar, TCPConnector

SCRIPT = ("English", "1", "2", "melbourne university", "Architecture", "2026-09-01", "1", "2", "2")
"""What each contact says: language, menu, and the first questions of the apartment flow."""
IN_FLIGHT = 64
"""Contacts playing at once."""


@dataclass(frozen=True, slots=True)
class Figures:
    """What a run came to: CPU microseconds a turn, turns a second, milliseconds at p50 and p99."""

    cpu: float
    rate: float
    p50: float
    p99: float


Say = Callable[[ClientSession, str, str], Awaitable[None]]


async def play(base: str, contacts: int, say: Say) -> Figures:
    """Let that many contacts play the script, 64 at a time."""
    waiting = iter(range(contacts))
    times: list[float] = []
    async with ClientSession(connector=TCPConnector(limit=4)) as meter:
        before, started = await _cpu(meter, base), time.perf_counter()
        await asyncio.gather(*(_worker(waiting, say, times) for _ in range(IN_FLIGHT)))
        wall = time.perf_counter() - started
        await asyncio.sleep(1.0)  # what is still being sent belongs to the turns
        after = await _cpu(meter, base)
    turns = len(times)
    return Figures(
        cpu=(after - before) / turns * 1e6,
        rate=turns / wall,
        p50=median(times) * 1e3,
        p99=quantiles(times, n=100)[98] * 1e3,
    )


async def _cpu(session: ClientSession, base: str) -> float:
    async with session.get(base + "/cpu") as answer:
        return float((await answer.json())["cpu"])


async def _worker(waiting: Iterator[int], say: Say, times: list[float]) -> None:
    for _ in waiting:
        async with ClientSession(
            connector=TCPConnector(limit=1), cookie_jar=CookieJar(unsafe=True)
        ) as session:
            address = uuid.uuid4().hex
            for text in SCRIPT:
                started = time.perf_counter()
                await say(session, address, text)
                times.append(time.perf_counter() - started)


def post_in(base: str) -> Say:
    """Say by the plain door: our pushing channel, and the floor."""

    async def say(session: ClientSession, address: str, text: str) -> None:
        body = {"id": uuid.uuid4().hex, "address": address, "text": text}
        async with session.post(base + "/in", json=body) as answer:
            assert answer.status == 200, answer.status
            await answer.read()

    return say


def post_chat(base: str) -> Say:
    """Say by the web chat's own door, as its page does."""
    cursors: dict[str, int] = {}

    async def say(session: ClientSession, address: str, text: str) -> None:
        if address not in cursors:
            async with session.get(base + "/chat/entries?after=-1") as answer:
                cursors[address] = (await answer.json())["cursor"]
        body = {"id": uuid.uuid4().hex, "after": cursors[address], "text": text}
        async with session.post(base + "/chat/say", json=body) as answer:
            assert answer.status == 200, answer.status
            cursors[address] = (await answer.json())["cursor"]

    return say

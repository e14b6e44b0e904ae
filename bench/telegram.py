"""Ten questions over Telegram, 200 people at once: ours beside its peers."""

import asyncio
import itertools
import shutil
import tempfile
import time
from functools import partial
from pathlib import Path

from bench.bots import aiogram, ours_on_telegram, ptb, ptb_pickled
from bench.child import Bot
from bench.city import City, Person
from bench.meter import Figures, head, measured, row
from bench.questions import DONE, START, STEPS, answer, is_right, place

PEOPLE = 200
WARM_UP = 40
ROUNDS = 2
"""Of several rounds the one that cost least counts: what else the machine does only adds."""
ANSWERED_WITHIN = 60.0
GOALS = {"python-telegram-bot (PTB) 22.8, memory": 4.0, "aiogram 3.31, FSM in memory": 3.0}
"""How many times our CPU a peer's turn is to cost at least."""


class Wrong(Exception):
    """A bot said something else than it should: its figures would mean nothing."""


async def compare() -> None:
    """Print the table."""
    head(f"{STEPS} questions over Telegram, {PEOPLE} at once")
    async with City().open() as city:
        with tempfile.TemporaryDirectory() as name:
            folder = Path(name)
            api = city.url
            bots = (ours_on_telegram(folder, api), ptb(api), ptb_pickled(folder, api), aiogram(api))
            own: Figures | None = None
            for bot in bots:
                figures = await _measure(city, bot)
                row(bot.name, figures, _ratio(bot.name, figures, own))
                own = own or figures
    why = "its redis package is no dependency" if shutil.which("redis-server") else "no Redis"
    print(f"{'aiogram 3.31, FSM on Redis':<42}not run: {why}")


def _ratio(name: str, figures: Figures, own: Figures | None) -> str:
    if own is None:
        return ""
    goal = GOALS.get(name)
    wanted = f" (goal >= {goal:.0f})" if goal else ""
    return f"  {figures.cpu / own.cpu:4.1f} x ours{wanted}"


async def _measure(city: City, bot: Bot) -> Figures:
    child = await asyncio.to_thread(bot.start)
    city.base = child.base
    ids = itertools.count(1001)
    try:
        people = await _begin(city, ids, WARM_UP)
        await _talk(city, people, [])
        rounds = []
        for _ in range(ROUNDS):
            people = await _begin(city, ids, PEOPLE)
            rounds.append(await measured(child, partial(_talk, city, people)))
        return min(rounds, key=lambda one: one.cpu)
    finally:
        await asyncio.to_thread(child.stop)


async def _begin(city: City, ids: "itertools.count[int]", count: int) -> list[Person]:
    """So many new people, each asked the first question."""
    people = [city.person(id) for id in itertools.islice(ids, count)]
    await asyncio.gather(*(city.say(one, START) for one in people))
    await asyncio.gather(*(_hear(one, 1) for one in people))
    return people


async def _talk(city: City, people: list[Person], times: list[float]) -> None:
    await asyncio.gather(*(_answer_all(city, one, times) for one in people))


async def _answer_all(city: City, person: Person, times: list[float]) -> None:
    said = ""
    for number in range(1, STEPS + 1):
        started = time.perf_counter()
        await city.say(person, answer(number, person.id))
        said = await _hear(person, number + 1)
        times.append(time.perf_counter() - started)
    if place(said) != DONE or not is_right(said, person.id):
        raise Wrong(said)


async def _hear(person: Person, number: int) -> str:
    """Wait until this question is asked."""
    async with asyncio.timeout(ANSWERED_WITHIN):
        while True:
            said = await person.heard.get()
            if place(said) == number:
                return said

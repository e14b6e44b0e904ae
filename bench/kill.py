"""Killed in the middle: 200 people talk, the bot is ended by SIGKILL, started again, all finish."""

import asyncio
import contextlib
import tempfile
import time
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from pathlib import Path

from bench.bots import ours_on_telegram, ptb_pickled
from bench.child import Bot, Child, NotStarted
from bench.city import City
from bench.questions import STEPS
from bench.sufferer import Fate, Sufferer

PEOPLE = 200
CALM_RATE = 20
"""Turns a second where people think before they answer."""
CALM_SECONDS = 15.0
SHARE = 0.4
"""How much of a saturated run is over when the bot is killed."""
ENDS_WITHIN = 100.0


@dataclass(slots=True)
class Stage:
    """One bot, its people, and when it was back."""

    bot: Bot
    city: City
    child: Child
    people: list[Sufferer] = field(default_factory=list)
    back: float = 0.0
    hurry: asyncio.Event = field(default_factory=asyncio.Event)
    note: str = ""

    def turns(self) -> int:
        """How many answers came so far, from all people together."""
        return sum(one.fate.turns for one in self.people)

    async def kill(self) -> None:
        """Kill it, start it again, and let everybody finish."""
        self.back = time.monotonic() + 3600
        await asyncio.to_thread(self.child.kill)
        try:
            self.child = await asyncio.to_thread(self.bot.start)
        except NotStarted:
            self.note = "  its file was torn: it started with an empty one"
            _empty(self.bot)
            self.child = await asyncio.to_thread(self.bot.start)
        self.city.base = self.child.base
        self.back = time.monotonic()
        self.hurry.set()


async def compare() -> None:
    """Print the table: calm side by side, for it is idle time, then saturated one by one."""
    title = f"SIGKILL with {PEOPLE} people talking"
    columns = ("lost", "torn", "twice", "unanswered", "repeated", "longest")
    print(f"\n{title:<66}" + "".join(f"{one:>11}" for one in columns), flush=True)
    calm = f"{CALM_RATE} turns/s, killed after {CALM_SECONDS:.0f} s"
    stages = await asyncio.gather(*(_play(n, is_calm=True) for n in range(len(_BOTS))))
    for stage in stages:
        _row(calm, stage)
    for n in range(len(_BOTS)):
        _row("saturated", await _play(n, is_calm=False))
    print("lost: known no more; torn: rolled back, or answers that are not what was said;")
    print("twice: an answer taken for two; unanswered: accepted with 200, and nothing came of it;")
    print("repeated: a question that was sent twice, which does no harm; longest wait in seconds.")
    print("aiogram keeps all this in memory and is left out.")


_BOTS = (
    ours_on_telegram,
    ptb_pickled,
    lambda folder, api: ptb_pickled(folder, api, every=1),
)


async def _play(n: int, *, is_calm: bool) -> Stage:
    with tempfile.TemporaryDirectory() as folder:
        async with City().open() as city:
            bot = _BOTS[n](Path(folder), city.url)
            child = await asyncio.to_thread(bot.start)
            city.base = child.base
            async with _stage(Stage(bot, city, child)) as stage:
                await _talk(stage, is_calm)
    return stage


@contextlib.asynccontextmanager
async def _stage(stage: Stage) -> AsyncIterator[Stage]:
    try:
        yield stage
    finally:
        await asyncio.to_thread(stage.child.stop)


async def _talk(stage: Stage, is_calm: bool) -> None:
    async with asyncio.timeout(CALM_SECONDS + ENDS_WITHIN), asyncio.TaskGroup() as tasks:
        for n in range(PEOPLE):
            one = _person(stage, n, is_calm)
            stage.people.append(one)
            tasks.create_task(one.talk())
            if is_calm and not stage.hurry.is_set():
                await asyncio.sleep(1 / CALM_RATE)
        started = time.monotonic()
        if is_calm:
            await asyncio.sleep(CALM_SECONDS)
        else:
            while stage.turns() < PEOPLE * STEPS * SHARE:
                await asyncio.sleep(0.005)
                if time.monotonic() > started + ENDS_WITHIN:
                    break
        await stage.kill()


def _person(stage: Stage, n: int, is_calm: bool) -> Sufferer:
    async def think() -> None:
        if is_calm:
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(PEOPLE / CALM_RATE):
                    await stage.hurry.wait()

    return Sufferer(stage.city, stage.city.person(1001 + n), think, lambda: stage.back)


def _empty(bot: Bot) -> None:
    """Take away the file a bot cannot read."""
    if "--pickle" in bot.command:
        Path(bot.command[bot.command.index("--pickle") + 1]).unlink(missing_ok=True)


def _row(how: str, stage: Stage) -> None:
    fates: list[Fate] = [one.fate for one in stage.people]
    counts = (
        sum(one.lost for one in fates),
        sum(one.torn for one in fates),
        sum(one.twice for one in fates),
        sum(one.unanswered for one in fates),
        sum(one.repeated for one in fates),
    )
    name = f"{stage.bot.name}: {how}"
    longest = max(one.longest for one in fates)
    print(f"{name:<66}" + "".join(f"{n:11}" for n in counts) + f"{longest:11.1f}{stage.note}")

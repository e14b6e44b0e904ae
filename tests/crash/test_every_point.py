"""The program is killed at every point where it writes, commits or sends, and loses nothing."""

import asyncio
import contextlib
import sys
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import TypeAlias

import pytest

from tests.crash.driver import Server
from tests.crash.stage import Scene, Stage
from tests.crash.story import (
    ANA,
    Act,
    At,
    Confirm,
    Decide,
    Kept,
    count_said,
    kept,
    lost_documents,
    whole_story,
    without_draws,
)
from tests.crash.victim import Doing
from tests.toy_channel import is_in_order

EVERY = 120
"""The sample takes each so many points."""
AT_ONCE = 2
"""Victims at work at the same time."""

Point: TypeAlias = tuple[str, int]
"""A place, and how many times it has been come by."""


@dataclass(frozen=True, slots=True)
class Lived:
    """What a run comes to; `said` counts the messages after each act."""

    said: list[int]
    texts: list[str]
    kept: Kept
    repeats: int


@dataclass(slots=True)
class Tally:
    """What was tried."""

    places: set[str]
    kills: Counter[str] = field(default_factory=Counter)
    repeats: int = 0


async def test_a_kill_at_a_sample_of_points_loses_nothing(
    stage: Stage, capsys: pytest.CaptureFixture[str]
) -> None:
    tally = await killed_at_points(stage, EVERY)

    report(capsys, tally)


@pytest.mark.crash
async def test_a_kill_at_any_point_loses_nothing(
    stage: Stage, capsys: pytest.CaptureFixture[str]
) -> None:
    tally = await killed_at_points(stage, 1)

    assert set(tally.kills) == tally.places
    report(capsys, tally)


def report(capsys: pytest.CaptureFixture[str], tally: Tally) -> None:
    """Say what was tried."""
    with capsys.disabled():
        sys.stdout.write(
            f"\n{tally.kills.total()} points tried at {len(tally.kills)} of {len(tally.places)} "
            f"places; {tally.repeats} messages came twice\n"
        )


async def killed_at_points(stage: Stage, every: int) -> Tally:
    """Play the story once in peace, then once for each (or each so-manyth) point it came by."""
    async with contextlib.AsyncExitStack() as open_ones:
        servers = [await open_ones.enter_async_context(Server.open()) for _ in range(AT_ONCE)]
        async with stage.scene(servers[0]) as scene:
            before = await live(scene)
        places = scene.victim.places
        assert before.repeats == 0
        points = [
            (place, turn)
            for place in places
            for turn in range(1, places[place] + 1)
            if stage.fresh.tries(turn)
        ]
        left = iter(points[every - 1 :: every])
        tally = Tally(set(places))
        async with asyncio.TaskGroup() as tasks:
            for server in servers:
                tasks.create_task(kill_one_after_the_other(stage, server, left, before, tally))
    return tally


async def kill_one_after_the_other(
    stage: Stage, server: Server, points: Iterator[Point], before: Lived, tally: Tally
) -> None:
    """Everything is as if nobody had been killed, but for messages that come twice."""
    for point in points:
        async with stage.scene(server, *point) as scene:
            lived = await live(scene, before.said)
        assert lived.texts == before.texts, point
        assert lived.kept == before.kept, point
        tally.kills.update(scene.victim.kills)
        tally.repeats += lived.repeats


async def live(scene: Scene, said: Iterable[int] = ()) -> Lived:
    """Play the story; after each act wait for what is `said` by then (counted the first time)."""
    expected, counts = iter(said), []
    for act in whole_story():
        await do(scene, act)
        counts.append(next(expected, 0) or await said_by_then(scene))
        await scene.platform.has(ANA, counts[-1])
    await scene.victim.stop()
    return look(scene, counts)


async def said_by_then(scene: Scene) -> int:
    await scene.victim.rests()
    return scene.database.look(count_said)


async def do(scene: Scene, act: Act) -> None:
    match act:
        case Doing():
            await scene.victim.does(act)
        case At(hours):
            await scene.victim.at(hours)
        case Decide():
            scene.staff.decide(scene.database)
            await scene.victim.rings()
        case Confirm():
            scene.staff.confirm(scene.database)
            await scene.victim.rings()


def look(scene: Scene, counts: list[int]) -> Lived:
    sealer = scene.staff.sealer
    received = scene.platform.received[ANA]
    texts = scene.platform.texts(ANA)

    assert not scene.database.look(lambda tx: lost_documents(tx, sealer))
    assert is_in_order(received, len(scene.victim.kills))
    return Lived(
        said=counts,
        texts=[without_draws(text) for text in texts],
        kept=scene.database.look(lambda tx: kept(tx, sealer)),
        repeats=len(received) - len(texts),
    )

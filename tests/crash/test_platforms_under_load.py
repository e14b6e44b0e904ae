"""The served program is killed at random while people on both platforms talk to it at once."""

import asyncio
import random
from collections.abc import Sequence

import pytest

from tests.crash.driver import Server
from tests.crash.people import Talker, is_whole, marks
from tests.crash.platforms import (
    MODULE,
    Crowd,
    Stage,
    remains_of,
)
from tests.waiting import until, until_at_rest

PEOPLE = 15
"""People on each platform."""
KILLS = 2
"""Kills in one run: WeChat asks three times at most."""
SEEDS = (1, 2, 3)


@pytest.mark.crash
@pytest.mark.parametrize("seed", SEEDS)
async def test_kills_while_both_platforms_talk_lose_nothing(inns: Stage, seed: int) -> None:
    async with Server.open(MODULE) as server:
        async with inns.crowd(server, 1) as alone:
            expected = [await lives(alone, talker) for talker in alone.talkers]
        acts = sum(len(one) for one in expected) * PEOPLE
        moments = set(random.Random(seed).sample(range(1, acts), KILLS))
        async with inns.crowd(server, PEOPLE) as crowd:
            killer = Killer(crowd, moments)
            ana, bo = expected
            people = [*zip(crowd.talkers, [ana] * PEOPLE + [bo] * PEOPLE, strict=True)]
            await asyncio.gather(*(killer.talks(talker, said) for talker, said in people))
            await rests(crowd)
            remains = crowd.database.look(remains_of)

    assert crowd.program.lives > 1
    assert remains.conversations == 2 * PEOPLE
    assert remains.taken == [(True, False)] * acts
    assert all(sent for _, sent in remains.said)
    for talker, said in people:
        assert is_whole(marks(talker.read()), said[-1], KILLS), marks(talker.read())


async def lives(crowd: Crowd, talker: Talker) -> list[list[str]]:
    """Talk alone and in peace: what was said by the end of each act."""
    said = []
    for act in talker.story():
        await act()
        await rests(crowd)
        said.append(marks(talker.read()))
    return said


async def rests(crowd: Crowd) -> None:
    await until_at_rest(crowd.database)


class Killer:
    """Kills the program just after so many acts."""

    def __init__(self, crowd: Crowd, moments: set[int]) -> None:
        self._crowd = crowd
        self._moments = moments
        self._acts = 0

    async def talks(self, talker: Talker, said: Sequence[Sequence[str]]) -> None:
        """Play the story; each next act once all before it is answered."""
        for act, by_then in zip(talker.story(), said, strict=True):
            await act()
            self._acts += 1
            if self._acts in self._moments:
                self._crowd.program.kill()
            await reads(talker, by_then)


async def reads(talker: Talker, said: Sequence[str]) -> None:
    await until(lambda: set(said) <= set(marks(talker.read())))

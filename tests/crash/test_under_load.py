"""The program is killed at random moments while many contacts talk at once, and loses nothing."""

import asyncio
import random

import pytest

from tests.crash.driver import Server
from tests.crash.stage import Scene, Stage
from tests.crash.story import a_start, kept, lost_documents, without_draws
from tests.toy_channel import is_in_order

CONTACTS = [f"guest {n}" for n in range(30)]
MESSAGES = 7
"""Messages that one contact's start leads to."""
SEEDS = (1, 2, 3)
KILLS = 3
"""Kills in one run."""


@pytest.mark.crash
@pytest.mark.parametrize("seed", SEEDS)
async def test_kills_under_load_lose_nothing(stage: Stage, seed: int) -> None:
    answered = len(CONTACTS) * len(a_start())
    moments = set(random.Random(seed).sample(range(1, answered), KILLS))
    async with Server.open() as server, stage.scene(server) as scene:
        killer = Killer(scene, moments)

        await asyncio.gather(*(talk(scene, address, killer) for address in CONTACTS))
        await asyncio.gather(*(scene.platform.has(address, MESSAGES) for address in CONTACTS))
        await scene.victim.stop()
        at_the_end = scene.database.look(lambda tx: kept(tx, stage.staff.sealer))
        lost = scene.database.look(lambda tx: lost_documents(tx, stage.staff.sealer))

    assert len(at_the_end.inbox) == answered
    assert len(set(at_the_end.conversations)) == 1
    assert all(done and not failed for _, done, failed in at_the_end.inbox)
    assert at_the_end.said == [(n, True) for _ in CONTACTS for n in range(1, MESSAGES + 1)]
    assert not lost
    told = {tuple(map(without_draws, scene.platform.texts(address))) for address in CONTACTS}
    assert len(told) == 1
    assert all(is_in_order(scene.platform.received[one], KILLS) for one in CONTACTS)


class Killer:
    """Kills the program just after so many answers."""

    def __init__(self, scene: Scene, moments: set[int]) -> None:
        self._scene = scene
        self._moments = moments
        self._answers = 0

    def answered(self) -> None:
        self._answers += 1
        if self._answers in self._moments:
            self._scene.victim.kill()


async def talk(scene: Scene, address: str, killer: Killer) -> None:
    for doing in a_start(address):
        await scene.victim.does(doing)
        killer.answered()

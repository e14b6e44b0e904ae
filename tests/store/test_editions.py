import shutil
from pathlib import Path

import pytest

from bot.app import App
from bot.engine.model import Start
from bot.store.database import Database
from bot.store.editions import publish, published
from tests.runner.lodge import (
    MORNING,
    Guest,
    Watch,
    approve,
    conversation_of,
    settings_for,
)

LATER = MORNING.replace(hour=20)


def test_an_edition_once_published_never_changes(database: Database) -> None:
    first, second = ("lodge", "1"), ("lodge", "2")
    database.transact(lambda tx: publish(tx, {first: "as it was"}, MORNING))

    database.transact(lambda tx: publish(tx, {first: "changed", second: "new"}, LATER))

    assert database.look(published) == {first: "as it was", second: "new"}


async def test_who_is_behind_a_milestone_goes_on_in_the_edition_they_began(
    home: Path, database_url: str, tmp_path: Path, watch: Watch
) -> None:
    new_home = Path(shutil.copytree(home, tmp_path / "new"))
    flow = new_home / "flows" / "lodge.yaml"
    flow.write_text(
        flow.read_text()
        .replace("step: submit\n", "step: hand_in\n")
        .replace("{submit.reference}", "{hand_in.reference}")
        .replace("Which room would you like?", "Choose a room.")
        .replace("How long will you stay?", "For how long?")
    )
    old = App(settings_for(home, database_url), now=watch.now)
    async with old.running():
        ana = Guest(old, "ana")
        await ana.submits()
        assert approve(ana)

    new = App(settings_for(new_home, database_url), now=watch.now)
    async with new.running():
        ana.app = new
        await new.clock.tick()
        bo = Guest(new, "bo")
        await bo.does(Start("lodge", "en"))

        assert (await ana.listens())[-1] == "Which room would you like?"
        assert bo.heard[-1] == "For how long?"
        (ana_frame,), (bo_frame,) = conversation_of(ana).frames, conversation_of(bo).frames
        assert ana_frame.version != bo_frame.version
        assert len(new.database.look(published)) == 2


@pytest.mark.parametrize("starts", [3])
async def test_a_start_publishes_nothing_new_when_nothing_changed(
    home: Path, database_url: str, starts: int
) -> None:
    for _ in range(starts):
        app = App(settings_for(home, database_url))
        assert len(app.database.look(published)) == 1
        app.database.close()

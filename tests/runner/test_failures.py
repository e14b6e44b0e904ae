import asyncio
import shutil
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import event, select, update

from bot.app import App
from bot.engine.model import Said, Start
from bot.readiness import NotReady
from bot.store.database import Unavailable
from bot.store.tables import conversations, inbox
from bot.store.turns import undone
from tests.conftest import OpenApp, migrate
from tests.postgres import Server
from tests.runner.lodge import (
    OLDER_KEY,
    Guest,
    Watch,
    approve,
    break_action,
    conversation_of,
    count,
    mend_actions,
    phrase,
    settings_for,
)


async def test_a_failed_turn_is_kept_and_its_contact_told(app: App) -> None:
    ana = Guest(app, "ana")
    await ana.does(Start("lodge", "en"))
    await ana.says("1", "Ana Núñez")
    await ana.sends()
    before = conversation_of(ana)
    break_action(app, "submit_case")

    await ana.says("1")

    assert ana.heard == [phrase(app, "failed")]
    assert (await ana.listens())[-1] == phrase(app, "failed")
    rows = app.database.look(lambda tx: tx.execute(select(inbox.c.failed)).scalars().all())
    assert sorted(rows) == [False, False, False, False, True]
    assert conversation_of(ana).frames == before.frames


async def test_after_a_failed_turn_the_contact_can_go_on(app: App) -> None:
    ana = Guest(app, "ana")
    await ana.does(Start("lodge", "en"))
    await ana.says("1", "Ana Núñez")
    await ana.sends()
    break_action(app, "submit_case")
    await ana.says("1")
    mend_actions(app)

    await ana.says("1")

    assert ana.heard[0].startswith("We have your request A-")


async def test_a_failed_update_that_is_repeated_changes_nothing(app: App) -> None:
    ana = Guest(app, "ana")
    await ana.does(Start("lodge", "en"))
    await ana.says("1", "Ana Núñez")
    await ana.sends()
    break_action(app, "submit_case")
    one = ana.update(Said("1"))
    await app.converser.receive(one)
    mend_actions(app)

    again = await app.converser.receive(one)

    assert again.inbox_id == 0
    assert (await ana.listens()).count(phrase(app, "failed")) == 1


async def test_a_failed_turn_does_not_harm_others_of_its_group(app: App) -> None:
    ana, bo, carla = (Guest(app, name) for name in ("ana", "bo", "carla"))
    await bo.does(Start("lodge", "en"))
    await bo.says("1", "Bo")
    await bo.sends()
    break_action(app, "submit_case")

    await asyncio.gather(
        ana.does(Start("lodge", "en")),
        bo.says("1"),
        carla.does(Start("lodge", "zh_Hans")),
        ana.says("1"),
    )

    assert bo.heard == [phrase(app, "failed")]
    assert conversation_of(ana).turn == 2
    assert len(await ana.listens()) == 3
    assert len(await carla.listens()) == 2


async def test_the_first_words_of_a_contact_may_fail(app: App) -> None:
    ana = Guest(app, "ana")
    phrases = app.minds.catalogue.phrases
    broken = dict(phrases)
    del broken["language_question"]
    catalogue = app.minds.catalogue
    app.minds.catalogue = type(catalogue)(
        **{name: getattr(catalogue, name) for name in catalogue.__struct_fields__}
        | {"phrases": broken}
    )
    await ana.does(Start())
    app.minds.catalogue = catalogue

    await ana.does(Start("lodge", "en"))

    assert ana.heard == [phrase(app, "welcome"), "How long will you stay?"]
    assert await ana.listens() == [phrase(app, "failed"), *ana.heard]


async def test_an_input_that_cannot_be_opened_is_marked_and_stops_nobody(app: App) -> None:
    ana, bo = Guest(app, "ana"), Guest(app, "bo")
    for guest in (ana, bo):
        await guest.submits()
        approve(guest)
    spoilt = update(inbox).where(inbox.c.contact_id == ana.contact_id, inbox.c.done_at.is_(None))
    app.database.transact(lambda tx: tx.execute(spoilt.values(input=b"spoilt")))

    await app.clock.tick()

    failed = select(inbox.c.contact_id).where(inbox.c.failed)
    assert app.database.look(lambda tx: tx.execute(failed).scalars().all()) == [ana.contact_id]
    assert (await bo.listens())[-1] == "Which room would you like?"
    assert not app.database.look(lambda tx: undone(tx, 9, app.now()))


async def test_a_conversation_that_cannot_be_opened_does_not_stop_the_clock(
    app: App, watch: Watch
) -> None:
    ana, bo = Guest(app, "ana"), Guest(app, "bo")
    await ana.does(Start("lodge", "en"))
    await bo.submits()
    approve(bo)
    spoilt = update(conversations).where(conversations.c.contact_id == ana.contact_id)
    app.database.transact(lambda tx: tx.execute(spoilt.values(state=b"spoilt")))

    async with asyncio.timeout(5):
        await app.clock.tick()
    assert (await bo.listens())[-1] == "Which room would you like?"

    watch.passes(timedelta(hours=20))
    await app.clock.tick()
    assert (await bo.listens())[-2] == phrase(app, "reminder", title="Take a room")


async def test_without_the_right_key_the_program_does_not_start_and_says_why(
    open_app: OpenApp,
) -> None:
    async with open_app() as app:
        await Guest(app, "ana").does(Start("lodge", "en"))

    with pytest.raises(NotReady, match="BOT_SECRET_KEY does not fit"):
        async with open_app(keys=OLDER_KEY):
            pass


async def test_with_the_old_key_behind_the_new_one_everything_still_opens(
    open_app: OpenApp,
) -> None:
    async with open_app(keys=OLDER_KEY) as app:
        await Guest(app, "ana").does(Start("lodge", "en"))

    async with open_app(keys=f"{'5a' * 16},{OLDER_KEY}") as app:
        ana = Guest(app, "ana")
        ana.update(Said("this was the first"))
        await ana.says("1")

        assert (await ana.listens())[1:] == ["How long will you stay?", "What is your name?"]


async def test_sqlite_that_is_locked_too_long_is_unavailable_and_keeps_nothing(
    home: Path, sqlite_template: Path, tmp_path: Path, watch: Watch
) -> None:
    path = shutil.copy(sqlite_template, tmp_path / "bot.db")
    app = App(settings_for(home, f"sqlite:///{path}"), now=watch.now)
    event.listen(app.database.engine, "checkout", be_impatient)
    ana = Guest(app, "ana")
    async with app.running():
        with app.database.engine.begin(), pytest.raises(Unavailable):
            await ana.does(Start("lodge", "en"))
        assert count(app, inbox) == 0

        await app.converser.receive(ana.update(Start("lodge", "en")))

        assert count(app, inbox) == 1


def be_impatient(connection: Any, record: Any, proxy: Any) -> None:
    connection.execute("PRAGMA busy_timeout=20")


@pytest.mark.postgres
async def test_without_its_server_postgresql_is_unavailable_and_keeps_nothing(
    home: Path, watch: Watch
) -> None:
    with Server.start() as server:
        url = server.create_database()
        migrate(url)
        app = App(settings_for(home, url), now=watch.now)
        ana = Guest(app, "ana")
        async with app.running():
            await ana.does(Start("lodge", "en"))
            server.stop()

            with pytest.raises(Unavailable):
                await ana.says("1")
            with pytest.raises(Unavailable):
                await ana.listens()

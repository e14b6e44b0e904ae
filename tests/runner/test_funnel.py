"""What is counted of each turn, once it is committed, and where people stand."""

import asyncio
from datetime import UTC, date, datetime, timedelta

from bot.app import App
from bot.engine.model import Said, Start
from bot.store.funnel import places, reached
from tests.conftest import OpenApp
from tests.runner.lodge import Guest, Watch, approve, break_action, mend_actions

TODAY, TOMORROW = date(2026, 12, 1), date(2026, 12, 2)
EVENING = datetime(2026, 12, 1, 15, 59, tzinfo=UTC)
"""A minute before midnight at the Lodge."""
DRAFTS = timedelta(days=7, minutes=11)


def counts(app: App, day: date = TODAY, *, language: str = "en") -> dict[str, int]:
    """How often each step was reached on a day."""
    rows = app.database.look(lambda tx: reached(tx, "lodge", day, day))
    return {row.step: row.count for row in rows if row.language == language}


def standing(app: App) -> dict[str, int]:
    """Where people stand."""
    return app.database.look(places)


async def test_each_step_on_the_way_is_counted_once(app: App) -> None:
    ana = Guest(app, "ana")

    await ana.submits()
    await ana.says("status", "help")

    steps = ("start", "stay", "guest", "paper", "check", "decision")
    assert counts(app) == dict.fromkeys(steps, 1)
    assert standing(app) == {"lodge.decision": 1}


async def test_people_are_counted_by_their_language_and_channel(app: App) -> None:
    await Guest(app, "ana").does(Start("lodge", "en"))
    await Guest(app, "bo").does(Start("lodge", "en"))
    await Guest(app, "li").does(Start("lodge", "zh_Hans"))

    assert counts(app)["stay"] == 2
    assert counts(app, language="zh_Hans")["stay"] == 1
    rows = app.database.look(lambda tx: reached(tx, "lodge", TODAY, TODAY))
    assert {row.channel for row in rows} == {"terminal"}
    assert standing(app) == {"lodge.stay": 3}


async def test_a_day_ends_at_midnight_at_the_centre(app: App, watch: Watch) -> None:
    watch.at = EVENING
    ana = Guest(app, "ana")
    await ana.does(Start("lodge", "en"))

    watch.passes(timedelta(minutes=1))
    await ana.says("1")

    assert counts(app, TODAY) == {"start": 1, "stay": 1}
    assert counts(app, TOMORROW) == {"guest": 1}


async def test_a_repeated_update_counts_nothing(app: App) -> None:
    ana = Guest(app, "ana")
    start = ana.update(Start("lodge", "en"))

    for _ in range(2):
        await app.converser.receive(start)

    assert counts(app) == {"start": 1, "stay": 1}


async def test_what_fails_counts_nothing_and_the_others_of_its_group_count_once(app: App) -> None:
    ana, bo = Guest(app, "ana"), Guest(app, "bo")
    for guest in (ana, bo):
        await guest.does(Start("lodge", "en"))
    await ana.says("1", "Ana Núñez")
    await ana.sends()
    break_action(app, "submit_case")

    both = (ana.update(Said("1")), bo.update(Said("1")))
    await asyncio.gather(*map(app.converser.receive, both))

    assert "decision" not in counts(app)
    assert counts(app)["guest"] == 2
    assert standing(app) == {"lodge.check": 1, "lodge.guest": 1}
    mend_actions(app)
    await ana.says("1")
    assert counts(app)["decision"] == 1


async def test_what_staff_decide_moves_people_on(app: App) -> None:
    ana = Guest(app, "ana")
    await ana.submits()

    assert approve(ana)
    await app.clock.tick()

    assert counts(app)["flat"] == 1
    assert standing(app) == {"lodge.flat": 1}


async def test_who_gives_up_is_counted_and_stands_nowhere(app: App) -> None:
    ana = Guest(app, "ana")
    await ana.submits()

    await ana.says("cancel", "1")

    assert counts(app)["cancelled"] == 1
    assert standing(app) == {}


async def test_whose_draft_is_forgotten_stands_nowhere(app: App, watch: Watch) -> None:
    ana, bo = Guest(app, "ana"), Guest(app, "bo")
    await ana.does(Start("lodge", "en"))
    await bo.submits()

    watch.passes(DRAFTS)
    await app.clock.tick()

    assert standing(app) == {"lodge.decision": 1}


async def test_two_programs_add_to_the_same_counts(open_app: OpenApp) -> None:
    async with open_app("one") as first, open_app("two") as second:
        guests = [Guest(app, f"guest {n}") for n, app in enumerate((first, second) * 10)]
        for given in (Start("lodge", "en"), Said("1")):
            await asyncio.gather(*(guest.does(given) for guest in guests))

        assert counts(first) == {"start": 20, "stay": 20, "guest": 20}

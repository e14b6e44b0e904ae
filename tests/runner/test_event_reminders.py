from dataclasses import replace
from datetime import timedelta

from bot.app import App
from bot.engine.model import Start
from bot.services.audit import Actor, AuditLog
from bot.services.became import Became
from bot.services.event_desk import EventDesk
from bot.store import event_reminders as reminders
from bot.store.database import Transaction
from bot.store.event_reminders import Reminder
from bot.store.events import CalendarEvent, add_event, find_event
from tests.conftest import OpenApp
from tests.conversations.programme import DANCE, SHANGHAI, at, programme
from tests.runner.lodge import Guest, Watch, conversation_of

TOLD = "A reminder, as you wished: Swan Lake, "
DORA = Actor("dora", "editor")


def enter_ballet(app: App, guest: Guest) -> CalendarEvent:
    """The ballet in three days, of which a guest wants to be reminded the evening before."""
    today = app.now().astimezone(SHANGHAI).date()
    ballet = programme(today)[DANCE]
    due = at(today + timedelta(days=2), 18)

    def work(tx: Transaction) -> CalendarEvent:
        event_id = add_event(tx, ballet, app.now())
        reminders.keep_reminder(tx, Reminder(guest.contact_id, event_id, due))
        found = find_event(tx, event_id)
        assert found is not None
        return found

    return app.database.transact(work)


def told(lines: list[str]) -> int:
    """How often a guest was reminded of the ballet."""
    return sum(line.startswith(TOLD) for line in lines)


async def test_a_reminder_comes_once_on_the_evening_before(open_app: OpenApp, watch: Watch) -> None:
    async with open_app() as app:
        guest = Guest(app, "ana")
        await guest.does(Start("lodge", "en"))
        enter_ballet(app, guest)
        await app.clock.tick()
        early = told(await guest.listens())
        watch.at = watch.at.astimezone(SHANGHAI).replace(hour=18, minute=1) + timedelta(days=2)
        for _ in range(3):
            await app.clock.tick()

        assert early == 0
        assert told(await guest.listens()) == 1


async def test_the_open_question_is_asked_again_after_a_reminder(
    open_app: OpenApp, watch: Watch
) -> None:
    async with open_app() as app:
        guest = Guest(app, "ana")
        await guest.does(Start("lodge", "en"))
        question = guest.heard[-1]
        enter_ballet(app, guest)
        watch.passes(timedelta(days=2, hours=12))
        await app.clock.tick()
        lines = await guest.listens()

        at_reminder = next(n for n, line in enumerate(lines) if line.startswith(TOLD))
        assert lines[at_reminder + 1] == question
        assert conversation_of(guest).frames


async def test_a_reminder_outlives_a_restart(open_app: OpenApp, watch: Watch) -> None:
    async with open_app() as app:
        guest = Guest(app, "ana")
        await guest.does(Start("lodge", "en"))
        enter_ballet(app, guest)
    watch.passes(timedelta(days=2, hours=12))
    async with open_app() as app:
        await app.clock.tick()
        guest.app = app

        assert told(await guest.listens()) == 1


async def test_nobody_is_reminded_of_what_is_hidden_or_deleted(
    open_app: OpenApp, watch: Watch
) -> None:
    async with open_app() as app:
        guest = Guest(app, "ana")
        await guest.does(Start("lodge", "en"))
        desk = EventDesk(AuditLog(app.sealer), app.services.events, SHANGHAI)
        hidden, deleted = enter_ballet(app, guest), enter_ballet(app, guest)
        gone = replace(hidden, is_shown=False)
        change, delete = desk.change, desk.delete
        done = [
            app.database.transact(lambda tx: change(tx, gone, DORA, app.now())),
            app.database.transact(lambda tx: delete(tx, deleted.id, 1, DORA, app.now())),
        ]
        watch.passes(timedelta(days=2, hours=12))
        await app.clock.tick()

        assert done == [Became.DONE, Became.DONE]
        assert told(await guest.listens()) == 0


async def test_who_is_to_be_reminded_of_a_moved_event_is_so_before_its_new_time(
    open_app: OpenApp, watch: Watch
) -> None:
    async with open_app() as app:
        guest = Guest(app, "ana")
        await guest.does(Start("lodge", "en"))
        ballet, week = enter_ballet(app, guest), timedelta(days=7)
        later = replace(ballet, starts_at=ballet.starts_at + week, ends_at=ballet.ends_at + week)
        desk = EventDesk(AuditLog(app.sealer), app.services.events, SHANGHAI)
        app.database.transact(lambda tx: desk.change(tx, later, DORA, app.now()))
        watch.passes(timedelta(days=2, hours=12))
        await app.clock.tick()
        too_early = told(await guest.listens())
        watch.passes(week)
        await app.clock.tick()

        assert too_early == 0
        assert told(await guest.listens()) == 1


async def test_nobody_is_reminded_of_what_has_begun(open_app: OpenApp, watch: Watch) -> None:
    async with open_app() as app:
        guest = Guest(app, "ana")
        await guest.does(Start("lodge", "en"))
        enter_ballet(app, guest)
        watch.passes(timedelta(days=5))  # the program did not run meanwhile
        await app.clock.tick()

        assert told(await guest.listens()) == 0
        assert not app.database.look(lambda tx: app.services.events.has_due(tx, app.now()))


async def test_what_was_over_long_ago_is_deleted(open_app: OpenApp, watch: Watch) -> None:
    async with open_app() as app:
        guest = Guest(app, "ana")
        await guest.does(Start("lodge", "en"))
        ballet = enter_ballet(app, guest)
        watch.passes(timedelta(days=80))
        await app.clock.tick()
        kept = app.database.look(lambda tx: find_event(tx, ballet.id))
        watch.passes(timedelta(days=20))
        await app.clock.tick()

        assert kept == ballet
        assert app.database.look(lambda tx: find_event(tx, ballet.id)) is None

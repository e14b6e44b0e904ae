"""Events in the everyday: entered, changed, imported, shown, reminded of, deleted."""

from dataclasses import replace

from bot.app import App
from bot.services.audit import Actor, AuditLog
from bot.services.became import Became
from bot.services.event_desk import EventDesk
from bot.store import event_reminders as reminders
from bot.store import events
from bot.store.database import Transaction
from bot.store.event_reminders import Reminder
from bot.store.events import Wanted
from tests.conversations.programme import DANCE, PAINTINGS, SHANGHAI, TAXES, programme
from tests.runner.lodge import Guest

STAFF = Actor("dora", "editor")


def events_are_kept(app: App, guest: Guest) -> None:
    """What staff, people and the clock do with events."""
    now = app.now()
    desk = EventDesk(AuditLog(app.sealer), app.services.events, SHANGHAI)
    known = programme(now.date())

    def work(tx: Transaction) -> None:
        ids = {name: desk.add(tx, known[name], STAFF, now) for name in (DANCE, PAINTINGS, TAXES)}
        for event_id in ids.values():
            reminders.keep_reminder(tx, Reminder(guest.contact_id, event_id, now))
        assert events.shown_events(tx, now, now.replace(year=now.year + 1), 9, kind="talk")
        assert events.shown_events(tx, now, now.replace(year=now.year + 1), 9, free=True)
        assert events.events_page(tx, Wanted("coming", "talk"), now, 9)[1] == 1
        moved = replace(known[TAXES], id=ids[TAXES], revision=1)
        assert desk.change(tx, moved, STAFF, now) is Became.DONE
        hidden = replace(known[PAINTINGS], id=ids[PAINTINGS], revision=1, is_shown=False)
        assert desk.change(tx, hidden, STAFF, now) is Became.DONE
        assert desk.delete(tx, ids[PAINTINGS], 2, STAFF, now) is Became.DONE
        imported = replace(known[TAXES], uid="talk-1")
        assert desk.import_all(tx, [imported], STAFF, now) is Became.DONE
        assert app.services.events.has_due(tx, now)
        app.services.events.ring(tx, now)
        reminders.drop_reminders_of_contact(tx, guest.contact_id)

    app.database.transact(work)

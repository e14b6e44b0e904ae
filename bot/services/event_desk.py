"""Changes events for staff, from the revision they saw; each change is in the audit log."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from zoneinfo import ZoneInfo

from bot.services.audit import Actor, AuditLog
from bot.services.became import Became
from bot.services.event_items import said_of
from bot.services.events import Events
from bot.store import events as store
from bot.store.database import Transaction
from bot.store.events import CalendarEvent


@dataclass(frozen=True, slots=True)
class EventDesk:
    """Adds, changes and deletes events; who is to be reminded of one is reminded as it is now."""

    audit: AuditLog
    events: Events
    zone: ZoneInfo

    def add(self, tx: Transaction, event: CalendarEvent, actor: Actor, now: datetime) -> int:
        """Add an event; its id."""
        added = store.add_event(tx, event, now)
        said = said_of(event, self.zone)
        self.audit.write(tx, actor, "add_event", f"event {added}", now, is_now=said)
        return added

    def change(self, tx: Transaction, event: CalendarEvent, actor: Actor, now: datetime) -> Became:
        """Give an event new values, unless somebody else has changed it since."""
        old = store.find_event(tx, event.id)
        if old is None or not store.change_event(tx, event, now):
            return Became.CHANGED
        self.events.reschedule(tx, event, now)
        changes = {name: [was, new] for name, was, new in changed_fields(old, event, self.zone)}
        self.audit.write(tx, actor, "change_event", f"event {event.id}", now, changes=changes)
        return Became.DONE

    def delete(
        self, tx: Transaction, event_id: int, revision: int, actor: Actor, now: datetime
    ) -> Became:
        """Delete an event with its reminders."""
        old = store.find_event(tx, event_id)
        if old is None or not store.delete_event(tx, event_id, revision):
            return Became.CHANGED
        was = said_of(old, self.zone)
        self.audit.write(tx, actor, "delete_event", f"event {event_id}", now, was=was)
        return Became.DONE

    def import_all(
        self, tx: Transaction, wanted: Sequence[CalendarEvent], actor: Actor, now: datetime
    ) -> Became:
        """Add or change all of a file, or nothing where one was changed since it was shown."""
        known = store.events_of_uids(tx, [event.uid for event in wanted if event.uid])
        if any(_revision(known.get(event.uid or "")) != event.revision for event in wanted):
            return Became.CHANGED
        for event in wanted:
            old = known.get(event.uid or "")
            if old is None:
                self.add(tx, event, actor, now)
            else:
                self.change(tx, replace(event, id=old.id), actor, now)
        added = sum(event.revision == 0 for event in wanted)
        counts = {"added": added, "changed": len(wanted) - added}
        self.audit.write(tx, actor, "events_imported", "events", now, **counts)
        return Became.DONE


def _revision(event: CalendarEvent | None) -> int:
    return event.revision if event else 0


def changed_fields(
    old: CalendarEvent | None, new: CalendarEvent, zone: ZoneInfo
) -> list[tuple[str, str, str]]:
    """The fields that differ: name, old and new value; empty where there is none."""
    was, now = said_of(old, zone) if old else {}, said_of(new, zone)
    return [
        (name, was.get(name, ""), now.get(name, ""))
        for name in {**was, **now}
        if was.get(name, "") != now.get(name, "")
    ]

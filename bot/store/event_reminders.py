"""Who wants to be reminded of which event, and when."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import delete, select, update

from bot.store.database import Transaction, insert_new
from bot.store.tables import event_reminders


@dataclass(frozen=True, slots=True)
class Reminder:
    """A contact, an event and when to remind them of it."""

    contact_id: int
    event_id: int
    due_at: datetime


_columns = (
    event_reminders.c.contact_id,
    event_reminders.c.event_id,
    event_reminders.c.due_at,
)


def keep_reminder(tx: Transaction, reminder: Reminder) -> None:
    """Keep a reminder; one that is there already stays."""
    adding = insert_new(tx, event_reminders).values(
        contact_id=reminder.contact_id, event_id=reminder.event_id, due_at=reminder.due_at
    )
    tx.execute(adding)


def due_reminders(tx: Transaction, now: datetime, limit: int) -> list[Reminder]:
    """Reminders whose time has come, the oldest first."""
    due = select(*_columns).where(event_reminders.c.due_at <= now)
    rows = tx.execute(due.order_by(event_reminders.c.due_at).limit(limit))
    return [Reminder(*row) for row in rows]


def move_reminders(tx: Transaction, event_id: int, due_at: datetime) -> None:
    """Remind at another time all who want to be reminded of an event."""
    of_event = event_reminders.c.event_id == event_id
    tx.execute(update(event_reminders).where(of_event).values(due_at=due_at))


def drop_reminder(tx: Transaction, reminder: Reminder) -> None:
    """Forget a reminder: it is left for its contact."""
    tx.execute(
        delete(event_reminders).where(
            event_reminders.c.contact_id == reminder.contact_id,
            event_reminders.c.event_id == reminder.event_id,
        )
    )


def drop_reminders_of_event(tx: Transaction, event_id: int) -> None:
    """Remind nobody of an event."""
    tx.execute(delete(event_reminders).where(event_reminders.c.event_id == event_id))


def drop_reminders_of_contact(tx: Transaction, contact_id: int) -> None:
    """Remind a contact of nothing."""
    tx.execute(delete(event_reminders).where(event_reminders.c.contact_id == contact_id))

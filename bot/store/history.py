"""What was said on both sides, as a contact's own page and staff read it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select

from bot.store.database import Transaction
from bot.store.tables import contacts, conversations, inbox, outbox


@dataclass(frozen=True, slots=True)
class Line:
    """One message of the assistant, with the update it answers."""

    n: int
    made_at: datetime
    message: bytes
    inbox_id: int
    origin: str
    update_id: str
    input: bytes
    received_at: datetime


_line = select(
    outbox.c.n,
    outbox.c.made_at,
    outbox.c.message,
    inbox.c.id,
    inbox.c.channel,
    inbox.c.update_id,
    inbox.c.input,
    inbox.c.received_at,
).join(inbox, inbox.c.id == outbox.c.inbox_id)


def lines_after(tx: Transaction, contact_id: int, n: int, limit: int) -> Sequence[Line]:
    """The messages after the `n`th, in order."""
    rows = _line.where(outbox.c.contact_id == contact_id, outbox.c.n > n)
    return [Line(*row) for row in tx.execute(rows.order_by(outbox.c.n).limit(limit))]


def lines_before(tx: Transaction, contact_id: int, n: int, limit: int) -> Sequence[Line]:
    """The last messages before the `n`th, in order."""
    rows = _line.where(outbox.c.contact_id == contact_id, outbox.c.n < n)
    latest = tx.execute(rows.order_by(outbox.c.n.desc()).limit(limit))
    return [Line(*row) for row in latest][::-1]


def find_contact(tx: Transaction, channel: str, address: str) -> tuple[int, str] | None:
    """A contact's id and language, if this address has ever written."""
    found = (
        select(contacts.c.id, conversations.c.language)
        .join(conversations, conversations.c.contact_id == contacts.c.id)
        .where(contacts.c.channel == channel, contacts.c.address == address)
    )
    row = tx.execute(found).one_or_none()
    return (row[0], row[1]) if row else None

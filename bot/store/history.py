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


def lines_after(
    tx: Transaction, contact_id: int, n: int, limit: int, channel: str
) -> Sequence[Line]:
    """The messages on a channel after the `n`th, in order."""
    rows = _line.where(
        outbox.c.contact_id == contact_id, outbox.c.n > n, outbox.c.channel == channel
    )
    return [Line(*row) for row in tx.execute(rows.order_by(outbox.c.n).limit(limit))]


def lines_before(
    tx: Transaction, contact_id: int, n: int, limit: int, channel: str, since: int
) -> Sequence[Line]:
    """The last messages on a channel before the `n`th and after the `since`th, in order."""
    rows = _line.where(
        outbox.c.contact_id == contact_id,
        outbox.c.n < n,
        outbox.c.n > since,
        outbox.c.channel == channel,
    )
    latest = tx.execute(rows.order_by(outbox.c.n.desc()).limit(limit))
    return [Line(*row) for row in latest][::-1]


def find_message(
    tx: Transaction, channel: str, address: str, n: int | None
) -> tuple[int, int, bytes] | None:
    """A contact's id, and the number of its `n`th or last message with this, sealed."""
    found = (
        select(outbox.c.contact_id, outbox.c.n, outbox.c.message)
        .join(contacts, contacts.c.id == outbox.c.contact_id)
        .where(contacts.c.channel == channel, contacts.c.address == address)
    )
    if n is None:
        found = found.where(outbox.c.channel == channel).order_by(outbox.c.n.desc()).limit(1)
    else:
        found = found.where(outbox.c.n == n)
    row = tx.execute(found).one_or_none()
    return (row[0], row[1], row[2]) if row else None


def known_contact(tx: Transaction, contact_id: int) -> tuple[int, str] | None:
    """A contact's id and language by its id, if it is still there."""
    found = select(conversations.c.contact_id, conversations.c.language).where(
        conversations.c.contact_id == contact_id
    )
    row = tx.execute(found).one_or_none()
    return (row[0], row[1]) if row else None


def find_contact(tx: Transaction, channel: str, address: str) -> tuple[int, str] | None:
    """A contact's id and language, if this address has ever written."""
    found = (
        select(contacts.c.id, conversations.c.language)
        .join(conversations, conversations.c.contact_id == contacts.c.id)
        .where(contacts.c.channel == channel, contacts.c.address == address)
    )
    row = tx.execute(found).one_or_none()
    return (row[0], row[1]) if row else None


def state_of(tx: Transaction, contact_id: int) -> bytes | None:
    """The sealed state of a contact's conversation, to be read only."""
    found = select(conversations.c.state).where(conversations.c.contact_id == contact_id)
    return tx.execute(found).scalar_one_or_none()

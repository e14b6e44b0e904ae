"""What is old enough to be deleted, and deleting it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import delete, select, update

from bot.store.cases import OPEN
from bot.store.database import Transaction
from bot.store.tables import cases, conversations, documents, inbox, outbox
from bot.store.turns import Kept


def forgotten_drafts(tx: Transaction, before: datetime, limit: int) -> dict[int, Kept]:
    """Conversations untouched since a moment that have an unfinished frame, by contact."""
    forgotten = (
        select(
            conversations.c.contact_id,
            conversations.c.version,
            conversations.c.language,
            conversations.c.state,
            conversations.c.places,
        )
        .where(conversations.c.draft_at < before)
        .order_by(conversations.c.draft_at)
        .limit(limit)
        .with_for_update(skip_locked=True)
    )
    return {row[0]: Kept(row[1], row[2], row[3], row[4]) for row in tx.execute(forgotten)}


def delete_loose_documents(tx: Transaction, before: datetime) -> int:
    """Delete documents that never became part of a case, nor can while a draft is open."""
    drafting = select(conversations.c.contact_id).where(conversations.c.draft_at.is_not(None))
    loose = documents.c.case_reference.is_(None) & documents.c.contact_id.not_in(drafting)
    return tx.execute(delete(documents).where(loose, documents.c.received_at < before)).rowcount


@dataclass(frozen=True, slots=True)
class ClosedCase:
    """A case whose time is over, and the frame that submitted it."""

    reference: str
    contact_id: int
    frame: int


def closed_cases(tx: Transaction, before: datetime, limit: int) -> list[ClosedCase]:
    """Cases decided or withdrawn before a moment."""
    closed = (
        select(cases.c.reference, cases.c.contact_id, cases.c.frame)
        .where(cases.c.state.not_in(OPEN), cases.c.decided_at < before)
        .order_by(cases.c.id)
        .limit(limit)
    )
    return [ClosedCase(*row) for row in tx.execute(closed)]


def delete_cases(tx: Transaction, references: Sequence[str]) -> None:
    """Delete cases with their documents."""
    tx.execute(delete(documents).where(documents.c.case_reference.in_(references)))
    tx.execute(delete(cases).where(cases.c.reference.in_(references)))


def delete_messages(tx: Transaction, before: datetime) -> int:
    """Delete what both sides said before a moment; how many updates."""
    return tx.execute(delete(inbox).where(inbox.c.done_at < before)).rowcount


def delete_of_contact(tx: Transaction, contact_id: int, but: int) -> None:
    """Delete what was said with a contact, but for one update, and documents of no case.

    That an update was taken stays known: the platform may repeat it yet.
    """
    others = (inbox.c.contact_id == contact_id) & (inbox.c.id != but)
    tx.execute(delete(outbox).where(outbox.c.contact_id == contact_id))
    tx.execute(delete(inbox).where(others, inbox.c.done_at.is_(None)))
    tx.execute(update(inbox).where(others).values(input=b""))
    loose = documents.c.case_reference.is_(None) & (documents.c.contact_id == contact_id)
    tx.execute(delete(documents).where(loose))

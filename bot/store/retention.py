"""What is old enough to be deleted, and deleting it."""

from datetime import datetime

from sqlalchemy import delete, select

from bot.store.cases import SUBMITTED
from bot.store.database import Transaction
from bot.store.tables import cases, conversations, documents, inbox
from bot.store.turns import Kept


def stale_drafts(tx: Transaction, before: datetime, limit: int) -> dict[int, Kept]:
    """Conversations untouched since a moment that have an unfinished frame, by contact."""
    stale = (
        select(
            conversations.c.contact_id,
            conversations.c.version,
            conversations.c.language,
            conversations.c.state,
        )
        .where(conversations.c.draft_at < before)
        .order_by(conversations.c.contact_id)
        .limit(limit)
        .with_for_update(skip_locked=True)
    )
    return {row[0]: Kept(row[1], row[2], row[3]) for row in tx.execute(stale)}


def delete_loose_documents(tx: Transaction, before: datetime) -> int:
    """Delete documents that never became part of a case, nor can while a draft is open."""
    drafting = select(conversations.c.contact_id).where(conversations.c.draft_at.is_not(None))
    loose = documents.c.case_reference.is_(None) & documents.c.contact_id.not_in(drafting)
    return tx.execute(delete(documents).where(loose, documents.c.received_at < before)).rowcount


def delete_closed_cases(tx: Transaction, before: datetime) -> int:
    """Delete cases decided before a moment, with their documents; how many."""
    closed = select(cases.c.reference).where(
        cases.c.state != SUBMITTED, cases.c.decided_at < before
    )
    references = list(tx.execute(closed).scalars())
    if references:
        tx.execute(delete(documents).where(documents.c.case_reference.in_(references)))
        tx.execute(delete(cases).where(cases.c.reference.in_(references)))
    return len(references)


def delete_messages(tx: Transaction, before: datetime) -> int:
    """Delete what both sides said before a moment; how many updates."""
    return tx.execute(delete(inbox).where(inbox.c.done_at < before)).rowcount

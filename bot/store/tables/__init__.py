"""Every table, for SQLite and PostgreSQL alike."""

from bot.store.tables.answering import (
    additions,
    answer_counts,
    event_reminders,
    events,
    questions,
)
from bot.store.tables.columns import Id, Moment, metadata
from bot.store.tables.console import audit, funnel, staff, staff_sessions
from bot.store.tables.office import (
    buildings,
    case_events,
    case_terms,
    cases,
    deposits,
    flats,
    holds,
    ledger,
    unit_types,
    waiting_list,
)
from bot.store.tables.talk import (
    allowances,
    attachments,
    contacts,
    conversations,
    document_parts,
    documents,
    editions,
    inbox,
    outbox,
)

__all__ = [
    "Id",
    "Moment",
    "questions",
    "events",
    "event_reminders",
    "answer_counts",
    "additions",
    "allowances",
    "attachments",
    "audit",
    "buildings",
    "case_events",
    "case_terms",
    "cases",
    "contacts",
    "conversations",
    "deposits",
    "document_parts",
    "documents",
    "editions",
    "flats",
    "funnel",
    "holds",
    "inbox",
    "ledger",
    "metadata",
    "outbox",
    "staff",
    "staff_sessions",
    "unit_types",
    "waiting_list",
]

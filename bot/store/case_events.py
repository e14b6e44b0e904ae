"""Timelines of cases: what happened to each, in order."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import insert, select

from bot.store.database import Transaction
from bot.store.tables import case_events


@dataclass(frozen=True, slots=True)
class CaseEvent:
    """One thing that happened to a case; `words` are sealed."""

    at: datetime
    kind: str
    who: str
    words: bytes | None


def add_event(tx: Transaction, case_id: int, event: CaseEvent) -> int:
    """Add to the timeline of a case; the id of what was added."""
    added = insert(case_events).values(
        case_id=case_id, at=event.at, kind=event.kind, who=event.who, words=event.words
    )
    event_id: int = tx.execute(added.returning(case_events.c.id)).scalar_one()
    return event_id


def events_of(tx: Transaction, case_id: int) -> list[CaseEvent]:
    """What happened to a case, the oldest first."""
    rows = (
        select(case_events.c.at, case_events.c.kind, case_events.c.who, case_events.c.words)
        .where(case_events.c.case_id == case_id)
        .order_by(case_events.c.id)
    )
    return [CaseEvent(*row) for row in tx.execute(rows)]

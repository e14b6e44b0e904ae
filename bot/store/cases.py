"""Cases: what contacts submitted for staff to decide."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import insert, select, update

from bot.store.database import Transaction
from bot.store.tables import cases, contacts

SUBMITTED, APPROVED, REFUSED, WITHDRAWN = "submitted", "approved", "refused", "withdrawn"


@dataclass(frozen=True, slots=True)
class NewCase:
    """A case to keep; `answers` are sealed about `case:{reference}`."""

    reference: str
    contact_id: int
    flow: str
    version: str
    frame: int
    answers: bytes
    submitted_at: datetime
    due_on: date


@dataclass(frozen=True, slots=True)
class Case:
    """A case as it is kept."""

    id: int
    reference: str
    contact_id: int
    channel: str
    flow: str
    version: str
    frame: int
    state: str
    answers: bytes
    submitted_at: datetime
    due_on: date


_case = select(
    cases.c.id,
    cases.c.reference,
    cases.c.contact_id,
    contacts.c.channel,
    cases.c.flow,
    cases.c.version,
    cases.c.frame,
    cases.c.state,
    cases.c.answers,
    cases.c.submitted_at,
    cases.c.due_on,
).join(contacts, contacts.c.id == cases.c.contact_id)


def add_case(tx: Transaction, new: NewCase) -> None:
    """Keep a new case."""
    tx.execute(
        insert(cases).values(
            reference=new.reference,
            contact_id=new.contact_id,
            flow=new.flow,
            version=new.version,
            frame=new.frame,
            state=SUBMITTED,
            answers=new.answers,
            submitted_at=new.submitted_at,
            due_on=new.due_on,
        )
    )


def find_case(tx: Transaction, reference: str) -> Case | None:
    """The case of a reference."""
    row = tx.execute(_case.where(cases.c.reference == reference)).one_or_none()
    return Case(*row) if row else None


def case_of(tx: Transaction, contact_id: int, frame: int) -> Case | None:
    """The case a frame submitted."""
    mine = _case.where(cases.c.contact_id == contact_id, cases.c.frame == frame)
    row = tx.execute(mine).one_or_none()
    return Case(*row) if row else None


def list_cases(tx: Transaction, state: str, limit: int) -> Sequence[Case]:
    """Cases in a state, those due first on top."""
    chosen = _case.where(cases.c.state == state).order_by(cases.c.due_on, cases.c.id).limit(limit)
    return [Case(*row) for row in tx.execute(chosen)]


def decide_case(
    tx: Transaction, reference: str, state: str, by: str, reason: bytes | None, now: datetime
) -> bool:
    """Decide a submitted case; False when it is decided already or does not exist."""
    decided = (
        update(cases)
        .where(cases.c.reference == reference, cases.c.state == SUBMITTED)
        .values(state=state, decided_at=now, decided_by=by, reason=reason)
    )
    return tx.execute(decided).rowcount == 1


def withdraw_case(tx: Transaction, case_id: int, now: datetime) -> None:
    """Mark a case as withdrawn by its contact."""
    tx.execute(update(cases).where(cases.c.id == case_id).values(state=WITHDRAWN, decided_at=now))

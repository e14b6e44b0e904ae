"""Cases: what contacts submitted for staff to decide."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import insert, select, update

from bot.store.database import Transaction
from bot.store.tables import cases, contacts

SUBMITTED, ASKED = "submitted", "asked"
APPROVED, REFUSED, WITHDRAWN = "approved", "refused", "withdrawn"
OPEN = (SUBMITTED, ASKED)
"""The states in which a case waits for a decision; asked again, its contact has to answer first."""
STATES = (*OPEN, APPROVED, REFUSED, WITHDRAWN)


@dataclass(frozen=True, slots=True)
class NewCase:
    """A case to keep; `answers` are sealed about `case:{reference}`."""

    reference: str
    contact_id: int
    flow: str
    version: str
    frame: int
    step: str
    language: str
    answers: bytes
    submitted_at: datetime
    due_on: date


@dataclass(frozen=True, slots=True)
class CaseRow:
    """A case as lists show it: nothing of its answers."""

    id: int
    reference: str
    contact_id: int
    channel: str
    flow: str
    language: str
    state: str
    revision: int
    assignee: str | None
    submitted_at: datetime
    asked_at: datetime | None
    due_on: date
    decided_at: datetime | None
    decided_by: str | None


@dataclass(frozen=True, slots=True)
class Case(CaseRow):
    """A case as it is kept; `reason` is sealed about `reason:{reference}`.

    `step` is the one that submitted it.
    """

    version: str
    frame: int
    step: str
    answers: bytes
    reason: bytes | None


case_row = select(
    cases.c.id,
    cases.c.reference,
    cases.c.contact_id,
    cases.c.channel,
    cases.c.flow,
    cases.c.language,
    cases.c.state,
    cases.c.revision,
    cases.c.assignee,
    cases.c.submitted_at,
    cases.c.asked_at,
    cases.c.due_on,
    cases.c.decided_at,
    cases.c.decided_by,
)
"""What a `CaseRow` is made of."""

whole_case = case_row.add_columns(
    cases.c.version, cases.c.frame, cases.c.step, cases.c.answers, cases.c.reason
)
"""What a `Case` is made of."""


def add_case(tx: Transaction, new: NewCase) -> int:
    """Keep a new case; its id."""
    added = insert(cases).values(
        reference=new.reference,
        contact_id=new.contact_id,
        flow=new.flow,
        version=new.version,
        frame=new.frame,
        step=new.step,
        language=new.language,
        channel=select(contacts.c.channel).where(contacts.c.id == new.contact_id).scalar_subquery(),
        state=SUBMITTED,
        revision=1,
        answers=new.answers,
        submitted_at=new.submitted_at,
        due_on=new.due_on,
    )
    case_id: int = tx.execute(added.returning(cases.c.id)).scalar_one()
    return case_id


def find_case(tx: Transaction, reference: str) -> Case | None:
    """The case of a reference."""
    row = tx.execute(whole_case.where(cases.c.reference == reference)).one_or_none()
    return Case(*row) if row else None


def case_of(tx: Transaction, contact_id: int, frame: int) -> Case | None:
    """The case a frame submitted."""
    mine = whole_case.where(cases.c.contact_id == contact_id, cases.c.frame == frame)
    row = tx.execute(mine).one_or_none()
    return Case(*row) if row else None


def change_case(
    tx: Transaction,
    reference: str,
    states: Collection[str],
    values: Mapping[str, Any],
    revision: int | None = None,
) -> bool:
    """Change columns of a case that is in one of these states, and has this revision if one is
    given; False, and nothing is changed, when it is not so any more."""
    changed = update(cases).where(cases.c.reference == reference, cases.c.state.in_(states))
    if revision is not None:
        changed = changed.where(cases.c.revision == revision)
    raised = changed.values(revision=cases.c.revision + 1, **values)
    return tx.execute(raised).rowcount == 1

"""Lists of cases for staff: filtered, sorted, by the page, counted and exported."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from sqlalchemy import ColumnElement, Select, func, select

from bot.store.cases import SUBMITTED, Case, CaseRow, case_row, whole_case
from bot.store.database import Transaction
from bot.store.tables import case_terms, cases

NOBODY = ""
"""In place of an assignee: cases that nobody is assigned."""
CHUNK = 500
"""Cases read at once for an export: their answers are a few megabytes at most."""
HIGHEST = "\U0010ffff"
"""No reference has a character after this one."""

SORTS = {
    "due": (cases.c.due_on, cases.c.id),
    "submitted": (cases.c.submitted_at, cases.c.id),
    "reference": (cases.c.reference,),
    "state": (cases.c.state, cases.c.due_on, cases.c.id),
    "assignee": (cases.c.assignee, cases.c.id),
}
"""By what lists may be sorted; the columns are those of an index each."""


@dataclass(frozen=True, slots=True)
class CaseFilter:
    """Which cases a list shows; what is empty or None leaves all.

    `overdue_on`: waits for staff on that day although due before. `submitted_from` counts,
    `submitted_to` does not any more. `terms`: one tuple for each word, of which a case must have
    one digest.
    """

    states: tuple[str, ...] = ()
    flow: str = ""
    assignee: str | None = None
    channel: str = ""
    language: str = ""
    due_before: date | None = None
    overdue_on: date | None = None
    submitted_from: datetime | None = None
    submitted_to: datetime | None = None
    reference: str = ""
    terms: tuple[tuple[bytes, ...], ...] = ()


@dataclass(frozen=True, slots=True)
class CaseSort:
    """By what a list is sorted: one of `SORTS`."""

    by: str = "due"
    descending: bool = False


@dataclass(frozen=True, slots=True)
class CaseCounts:
    """How many cases there are: by state, by flow and state, and how many are overdue."""

    by_state: dict[str, int] = field(default_factory=dict)
    by_flow: dict[str, dict[str, int]] = field(default_factory=dict)
    overdue: int = 0


def case_list(
    tx: Transaction, wanted: CaseFilter, sort: CaseSort, limit: int, offset: int = 0
) -> tuple[list[CaseRow], int]:
    """A page of the cases that are wanted, and how many there are of them in all."""
    conditions = _conditions(wanted, tx.dialect.name)
    total = tx.execute(select(func.count()).select_from(cases).where(*conditions)).scalar_one()
    # Ids first, which indexes answer: rows hold sealed answers, and are read for one page only.
    page = _sorted(select(cases.c.id).where(*conditions), sort).limit(limit).offset(offset)
    rows = tx.execute(_sorted(case_row.where(cases.c.id.in_(page)), sort))
    return [CaseRow(*row) for row in rows], total


def case_chunks(tx: Transaction, wanted: CaseFilter) -> Iterator[list[Case]]:
    """All cases that are wanted with their answers, the oldest first, some at a time."""
    chosen = (
        whole_case.where(*_conditions(wanted, tx.dialect.name)).order_by(cases.c.id).limit(CHUNK)
    )
    after = 0
    while chunk := [Case(*row) for row in tx.execute(chosen.where(cases.c.id > after))]:
        yield chunk
        after = chunk[-1].id


def count_cases(tx: Transaction, today: date) -> CaseCounts:
    """How many cases there are, and how many are overdue on a day."""
    counted = select(cases.c.flow, cases.c.state, func.count()).group_by(
        cases.c.flow, cases.c.state
    )
    by_state: dict[str, int] = {}
    by_flow: dict[str, dict[str, int]] = {}
    for flow, state, number in tx.execute(counted):
        by_state[state] = by_state.get(state, 0) + number
        by_flow.setdefault(flow, {})[state] = number
    late = select(func.count()).select_from(cases).where(*_overdue(today))
    return CaseCounts(by_state, by_flow, tx.execute(late).scalar_one())


def _sorted(query: Select[Any], sort: CaseSort) -> Select[Any]:
    columns = SORTS[sort.by]
    return query.order_by(*(one.desc() if sort.descending else one for one in columns))


def _overdue(day: date) -> tuple[ColumnElement[bool], ...]:
    return (cases.c.state == SUBMITTED, cases.c.due_on < day)


def _conditions(wanted: CaseFilter, dialect: str) -> list[ColumnElement[bool]]:
    found = [*_of_kind(wanted), *_of_time(wanted)]
    if wanted.reference:
        found.append(_begins(wanted.reference, dialect))
    for digests in wanted.terms:
        having = select(case_terms.c.case_id).where(case_terms.c.digest.in_(digests))
        found.append(cases.c.id.in_(having))
    return found


def _of_kind(wanted: CaseFilter) -> Iterator[ColumnElement[bool]]:
    if wanted.states:
        yield cases.c.state.in_(wanted.states)
    if wanted.flow:
        yield cases.c.flow == wanted.flow
    if wanted.language:
        yield cases.c.language == wanted.language
    if wanted.channel:
        yield cases.c.channel == wanted.channel
    if wanted.assignee == NOBODY:
        yield cases.c.assignee.is_(None)
    elif wanted.assignee is not None:
        yield cases.c.assignee == wanted.assignee


def _of_time(wanted: CaseFilter) -> Iterator[ColumnElement[bool]]:
    if wanted.due_before:
        yield cases.c.due_on < wanted.due_before
    if wanted.overdue_on:
        yield from _overdue(wanted.overdue_on)
    if wanted.submitted_from:
        yield cases.c.submitted_at >= wanted.submitted_from
    if wanted.submitted_to:
        yield cases.c.submitted_at < wanted.submitted_to


def _begins(prefix: str, dialect: str) -> ColumnElement[bool]:
    """That a reference begins so, in the way this database's index can tell."""
    if dialect == "sqlite":
        return cases.c.reference.between(prefix, prefix + HIGHEST)
    return cases.c.reference.startswith(prefix, autoescape=True)

"""Deposits as staff look through them: filtered, sorted, a page at a time."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Select, func, select

from bot.store.database import Transaction
from bot.store.tables import cases, deposits, flats, holds, unit_types


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which deposits: in these states, ordered within a time, in a building, by a reference.

    What is left out does not matter. `reference` is the beginning of one.
    """

    states: tuple[str, ...] = ()
    since: datetime | None = None
    before: datetime | None = None
    building: str = ""
    reference: str = ""


@dataclass(frozen=True, slots=True)
class ListedDeposit:
    """A deposit as staff see it; `receipt` is JSON, `case` empty when there is none any more."""

    reference: str
    state: str
    amount_fen: int
    ordered_at: datetime
    expires_at: datetime
    receipt: str | None
    revision: int
    decided_at: datetime | None
    decided_by: str | None
    hold_id: int
    flat_id: str
    building_id: str
    contact_id: int
    frame: int
    case: str


SORTS = {
    "ordered_at": deposits.c.ordered_at,
    "amount": deposits.c.amount_fen,
    "state": deposits.c.state,
}
"""What deposits may be sorted by."""

_columns = (
    deposits.c.reference,
    deposits.c.state,
    deposits.c.amount_fen,
    deposits.c.ordered_at,
    holds.c.expires_at,
    deposits.c.receipt,
    deposits.c.revision,
    deposits.c.decided_at,
    deposits.c.decided_by,
    deposits.c.hold_id,
    holds.c.flat_id,
    unit_types.c.building_id,
    deposits.c.contact_id,
    deposits.c.frame,
)
_case = (
    select(func.coalesce(func.max(cases.c.reference), ""))
    .where(cases.c.contact_id == deposits.c.contact_id, cases.c.frame == deposits.c.frame)
    .scalar_subquery()
)


def deposits_page(
    tx: Transaction,
    wanted: Wanted,
    limit: int,
    offset: int = 0,
    sort: str = "ordered_at",
    *,
    descending: bool = True,
) -> tuple[list[ListedDeposit], int]:
    """A page of the wanted deposits; and how many there are."""
    conditions = _conditions(wanted)
    total = tx.execute(_joined(select(func.count())).where(*conditions)).scalar_one()
    key = SORTS[sort].desc() if descending else SORTS[sort]
    page = _joined(select(*_columns, _case)).where(*conditions)
    rows = tx.execute(page.order_by(key, deposits.c.id.desc()).limit(limit).offset(offset))
    return [ListedDeposit(*row) for row in rows], total


def _joined(chosen: Select[Any]) -> Select[Any]:
    return (
        chosen.select_from(deposits)
        .join(holds, holds.c.id == deposits.c.hold_id)
        .join(flats, flats.c.id == holds.c.flat_id)
        .join(unit_types, unit_types.c.id == flats.c.unit_type_id)
    )


def _conditions(wanted: Wanted) -> list[ColumnElement[bool]]:
    conditions: list[ColumnElement[bool]] = []
    if wanted.states:
        conditions.append(deposits.c.state.in_(wanted.states))
    if wanted.since is not None:
        conditions.append(deposits.c.ordered_at >= wanted.since)
    if wanted.before is not None:
        conditions.append(deposits.c.ordered_at < wanted.before)
    if wanted.building:
        conditions.append(unit_types.c.building_id == wanted.building)
    if wanted.reference:
        conditions.append(deposits.c.reference.startswith(wanted.reference, autoescape=True))
    return conditions

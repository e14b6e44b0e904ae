"""The ledger of deposits: every change, for good; the database lets nobody alter a line."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, insert, select

from bot.store.database import Transaction
from bot.store.tables import deposits, flats, holds, ledger, unit_types

CONFIRMED, REFUNDED, LATE = "confirmed", "refunded", "late"
"""Kinds of lines with an amount; of the others it is 0."""
RECEIVED = (CONFIRMED, LATE)


@dataclass(frozen=True, slots=True)
class Line:
    """One line; `words` are sealed about `ledger:{reference}:{kind}:{at in microseconds}`."""

    at: datetime
    reference: str
    kind: str
    amount_fen: int
    flat_id: str
    who: str
    words: bytes | None = None


@dataclass(frozen=True, slots=True)
class DayLine:
    """A line with its building; that is empty when the flat is no longer in the stock."""

    line: Line
    building_id: str


@dataclass(frozen=True, slots=True)
class Sum:
    """How many lines of a kind a building has, and their amounts together."""

    building_id: str
    kind: str
    count: int
    amount_fen: int


@dataclass(frozen=True, slots=True)
class Day:
    """The lines of some time in their order, and their sums."""

    lines: tuple[DayLine, ...]
    sums: tuple[Sum, ...]


@dataclass(frozen=True, slots=True)
class Totals:
    """What a building was to get, got, gave back and has, in fen."""

    ordered_fen: int = 0
    received_fen: int = 0
    refunded_fen: int = 0

    @property
    def kept_fen(self) -> int:
        """What is there now."""
        return self.received_fen - self.refunded_fen


_line = (
    ledger.c.at,
    ledger.c.reference,
    ledger.c.kind,
    ledger.c.amount_fen,
    ledger.c.flat_id,
    ledger.c.who,
    ledger.c.words,
)
_in_buildings = ledger.outerjoin(flats, flats.c.id == ledger.c.flat_id).outerjoin(
    unit_types, unit_types.c.id == flats.c.unit_type_id
)
_building = func.coalesce(unit_types.c.building_id, "")


def write(tx: Transaction, line: Line) -> None:
    """Write a line."""
    values = {
        "at": line.at,
        "reference": line.reference,
        "kind": line.kind,
        "amount_fen": line.amount_fen,
        "flat_id": line.flat_id,
        "who": line.who,
        "words": line.words,
    }
    tx.execute(insert(ledger).values(values))


def lines_of(tx: Transaction, reference: str) -> list[Line]:
    """The lines of one deposit, in order."""
    mine = select(*_line).where(ledger.c.reference == reference).order_by(ledger.c.id)
    return [Line(*row) for row in tx.execute(mine)]


def day(tx: Transaction, start: datetime, end: datetime) -> Day:
    """The lines from a moment to before another, and their sums by building and kind."""
    within = ledger.c.at >= start, ledger.c.at < end
    chosen = select(*_line, _building).select_from(_in_buildings).where(*within)
    rows = tx.execute(chosen.order_by(ledger.c.at, ledger.c.id)).all()
    added = (
        select(_building, ledger.c.kind, func.count(), func.sum(ledger.c.amount_fen))
        .select_from(_in_buildings)
        .where(*within)
        .group_by(_building, ledger.c.kind)
        .order_by(_building, ledger.c.kind)
    )
    lines = tuple(DayLine(Line(*row[:-1]), row[-1]) for row in rows)
    sums = tuple(Sum(row[0], row[1], row[2], int(row[3])) for row in tx.execute(added))
    return Day(lines, sums)


def sums(tx: Transaction) -> Mapping[str, Totals]:
    """The books, building by building."""
    ordered = (
        select(unit_types.c.building_id, func.sum(deposits.c.amount_fen))
        .join(holds, holds.c.id == deposits.c.hold_id)
        .join(flats, flats.c.id == holds.c.flat_id)
        .join(unit_types, unit_types.c.id == flats.c.unit_type_id)
        .group_by(unit_types.c.building_id)
    )
    moved = (
        select(_building, ledger.c.kind, func.sum(ledger.c.amount_fen))
        .select_from(_in_buildings)
        .where(ledger.c.kind.in_((*RECEIVED, REFUNDED)))
        .group_by(_building, ledger.c.kind)
    )
    wanted = {row[0]: int(row[1]) for row in tx.execute(ordered)}
    amounts = {(row[0], row[1]): int(row[2]) for row in tx.execute(moved)}
    names = sorted(wanted.keys() | {building for building, _ in amounts})
    return {
        name: Totals(
            wanted.get(name, 0),
            sum(amounts.get((name, kind), 0) for kind in RECEIVED),
            -amounts.get((name, REFUNDED), 0),
        )
        for name in names
    }

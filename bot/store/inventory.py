"""The stock as staff keep it: buildings, unit types and flats, changed one revision at a time."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import Any, TypeAlias

import msgspec
from sqlalchemy import Table, delete, exists, func, or_, select, update

from bot.engine.model import Fact
from bot.store.database import Transaction, insert_new
from bot.store.holds import TAKEN
from bot.store.tables import buildings, cases, flats, holds, ledger, unit_types

MOST_HOLDS = 100
"""Holds of one flat that staff look back upon."""


class Kind(StrEnum):
    """The three kinds of things in the stock, each part of the one before."""

    BUILDING = "building"
    UNIT_TYPE = "unit_type"
    FLAT = "flat"


Kept: TypeAlias = str | int | bool | date | Mapping[str, Fact]


@dataclass(frozen=True, slots=True)
class Item:
    """A building, unit type or flat: its columns by name, and which revision that is; 0 is new."""

    kind: Kind
    id: str
    values: Mapping[str, Kept]
    revision: int = 0

    @property
    def key(self) -> tuple[Kind, str]:
        """What tells it from all others."""
        return self.kind, self.id

    @property
    def parent(self) -> tuple[Kind, str] | None:
        """What it is part of."""
        match self.kind:
            case Kind.BUILDING:
                return None
            case Kind.UNIT_TYPE:
                return Kind.BUILDING, str(self.values["building_id"])
            case Kind.FLAT:
                return Kind.UNIT_TYPE, str(self.values["unit_type_id"])


@dataclass(frozen=True, slots=True)
class PastHold:
    """A hold or an offer that a flat had or has; `case` is empty where there is none."""

    id: int
    state: str
    made_at: datetime
    expires_at: datetime
    ended_at: datetime | None
    case: str


TABLES: Mapping[Kind, Table] = {
    Kind.BUILDING: buildings,
    Kind.UNIT_TYPE: unit_types,
    Kind.FLAT: flats,
}
COLUMNS: Mapping[Kind, tuple[str, ...]] = {
    Kind.BUILDING: ("facts",),
    Kind.UNIT_TYPE: ("building_id", "rent_fen", "facts"),
    Kind.FLAT: ("unit_type_id", "number", "floor", "available_from", "offered"),
}


def read_items(tx: Transaction) -> list[Item]:
    """The whole stock: buildings, then unit types, then flats, each by id."""
    return [_item(kind, row) for kind in Kind for row in tx.execute(_chosen(kind)).all()]


def find_item(tx: Transaction, kind: Kind, item_id: str) -> Item | None:
    """One of the stock."""
    row = tx.execute(_chosen(kind).where(TABLES[kind].c.id == item_id)).one_or_none()
    return _item(kind, row) if row else None


def _chosen(kind: Kind) -> Any:
    columns = TABLES[kind].c
    chosen = (columns[name] for name in ("id", "revision", *COLUMNS[kind]))
    return select(*chosen).order_by(columns.id)


def _item(kind: Kind, row: Any) -> Item:
    values = dict(zip(COLUMNS[kind], row[2:], strict=True))
    if "facts" in values:
        values["facts"] = msgspec.json.decode(values["facts"])
    return Item(kind, row[0], values, row[1])


def add_item(tx: Transaction, item: Item, now: datetime) -> bool:
    """Add a new one, a flat as free from now on; False when there is one of that id."""
    since = {"free_since": now} if item.kind == Kind.FLAT else {}
    table = TABLES[item.kind]
    adding = insert_new(tx, table).values(id=item.id, **_row(item), **since)
    return tx.execute(adding.returning(table.c.id)).one_or_none() is not None


def change_item(tx: Transaction, item: Item, now: datetime) -> bool:
    """Give one new values; False when it has another revision. A flat offered again is free now."""
    table = TABLES[item.kind]
    if item.kind == Kind.FLAT and item.values["offered"]:
        again = update(flats).where(flats.c.id == item.id, ~flats.c.offered)
        tx.execute(again.where(flats.c.revision == item.revision).values(free_since=now))
    changing = (
        update(table)
        .where(table.c.id == item.id, table.c.revision == item.revision)
        .values(**_row(item), revision=item.revision + 1)
    )
    return tx.execute(changing).rowcount == 1


def _row(item: Item) -> dict[str, object]:
    row: dict[str, object] = dict(item.values)
    if "facts" in row:
        row["facts"] = msgspec.json.encode(row["facts"]).decode()
    return row


def delete_item(tx: Transaction, item: Item) -> bool:
    """Delete one for good; False when it has another revision. It must not be in use."""
    table = TABLES[item.kind]
    gone = delete(table).where(table.c.id == item.id, table.c.revision == item.revision)
    return tx.execute(gone).rowcount == 1


def is_used(tx: Transaction, kind: Kind, item_id: str) -> bool:
    """Whether one has parts, or was ever held: then the books and cases still speak of it."""
    match kind:
        case Kind.BUILDING:
            use = exists().where(unit_types.c.building_id == item_id)
        case Kind.UNIT_TYPE:
            use = exists().where(flats.c.unit_type_id == item_id)
        case Kind.FLAT:
            held = exists().where(holds.c.flat_id == item_id)
            booked = exists().where(ledger.c.flat_id == item_id)
            return bool(tx.execute(select(or_(held, booked))).scalar())
    return bool(tx.execute(select(use)).scalar())


def taken_states(tx: Transaction) -> dict[str, str]:
    """The state of the hold or offer of each flat that has one now, by the flat's id."""
    taken = select(holds.c.flat_id, holds.c.state).where(holds.c.state.in_(TAKEN))
    return {row[0]: row[1] for row in tx.execute(taken)}


def holds_of_flat(tx: Transaction, flat_id: str) -> list[PastHold]:
    """What a flat was held for, the newest first."""
    case = (
        select(func.coalesce(func.max(cases.c.reference), ""))
        .where(cases.c.contact_id == holds.c.contact_id, cases.c.frame == holds.c.frame)
        .scalar_subquery()
    )
    had = (
        select(
            holds.c.id,
            holds.c.state,
            holds.c.made_at,
            holds.c.expires_at,
            holds.c.ended_at,
            case,
        )
        .where(holds.c.flat_id == flat_id)
        .order_by(holds.c.id.desc())
        .limit(MOST_HOLDS)
    )
    return [PastHold(*row) for row in tx.execute(had)]

"""Buildings, unit types and flats, and which of the flats are free."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

import msgspec
from sqlalchemy import BindParameter, bindparam, exists, func, select, update

from bot.engine.model import Fact
from bot.store.database import Transaction, insert_new
from bot.store.holds import TAKEN
from bot.store.tables import buildings, flats, holds, unit_types


@dataclass(frozen=True, slots=True)
class Flat:
    """A flat with everything that is known of it, its unit type and its building."""

    id: str
    number: str
    floor: int
    available_from: date
    rent_fen: int
    unit_type: Mapping[str, Fact]
    building: Mapping[str, Fact]


@dataclass(frozen=True, slots=True)
class StockRows:
    """Stock as rows: what a file of buildings comes to."""

    buildings: Sequence[tuple[str, Mapping[str, Fact]]]
    unit_types: Sequence[tuple[str, str, int, Mapping[str, Fact]]]
    flats: Sequence[tuple[str, str, str, int, date]]


_flat = (
    select(
        flats.c.id,
        flats.c.number,
        flats.c.floor,
        flats.c.available_from,
        unit_types.c.rent_fen,
        unit_types.c.facts,
        buildings.c.facts,
    )
    .join(unit_types, unit_types.c.id == flats.c.unit_type_id)
    .join(buildings, buildings.c.id == unit_types.c.building_id)
)
# Written out, as in the index of taken flats: of a parameter SQLite does not know that it fits, and
# would go through all that is taken for each flat.
_taken: BindParameter[Any] = bindparam("taken", TAKEN, expanding=True, literal_execute=True)
_is_taken = exists().where(holds.c.flat_id == flats.c.id, holds.c.state.in_(_taken))


def is_empty(tx: Transaction) -> bool:
    """Whether no stock was ever entered."""
    return tx.execute(select(func.count()).select_from(buildings)).scalar_one() == 0


def enter(tx: Transaction, rows: StockRows, now: datetime) -> None:
    """Enter stock, its flats free from now on; what is already there stays as it is."""
    encode = msgspec.json.encode
    if rows.buildings:
        values = [{"id": i, "facts": encode(facts).decode()} for i, facts in rows.buildings]
        tx.execute(insert_new(tx, buildings), values)
    if rows.unit_types:
        kinds = [
            {"id": i, "building_id": b, "rent_fen": rent, "facts": encode(facts).decode()}
            for i, b, rent, facts in rows.unit_types
        ]
        tx.execute(insert_new(tx, unit_types), kinds)
    if rows.flats:
        units = [
            {
                "id": i,
                "unit_type_id": u,
                "number": n,
                "floor": f,
                "available_from": day,
                "free_since": now,
            }
            for i, u, n, f, day in rows.flats
        ]
        tx.execute(insert_new(tx, flats), units)


def free_flats(tx: Transaction, limit: int) -> list[Flat]:
    """Flats that nobody has and that are offered to all, the lowest rent first."""
    free = (
        _flat.where(flats.c.offered, ~_is_taken)
        .order_by(unit_types.c.rent_fen, flats.c.available_from, flats.c.id)
        .limit(limit)
    )
    return [_as_flat(row) for row in tx.execute(free)]


def flat(tx: Transaction, flat_id: str) -> Flat:
    """One flat."""
    return _as_flat(tx.execute(_flat.where(flats.c.id == flat_id)).one())


def _as_flat(row: Any) -> Flat:
    number, floor, available_from, rent_fen, unit_type, building = row[1:]
    read = msgspec.json.decode
    return Flat(row[0], number, floor, available_from, rent_fen, read(unit_type), read(building))


def freed_flats(tx: Transaction, since: datetime) -> list[tuple[str, datetime]]:
    """Flats that became free from a moment on and still are: id and since when, in that order."""
    freed = select(flats.c.id, flats.c.free_since).where(
        flats.c.offered, ~_is_taken, flats.c.free_since >= since
    )
    rows = tx.execute(freed.order_by(flats.c.free_since, flats.c.id))
    return [(row[0], row[1]) for row in rows]


def is_offered(tx: Transaction, flat_id: str) -> bool:
    """Whether a flat is still offered: staff may have withheld it since it was shown."""
    return bool(tx.execute(select(flats.c.offered).where(flats.c.id == flat_id)).scalar())


def offer_flat(tx: Transaction, flat_id: str, now: datetime, *, offered: bool) -> bool:
    """Put a flat into or out of what is offered; False when there is none of that id.

    Who has it keeps it. A flat that was withheld counts as free from now on.
    """
    since = {"free_since": now} if offered else {}
    changed = (
        update(flats)
        .where(flats.c.id == flat_id, flats.c.offered != offered)
        .values(offered=offered, revision=flats.c.revision + 1, **since)
    )
    known = select(flats.c.id).where(flats.c.id == flat_id)
    return tx.execute(changed).rowcount == 1 or tx.execute(known).first() is not None


def all_flats(tx: Transaction) -> list[tuple[Flat, str]]:
    """Every flat with the state of its hold, or `withheld`, or `free`."""
    taken = select(holds.c.flat_id, holds.c.state).where(holds.c.state.in_(TAKEN))
    withheld = select(flats.c.id).where(~flats.c.offered)
    states = {
        **dict.fromkeys(tx.execute(withheld).scalars(), "withheld"),
        **{row[0]: row[1] for row in tx.execute(taken)},
    }
    rows = (_as_flat(row) for row in tx.execute(_flat.order_by(flats.c.id)))
    return [(one, states.get(one.id, "free")) for one in rows]


def building_names(tx: Transaction) -> dict[str, Fact]:
    """What each building is called, by its id."""
    rows = tx.execute(select(buildings.c.id, buildings.c.facts).order_by(buildings.c.id))
    return {row[0]: msgspec.json.decode(row[1])["name"] for row in rows}

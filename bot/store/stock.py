"""Flats, and the holds on them: the database itself sees to one hold a flat."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

import msgspec
from sqlalchemy import BindParameter, bindparam, exists, func, select, update

from bot.engine.model import Fact
from bot.store.database import Transaction, insert_new
from bot.store.deposits import REPORTED
from bot.store.tables import buildings, deposits, flats, holds, unit_types

HELD, LET, EXPIRED, RELEASED = "held", "let", "expired", "released"


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
class Hold:
    """A flat kept for one contact until a moment."""

    id: int
    flat_id: str
    contact_id: int
    frame: int
    state: str
    expires_at: datetime


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
_taken: BindParameter[Any] = bindparam("taken", (HELD, LET), expanding=True, literal_execute=True)
_is_taken = exists().where(holds.c.flat_id == flats.c.id, holds.c.state.in_(_taken))
_hold = (
    holds.c.id,
    holds.c.flat_id,
    holds.c.contact_id,
    holds.c.frame,
    holds.c.state,
    holds.c.expires_at,
)


def is_empty(tx: Transaction) -> bool:
    """Whether no stock was ever entered."""
    return tx.execute(select(func.count()).select_from(buildings)).scalar_one() == 0


def enter(tx: Transaction, rows: StockRows) -> None:
    """Enter stock; what is already there stays as it is."""
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
            {"id": i, "unit_type_id": u, "number": n, "floor": f, "available_from": day}
            for i, u, n, f, day in rows.flats
        ]
        tx.execute(insert_new(tx, flats), units)


def free_flats(tx: Transaction, limit: int) -> list[Flat]:
    """Flats that nobody holds, the lowest rent first."""
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


def hold(
    tx: Transaction, flat_id: str, contact_id: int, frame: int, now: datetime, until: datetime
) -> Hold | None:
    """Hold a flat; None when somebody has it. Of two at the same instant exactly one succeeds."""
    values = {
        "flat_id": flat_id,
        "contact_id": contact_id,
        "frame": frame,
        "state": HELD,
        "made_at": now,
        "expires_at": until,
    }
    row = tx.execute(insert_new(tx, holds).values(values).returning(*_hold)).one_or_none()
    return Hold(*row) if row else None


def hold_of(tx: Transaction, contact_id: int, frame: int) -> Hold | None:
    """The hold a frame has now."""
    mine = select(*_hold).where(
        holds.c.contact_id == contact_id, holds.c.frame == frame, holds.c.state.in_((HELD, LET))
    )
    row = tx.execute(mine).one_or_none()
    return Hold(*row) if row else None


def get_hold(tx: Transaction, hold_id: int) -> Hold:
    """One hold."""
    return Hold(*tx.execute(select(*_hold).where(holds.c.id == hold_id)).one())


def due_holds(tx: Transaction, now: datetime) -> list[Hold]:
    """Holds whose time is over, but for those whose deposit the contact says is paid."""
    paid = exists().where(deposits.c.hold_id == holds.c.id, deposits.c.state == REPORTED)
    over = select(*_hold).where(holds.c.state == HELD, holds.c.expires_at <= now, ~paid)
    return [Hold(*row) for row in tx.execute(over.order_by(holds.c.id))]


def change_hold(tx: Transaction, hold_id: int, old: str, new: str) -> bool:
    """Move a hold from one state to another; False when it is no longer in the first."""
    moved = update(holds).where(holds.c.id == hold_id, holds.c.state == old).values(state=new)
    return tx.execute(moved).rowcount == 1


def extend_hold(tx: Transaction, hold_id: int, until: datetime) -> None:
    """Let a hold last at least until a moment."""
    longer = holds.c.id == hold_id, holds.c.state == HELD, holds.c.expires_at < until
    tx.execute(update(holds).where(*longer).values(expires_at=until))


def is_offered(tx: Transaction, flat_id: str) -> bool:
    """Whether a flat is still offered: staff may have withheld it since it was shown."""
    return bool(tx.execute(select(flats.c.offered).where(flats.c.id == flat_id)).scalar())


def offer_flat(tx: Transaction, flat_id: str, *, offered: bool) -> bool:
    """Put a flat into or out of what is offered; False when there is none of that id."""
    changed = update(flats).where(flats.c.id == flat_id).values(offered=offered)
    return tx.execute(changed).rowcount == 1


def all_flats(tx: Transaction) -> list[tuple[Flat, str]]:
    """Every flat with the state of its hold, or `withheld`, or `free`."""
    taken = select(holds.c.flat_id, holds.c.state).where(holds.c.state.in_((HELD, LET)))
    withheld = select(flats.c.id).where(~flats.c.offered)
    states = {
        **dict.fromkeys(tx.execute(withheld).scalars(), "withheld"),
        **{row[0]: row[1] for row in tx.execute(taken)},
    }
    rows = (_as_flat(row) for row in tx.execute(_flat.order_by(flats.c.id)))
    return [(one, states.get(one.id, "free")) for one in rows]

"""Holds on flats, and offers of them: the database itself sees to one for each flat."""

from dataclasses import dataclass
from datetime import datetime
from functools import partial
from typing import Any

from sqlalchemy import Select, exists, func, select, update

from bot.store.database import Transaction, insert_new, lock_out
from bot.store.deposits import REPORTED
from bot.store.tables import cases, deposits, flats, holds, unit_types

OFFERED, HELD, LET = "offered", "held", "let"
TAKEN = (OFFERED, HELD, LET)
"""States in which nobody else gets the flat, in the order of the index of taken flats."""
EXPIRED, RELEASED, LAPSED, DECLINED = "expired", "released", "lapsed", "declined"

LOCK = 7_209_643
"""Advisory lock number under which flats change hands on PostgreSQL."""


@dataclass(frozen=True, slots=True)
class Hold:
    """A flat kept for one contact until a moment, or offered to them until then."""

    id: int
    flat_id: str
    contact_id: int
    frame: int
    state: str
    expires_at: datetime


@dataclass(frozen=True, slots=True)
class ListedHold:
    """A hold as staff see it; `case` is empty when none was submitted, or it is deleted."""

    id: int
    flat_id: str
    building_id: str
    state: str
    made_at: datetime
    expires_at: datetime
    contact_id: int
    frame: int
    case: str


_hold = (
    holds.c.id,
    holds.c.flat_id,
    holds.c.contact_id,
    holds.c.frame,
    holds.c.state,
    holds.c.expires_at,
)


lock_stock = partial(lock_out, lock=LOCK)
"""Let no other process take, offer or free a flat, or wait for one, until this transaction ends.

It comes before anything else of that kind, so that two never wait for each other.
"""


def keep(
    tx: Transaction,
    state: str,
    flat_id: str,
    contact_id: int,
    frame: int,
    now: datetime,
    until: datetime,
) -> Hold | None:
    """Hold or offer a flat; None when somebody has it. Of two at once exactly one succeeds."""
    values = {
        "flat_id": flat_id,
        "contact_id": contact_id,
        "frame": frame,
        "state": state,
        "made_at": now,
        "expires_at": until,
    }
    row = tx.execute(insert_new(tx, holds).values(values).returning(*_hold)).one_or_none()
    return Hold(*row) if row else None


def take_up(tx: Transaction, offer_id: int, now: datetime, until: datetime) -> Hold | None:
    """Make a hold of an offer; None when the offer is over."""
    taken = (
        update(holds)
        .where(holds.c.id == offer_id, holds.c.state == OFFERED)
        .values(state=HELD, made_at=now, expires_at=until)
        .returning(*_hold)
    )
    row = tx.execute(taken).one_or_none()
    return Hold(*row) if row else None


def hold_of(tx: Transaction, contact_id: int, frame: int) -> Hold | None:
    """The hold a frame has now."""
    return _one(tx, _of(contact_id, frame).where(holds.c.state.in_((HELD, LET))))


def offer_of(tx: Transaction, contact_id: int, frame: int) -> Hold | None:
    """What is offered to a frame now."""
    return _one(tx, _of(contact_id, frame).where(holds.c.state == OFFERED))


def find_hold(tx: Transaction, hold_id: int) -> Hold | None:
    """One hold."""
    return _one(tx, select(*_hold).where(holds.c.id == hold_id))


def _of(contact_id: int, frame: int) -> Select[Any]:
    return select(*_hold).where(holds.c.contact_id == contact_id, holds.c.frame == frame)


def _one(tx: Transaction, chosen: Select[Any]) -> Hold | None:
    row = tx.execute(chosen).one_or_none()
    return Hold(*row) if row else None


def due_holds(tx: Transaction, now: datetime) -> list[Hold]:
    """Holds and offers whose time is over, but for holds said to be paid."""
    paid = exists().where(deposits.c.hold_id == holds.c.id, deposits.c.state == REPORTED)
    over = holds.c.state.in_((OFFERED, HELD)), holds.c.expires_at <= now, ~paid
    return [Hold(*row) for row in tx.execute(select(*_hold).where(*over).order_by(holds.c.id))]


def let(tx: Transaction, hold_id: int) -> bool:
    """Let a held flat; False when it is not held any more."""
    moved = update(holds).where(holds.c.id == hold_id, holds.c.state == HELD).values(state=LET)
    return tx.execute(moved).rowcount == 1


def end_hold(tx: Transaction, hold: Hold, state: str, now: datetime) -> bool:
    """End a hold and free its flat; False when it is no longer in the state it was read in."""
    ended = (
        update(holds)
        .where(holds.c.id == hold.id, holds.c.state == hold.state)
        .values(state=state, ended_at=now)
    )
    if tx.execute(ended).rowcount == 0:
        return False
    tx.execute(update(flats).where(flats.c.id == hold.flat_id).values(free_since=now))
    return True


def extend_hold(tx: Transaction, hold_id: int, until: datetime) -> None:
    """Let a hold last at least until a moment."""
    longer = holds.c.id == hold_id, holds.c.state == HELD, holds.c.expires_at < until
    tx.execute(update(holds).where(*longer).values(expires_at=until))


SORTS = {"expires_at": holds.c.expires_at, "made_at": holds.c.made_at, "flat": holds.c.flat_id}
"""What holds may be sorted by."""


def list_holds(
    tx: Transaction,
    states: tuple[str, ...],
    limit: int,
    offset: int = 0,
    sort: str = "expires_at",
    *,
    descending: bool = False,
) -> tuple[list[ListedHold], int]:
    """A page of the holds in these states, with the references of their cases; and how many."""
    chosen = holds.c.state.in_(states)
    total = tx.execute(select(func.count()).select_from(holds).where(chosen)).scalar_one()
    key = SORTS[sort].desc() if descending else SORTS[sort]
    mine = (cases.c.contact_id == holds.c.contact_id) & (cases.c.frame == holds.c.frame)
    page = (
        select(
            holds.c.id,
            holds.c.flat_id,
            unit_types.c.building_id,
            holds.c.state,
            holds.c.made_at,
            holds.c.expires_at,
            holds.c.contact_id,
            holds.c.frame,
            func.coalesce(cases.c.reference, ""),
        )
        .join(flats, flats.c.id == holds.c.flat_id)
        .join(unit_types, unit_types.c.id == flats.c.unit_type_id)
        .outerjoin(cases, mine)
        .where(chosen)
        .order_by(key, holds.c.id)
    )
    return [ListedHold(*row) for row in tx.execute(page.limit(limit).offset(offset))], total

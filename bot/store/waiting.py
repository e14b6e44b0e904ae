"""The waiting list: who waits for a flat, in the order they joined."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import exists, func, insert, select, update

from bot.store.database import Transaction
from bot.store.tables import cases, contacts, holds, waiting_list

WAITING, OFFERED, HOUSED, LAPSED, LEFT = "waiting", "offered", "housed", "lapsed", "left"
OPEN = (WAITING, OFFERED)


@dataclass(frozen=True, slots=True)
class Waiter:
    """Who has a place on the list."""

    id: int
    contact_id: int
    frame: int


@dataclass(frozen=True, slots=True)
class Place:
    """A place on the list as staff see it: the first is number 1."""

    number: int
    id: int
    joined_at: datetime
    contact_id: int
    channel: str
    frame: int
    case: str


_is_waiting = waiting_list.c.state == WAITING
_waiter = (waiting_list.c.id, waiting_list.c.contact_id, waiting_list.c.frame)


def join(tx: Transaction, contact_id: int, frame: int, now: datetime) -> tuple[Waiter, int]:
    """Join the list, once; the place on it, from 1."""
    mine = (waiting_list.c.contact_id == contact_id) & (waiting_list.c.frame == frame)
    row = tx.execute(select(waiting_list.c.id).where(mine, _is_waiting)).scalar()
    if row is None:
        values = {"contact_id": contact_id, "frame": frame, "state": WAITING, "joined_at": now}
        added = insert(waiting_list).values(values).returning(waiting_list.c.id)
        row = tx.execute(added).scalar_one()
    ahead = select(func.count()).where(_is_waiting, waiting_list.c.id <= row)
    return Waiter(row, contact_id, frame), tx.execute(ahead).scalar_one()


def waits_since(tx: Transaction) -> datetime | None:
    """When those who wait now began to; None when nobody waits."""
    began = select(func.min(waiting_list.c.joined_at)).where(_is_waiting)
    since: datetime | None = tx.execute(began).scalar_one()
    return since


def first_for(tx: Transaction, flat_id: str, since: datetime) -> Waiter | None:
    """The first who waited when a flat became free, and did not have it themselves until then."""
    # Turns taken together share their moment, so who joined at that very moment has waited.
    waited = waiting_list.c.joined_at <= since
    had_it = exists().where(
        holds.c.contact_id == waiting_list.c.contact_id,
        holds.c.frame == waiting_list.c.frame,
        holds.c.flat_id == flat_id,
        holds.c.ended_at == since,
    )
    first = select(*_waiter).where(_is_waiting, waited, ~had_it)
    row = tx.execute(first.order_by(waiting_list.c.id).limit(1)).one_or_none()
    return Waiter(*row) if row else None


def note_offer(tx: Transaction, waiter_id: int) -> None:
    """Note that a flat is offered to a waiter."""
    tx.execute(update(waiting_list).where(waiting_list.c.id == waiter_id).values(state=OFFERED))


def end_place(tx: Transaction, contact_id: int, frame: int, state: str, now: datetime) -> None:
    """End the place a frame has on the list, if it has one."""
    mine = (waiting_list.c.contact_id == contact_id) & (waiting_list.c.frame == frame)
    ended = update(waiting_list).where(mine, waiting_list.c.state.in_(OPEN))
    tx.execute(ended.values(state=state, ended_at=now))


def take_off(tx: Transaction, waiter_id: int, now: datetime) -> Waiter | None:
    """Take somebody off the list; None when they do not wait (any more)."""
    ended = (
        update(waiting_list)
        .where(waiting_list.c.id == waiter_id, _is_waiting)
        .values(state=LEFT, ended_at=now)
        .returning(*_waiter)
    )
    row = tx.execute(ended).one_or_none()
    return Waiter(*row) if row else None


def waiters(tx: Transaction, limit: int, offset: int = 0) -> tuple[list[Place], int]:
    """A page of those who wait, in order; and how many wait."""
    counted = select(func.count()).select_from(waiting_list).where(_is_waiting)
    total = tx.execute(counted).scalar_one()
    mine = cases.c.contact_id == waiting_list.c.contact_id
    page = (
        select(
            waiting_list.c.id,
            waiting_list.c.joined_at,
            waiting_list.c.contact_id,
            contacts.c.channel,
            waiting_list.c.frame,
            func.coalesce(cases.c.reference, ""),
        )
        .join(contacts, contacts.c.id == waiting_list.c.contact_id)
        .outerjoin(cases, mine & (cases.c.frame == waiting_list.c.frame))
        .where(_is_waiting)
        .order_by(waiting_list.c.id)
    )
    rows = tx.execute(page.limit(limit).offset(offset))
    return [Place(number, *row) for number, row in enumerate(rows, offset + 1)], total

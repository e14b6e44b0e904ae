"""The waiting list: who waits for a flat, in the order they joined."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, insert, select, update

from bot.store.database import Transaction
from bot.store.tables import waiting_list

WAITING, OFFERED, LEFT = "waiting", "offered", "left"


@dataclass(frozen=True, slots=True)
class Waiter:
    """One place on the list."""

    id: int
    contact_id: int
    frame: int


def join(tx: Transaction, contact_id: int, frame: int, now: datetime) -> int:
    """Join the list, once; the place on it, from 1."""
    mine = select(waiting_list.c.id).where(
        waiting_list.c.contact_id == contact_id,
        waiting_list.c.frame == frame,
        waiting_list.c.state == WAITING,
    )
    row = tx.execute(mine).scalar()
    if row is None:
        values = {"contact_id": contact_id, "frame": frame, "state": WAITING, "joined_at": now}
        added = insert(waiting_list).values(values).returning(waiting_list.c.id)
        row = tx.execute(added).scalar_one()
    ahead = select(func.count()).where(waiting_list.c.state == WAITING, waiting_list.c.id <= row)
    return tx.execute(ahead).scalar_one()


def next_waiter(tx: Transaction) -> Waiter | None:
    """Take the first who waits off the list, to be offered a flat."""
    first = (
        select(waiting_list.c.id, waiting_list.c.contact_id, waiting_list.c.frame)
        .where(waiting_list.c.state == WAITING)
        .order_by(waiting_list.c.id)
        .limit(1)
        .with_for_update(skip_locked=True)
    )
    row = tx.execute(first).one_or_none()
    if row is None:
        return None
    tx.execute(update(waiting_list).where(waiting_list.c.id == row.id).values(state=OFFERED))
    return Waiter(*row)


def leave(tx: Transaction, contact_id: int, frame: int) -> None:
    """Leave the list."""
    tx.execute(
        update(waiting_list)
        .where(
            waiting_list.c.contact_id == contact_id,
            waiting_list.c.frame == frame,
            waiting_list.c.state == WAITING,
        )
        .values(state=LEFT)
    )

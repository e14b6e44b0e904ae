"""The outbox: claim what is due by a conditional UPDATE, settle what became of it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import bindparam, exists, func, select, update

from bot.store.database import Transaction
from bot.store.tables import contacts, outbox


@dataclass(frozen=True, slots=True)
class Claimed:
    """A message that this worker may send now, and nobody else until the lease is over."""

    id: int
    contact_id: int
    channel: str
    address: str
    n: int
    message: bytes
    attempts: int


@dataclass(frozen=True, slots=True)
class Settled:
    """What became of a claimed message: sent, to be tried again at `due_at`, or given up.

    One that was not `tried` waits behind an earlier message: it costs it no attempt.
    """

    id: int
    contact_id: int
    sent: bool = False
    due_at: datetime | None = None
    problem: str = ""
    gone: bool = False
    tried: bool = True


def claim(
    tx: Transaction, worker: str, now: datetime, lease: timedelta, limit: int
) -> list[Claimed]:
    """Claim what is due for up to `limit` contacts, in order and none before an earlier message.

    The lease is `due_at` itself: a worker that dies leaves messages that fall due again.
    Only the first unsent message of a contact can be locked, and whoever holds it has the rest.
    """
    earlier = outbox.alias("earlier")
    waits = exists().where(
        earlier.c.contact_id == outbox.c.contact_id,
        earlier.c.id < outbox.c.id,
        earlier.c.due_at.is_not(None),
    )
    first = (
        select(outbox.c.contact_id)
        .where(outbox.c.due_at <= now, ~waits)
        .order_by(outbox.c.due_at)
        .limit(limit)
        .with_for_update(skip_locked=True)
    )
    lanes = list(tx.execute(first).scalars())
    if not lanes:
        return []
    taken = (
        update(outbox)
        .where(outbox.c.contact_id.in_(lanes), outbox.c.due_at <= now)
        .values(due_at=now + lease, attempts=outbox.c.attempts + 1, worker=worker)
        .returning(outbox.c.id)
    )
    return _read(tx, list(tx.execute(taken).scalars()))


def _read(tx: Transaction, ids: Sequence[int]) -> list[Claimed]:
    rows = (
        select(
            outbox.c.id,
            outbox.c.contact_id,
            contacts.c.channel,
            contacts.c.address,
            outbox.c.n,
            outbox.c.message,
            outbox.c.attempts,
        )
        .join(contacts, contacts.c.id == outbox.c.contact_id)
        .where(outbox.c.id.in_(ids))
        .order_by(outbox.c.id)
    )
    return [Claimed(*row) for row in tx.execute(rows)]


_settle = (
    update(outbox)
    .where(outbox.c.id == bindparam("row"), outbox.c.worker == bindparam("mine"))
    .values(
        due_at=bindparam("next"),
        sent_at=bindparam("sent"),
        failed_at=bindparam("given_up"),
        problem=bindparam("why"),
        attempts=outbox.c.attempts - bindparam("untried"),
        worker=None,
    )
)


def settle(tx: Transaction, worker: str, settled: Sequence[Settled], now: datetime) -> None:
    """Keep what became of claimed messages; a lease lost to another worker changes nothing."""
    if not settled:
        return
    rows = [
        {
            "row": one.id,
            "mine": worker,
            "next": one.due_at,
            "sent": now if one.sent else None,
            "given_up": None if one.sent or one.due_at else now,
            "why": one.problem[:200] or None,
            "untried": 0 if one.tried else 1,
        }
        for one in settled
    ]
    tx.execute(_settle, rows)
    gone = [one.contact_id for one in settled if one.gone]
    if gone:
        tx.execute(update(contacts).where(contacts.c.id.in_(gone)).values(gone_at=now))


def release(tx: Transaction, worker: str, now: datetime) -> int:
    """Make due again what a worker of this name had claimed before it died; how many."""
    freed = update(outbox).where(outbox.c.worker == worker, outbox.c.due_at.is_not(None))
    return tx.execute(freed.values(due_at=now, worker=None)).rowcount


def next_due(tx: Transaction) -> datetime | None:
    """When the next message falls due."""
    return tx.execute(select(func.min(outbox.c.due_at))).scalar()

"""The outbox: claim what is due by a conditional UPDATE, settle what became of it."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import bindparam, exists, func, select, update

from bot.store.allowances import close, let_go, spend
from bot.store.database import Transaction
from bot.store.tables import contacts, outbox


@dataclass(frozen=True, slots=True)
class Claimed:
    """A message that this worker may send now, and nobody else until the lease is over.

    `parts` of it are out already. One that `is_held` has waited for the contact to speak until
    its time was over.
    """

    id: int
    contact_id: int
    channel: str
    address: str
    n: int
    message: bytes
    attempts: int
    parts: int
    is_held: bool
    is_gone: bool


@dataclass(frozen=True, slots=True)
class Settled:
    """What became of a claimed message: sent, to be tried again at `due_at`, or given up.

    One that was not `tried` waits behind an earlier message: it costs it no attempt. `calls` are
    those made for it. One that `is_held` waits until the contact speaks, or gives up at `due_at`.
    """

    id: int
    contact_id: int
    sent: bool = False
    due_at: datetime | None = None
    problem: str = ""
    gone: bool = False
    tried: bool = True
    parts: int = 0
    calls: int = 0
    is_held: bool = False
    closed_at: datetime | None = None


_earlier = outbox.alias("earlier")
_waits = exists().where(
    _earlier.c.contact_id == outbox.c.contact_id,
    _earlier.c.id < outbox.c.id,
    _earlier.c.due_at.is_not(None),
    ~_earlier.c.is_held,
)


def claim(
    tx: Transaction,
    worker: str,
    now: datetime,
    lease: timedelta,
    limit: int,
    channels: Collection[str],
) -> list[Claimed]:
    """Claim what is due for up to `limit` contacts, in order and none before an earlier message.

    The lease is `due_at` itself: a worker that dies leaves messages that fall due again.
    Only the first unsent message of a contact can be locked, and whoever holds it has the rest.
    """
    first = (
        select(outbox.c.contact_id)
        .where(outbox.c.due_at <= now, outbox.c.channel.in_(channels), ~_waits)
        .order_by(outbox.c.due_at, outbox.c.id)
        .limit(limit)
        .with_for_update(skip_locked=True)
    )
    lanes = list(tx.execute(first).scalars())
    if not lanes:
        return []
    due = outbox.c.contact_id.in_(lanes) & (outbox.c.due_at <= now)
    return _take(tx, due, worker, now + lease)


def claim_lanes(
    tx: Transaction, worker: str, contact_ids: Collection[int], now: datetime, lease: timedelta
) -> list[Claimed]:
    """Claim all that waits for these contacts, also what is due later; nothing of a contact of
    whom another worker has claimed something."""
    lane = outbox.c.contact_id.in_(sorted(contact_ids)) & outbox.c.due_at.is_not(None)
    locked = select(outbox.c.contact_id, outbox.c.worker, outbox.c.due_at).where(lane)
    rows = tx.execute(locked.order_by(outbox.c.id).with_for_update()).all()
    taken = {row.contact_id for row in rows if row.worker is not None and row.due_at > now}
    free = {row.contact_id for row in rows} - taken
    if not free:
        return []
    mine = outbox.c.contact_id.in_(sorted(free)) & outbox.c.due_at.is_not(None)
    return _take(tx, mine, worker, now + lease, is_held=False)


def _take(
    tx: Transaction, which: Any, worker: str, until: datetime, **changes: Any
) -> list[Claimed]:
    taken = (
        update(outbox)
        .where(which)
        .values(due_at=until, attempts=outbox.c.attempts + 1, worker=worker, **changes)
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
            outbox.c.parts,
            outbox.c.is_held,
            contacts.c.gone_at,
        )
        .join(contacts, contacts.c.id == outbox.c.contact_id)
        .where(outbox.c.id.in_(ids))
        .order_by(outbox.c.id)
    )
    return [Claimed(*row[:9], is_gone=row[9] is not None) for row in tx.execute(rows)]


_settle = (
    update(outbox)
    .where(outbox.c.id == bindparam("row"), outbox.c.worker == bindparam("mine"))
    .values(
        due_at=bindparam("next"),
        sent_at=bindparam("sent"),
        failed_at=bindparam("given_up"),
        problem=bindparam("why"),
        attempts=outbox.c.attempts - bindparam("untried"),
        parts=bindparam("out"),
        is_held=bindparam("held"),
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
            "out": one.parts,
            "held": one.is_held,
        }
        for one in settled
    ]
    tx.execute(_settle, rows)
    gone = [one.contact_id for one in settled if one.gone]
    if gone:
        tx.execute(update(contacts).where(contacts.c.id.in_(gone)).values(gone_at=now))
    _keep_ledger(tx, settled, now)


def _keep_ledger(tx: Transaction, settled: Sequence[Settled], now: datetime) -> None:
    """Enter the calls made, and what the platform refused; who has spoken since gets the rest."""
    calls: dict[int, int] = {}
    for one in settled:
        calls[one.contact_id] = calls.get(one.contact_id, 0) + one.calls
    spend(tx, calls)
    for one in settled:
        if one.closed_at is not None:
            close(tx, [one.contact_id], one.closed_at)
    held = {one.contact_id for one in settled if one.is_held}
    if held:
        let_go(tx, held, now)


def release(tx: Transaction, worker: str, now: datetime) -> int:
    """Make due again what a worker of this name had claimed before it died; how many."""
    freed = update(outbox).where(outbox.c.worker == worker, outbox.c.due_at.is_not(None))
    return tx.execute(freed.values(due_at=now, worker=None)).rowcount


def next_due(tx: Transaction, channels: Collection[str]) -> datetime | None:
    """When the next message of these channels falls due."""
    due = select(func.min(outbox.c.due_at)).where(outbox.c.channel.in_(channels))
    return tx.execute(due).scalar()

"""The outbox: keep what is said, claim what is due by a conditional UPDATE, settle what came."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import bindparam, exists, insert, select, update

from bot.engine.model import Message
from bot.store.allowances import close, let_go, spend
from bot.store.database import Transaction
from bot.store.tables import contacts, outbox


@dataclass(frozen=True, slots=True)
class OutboxRow:
    """A message to keep, the contact's `n`th; without `due_at` their page fetches it itself.

    With a `worker` it is claimed from the start: `due_at` is then the end of its lease.
    """

    contact_id: int
    inbox_id: int
    channel: str
    n: int
    message: bytes
    made_at: datetime
    due_at: datetime | None
    worker: str | None = None


@dataclass(frozen=True, slots=True)
class Claimed:
    """A contact's `n`th message, which this worker alone may send, until its lease is over.

    `parts` of it are out already. One that `is_held` has waited for the contact to speak until
    its time was over. `message` is sealed; who has just made it gives it `opened` too.
    """

    contact_id: int
    n: int
    channel: str
    address: str
    message: bytes
    until: datetime
    attempts: int = 1
    parts: int = 0
    is_held: bool = False
    is_gone: bool = False
    opened: Message | None = None


@dataclass(frozen=True, slots=True)
class Settled:
    """What became of a contact's `n`th message: sent, to be tried again at `due_at`, or given up.

    One that was not `tried` waits behind an earlier message: it costs it no attempt. `calls` are
    those made for it. One that `is_held` waits until the contact speaks, or gives up at `due_at`.
    """

    contact_id: int
    n: int
    sent: bool = False
    due_at: datetime | None = None
    problem: str = ""
    gone: bool = False
    tried: bool = True
    parts: int = 0
    calls: int = 0
    is_held: bool = False
    closed_at: datetime | None = None


def add_to_outbox(tx: Transaction, rows: Sequence[OutboxRow]) -> None:
    """Keep messages to be sent."""
    if not rows:
        return
    values = [
        {
            "contact_id": row.contact_id,
            "inbox_id": row.inbox_id,
            "channel": row.channel,
            "n": row.n,
            "message": row.message,
            "made_at": row.made_at,
            "due_at": row.due_at,
            "worker": row.worker,
            "attempts": 1 if row.worker else 0,
        }
        for row in rows
    ]
    tx.execute(insert(outbox), values)


_is_waiting = outbox.c.due_at.is_not(None)
_theirs = outbox.c.contact_id.in_(bindparam("contacts", expanding=True))
_unsent = select(outbox.c.contact_id).where(_theirs, _is_waiting)


def unsent(tx: Transaction, contact_ids: Iterable[int]) -> set[int]:
    """Those contacts for whom a message still waits, or is just being sent."""
    return set(tx.execute(_unsent, {"contacts": sorted(contact_ids)}).scalars())


_earlier = outbox.alias("earlier")
_waits = exists().where(
    _earlier.c.contact_id == outbox.c.contact_id,
    _earlier.c.id < outbox.c.id,
    _earlier.c.due_at.is_not(None),
    ~_earlier.c.is_held,
)
_first = (
    select(outbox.c.contact_id)
    .where(
        outbox.c.due_at <= bindparam("now"),
        outbox.c.channel.in_(bindparam("channels", expanding=True)),
        ~_waits,
    )
    .order_by(outbox.c.due_at, outbox.c.id)
    .limit(bindparam("most"))
    .with_for_update(skip_locked=True)
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
    which = {"now": now, "channels": list(channels), "most": limit}
    lanes = list(tx.execute(_first, which).scalars())
    if not lanes:
        return []
    return _take(tx, outbox.c.due_at <= now, lanes, worker, now + lease)


def claim_lanes(
    tx: Transaction, worker: str, contact_ids: Collection[int], now: datetime, lease: timedelta
) -> list[Claimed]:
    """Claim all that waits for these contacts, also what is due later; nothing of a contact of
    whom another worker has claimed something."""
    locked = select(outbox.c.contact_id, outbox.c.worker, outbox.c.due_at).where(
        _theirs, _is_waiting
    )
    locked = locked.order_by(outbox.c.id).with_for_update()
    rows = tx.execute(locked, {"contacts": sorted(contact_ids)}).all()
    taken = {row.contact_id for row in rows if row.worker is not None and row.due_at > now}
    free = {row.contact_id for row in rows} - taken
    if not free:
        return []
    return _take(tx, _is_waiting, free, worker, now + lease, is_held=False)


def _take(
    tx: Transaction,
    which: Any,
    contact_ids: Collection[int],
    worker: str,
    until: datetime,
    **changes: Any,
) -> list[Claimed]:
    taken = update(outbox).where(_theirs, which)
    taken = taken.values(due_at=until, attempts=outbox.c.attempts + 1, worker=worker, **changes)
    ids = tx.execute(taken.returning(outbox.c.id), {"contacts": sorted(contact_ids)}).scalars()
    rows = tx.execute(_claimed, {"ids": list(ids)})
    return [Claimed(*row[:9], is_gone=row[9] is not None) for row in rows]


_claimed = (
    select(
        outbox.c.contact_id,
        outbox.c.n,
        contacts.c.channel,
        contacts.c.address,
        outbox.c.message,
        outbox.c.due_at,
        outbox.c.attempts,
        outbox.c.parts,
        outbox.c.is_held,
        contacts.c.gone_at,
    )
    .join(contacts, contacts.c.id == outbox.c.contact_id)
    .where(outbox.c.id.in_(bindparam("ids", expanding=True)))
    .order_by(outbox.c.id)
)

_settle = (
    update(outbox)
    .where(
        outbox.c.contact_id == bindparam("contact"),
        outbox.c.n == bindparam("number"),
        outbox.c.worker == bindparam("mine"),
    )
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
    tx.execute(_settle, [_facts(one, worker, now) for one in settled])
    gone = [one.contact_id for one in settled if one.gone]
    if gone:
        tx.execute(update(contacts).where(contacts.c.id.in_(gone)).values(gone_at=now))
    _keep_ledger(tx, settled, now)


def _facts(one: Settled, worker: str, now: datetime) -> Mapping[str, Any]:
    return {
        "contact": one.contact_id,
        "number": one.n,
        "mine": worker,
        "next": one.due_at,
        "sent": now if one.sent else None,
        "given_up": None if one.sent or one.due_at else now,
        "why": one.problem[:200] or None,
        "untried": 0 if one.tried else 1,
        "out": one.parts,
        "held": one.is_held,
    }


def _keep_ledger(tx: Transaction, settled: Sequence[Settled], now: datetime) -> None:
    """Enter the calls made, and what the platform refused; who has spoken since gets the rest."""
    calls: dict[int, int] = {}
    for one in settled:
        calls[one.contact_id] = calls.get(one.contact_id, 0) + one.calls
    spend(tx, calls, now)
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
    due = select(outbox.c.due_at).where(_is_waiting, outbox.c.channel.in_(channels))
    return tx.execute(due.order_by(outbox.c.due_at).limit(1)).scalar()

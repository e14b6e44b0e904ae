"""The ledger of what a platform lets us say to a contact: calls left, and until when."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import bindparam, func, select, update

from bot.store.database import Transaction, insert_new
from bot.store.tables import allowances, outbox


@dataclass(frozen=True, slots=True)
class Allowance:
    """So many calls may be made until a moment."""

    calls: int
    closes_at: datetime


NONE = 0


def grant(tx: Transaction, granted: Mapping[int, Allowance], now: datetime) -> None:
    """Enter what contacts' updates allow, and let go of what waited for that.

    Of two allowances that overlap the one that lets more be said counts.
    """
    open_now = _open(tx, granted, now)
    better = {
        contact: one
        for contact, one in granted.items()
        if contact not in open_now or not _is_at_least(open_now[contact], one)
    }
    rows = [
        {"contact": contact, "left": one.calls, "until": one.closes_at, "at": now}
        for contact, one in better.items()
    ]
    if rows:
        tx.execute(insert_new(tx, allowances).values(_none), rows)
        tx.execute(_set, rows)
    let_go(tx, granted, now)


_none = {
    "contact_id": bindparam("contact"),
    "calls": NONE,
    "closes_at": bindparam("at"),
    "granted_at": bindparam("at"),
}
_set = (
    update(allowances)
    .where(allowances.c.contact_id == bindparam("contact"))
    .values(calls=bindparam("left"), closes_at=bindparam("until"), granted_at=bindparam("at"))
)


def _is_at_least(old: Allowance, new: Allowance) -> bool:
    return old.calls >= new.calls and old.closes_at >= new.closes_at


def purses(tx: Transaction, contact_ids: Iterable[int], now: datetime) -> dict[int, int]:
    """The calls that may be made now, by contact."""
    found = _open(tx, contact_ids, now)
    return {contact: one.calls for contact, one in found.items()}


def _open(tx: Transaction, contact_ids: Iterable[int], now: datetime) -> dict[int, Allowance]:
    rows = tx.execute(_opens, {"contacts": sorted(contact_ids), "now": now})
    return {contact: Allowance(calls, closes_at) for contact, calls, closes_at in rows}


_theirs = allowances.c.contact_id.in_(bindparam("contacts", expanding=True))
_is_open = (allowances.c.calls > 0) & (allowances.c.closes_at > bindparam("now"))
_opens = select(allowances.c.contact_id, allowances.c.calls, allowances.c.closes_at).where(
    _theirs, _is_open
)


def spend(tx: Transaction, calls: Mapping[int, int]) -> None:
    """Take calls that were made out of the ledger."""
    rows = [{"contact": contact, "made": made} for contact, made in calls.items() if made]
    if rows:
        tx.execute(_spend, rows)


_spend = (
    update(allowances)
    .where(allowances.c.contact_id == bindparam("contact"))
    .values(calls=allowances.c.calls - bindparam("made"))
)


def close(tx: Transaction, contact_ids: Iterable[int], tried_at: datetime) -> None:
    """Believe the platform that nothing goes through, but for what was granted since."""
    shut = update(allowances).where(_theirs, allowances.c.granted_at <= tried_at)
    tx.execute(shut.values(calls=NONE), {"contacts": list(contact_ids)})


_waiting = outbox.c.due_at.is_not(None) & outbox.c.is_held
_held = (
    select(outbox.c.contact_id, func.min(outbox.c.n))
    .where(outbox.c.contact_id.in_(bindparam("contacts", expanding=True)), _waiting)
    .group_by(outbox.c.contact_id)
)


def held_for(tx: Transaction, contact_ids: Iterable[int]) -> dict[int, int]:
    """Of those contacts for whom messages are held back the number of the first."""
    return {row[0]: row[1] for row in tx.execute(_held, {"contacts": sorted(contact_ids)})}


_let_go = (
    update(outbox)
    .where(outbox.c.contact_id.in_(select(allowances.c.contact_id).where(_theirs, _is_open)))
    .where(_waiting)
    .values(due_at=bindparam("now"), is_held=False)
)


def let_go(tx: Transaction, contact_ids: Iterable[int], now: datetime) -> None:
    """Make due what was held back for contacts that may be spoken to now."""
    tx.execute(_let_go, {"contacts": sorted(contact_ids), "now": now})

"""The ledger of what a platform lets us say to a contact: calls left, and until when."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import bindparam, func, select, update

from bot.store.database import Transaction, insert_new
from bot.store.tables import allowances, outbox


@dataclass(frozen=True, slots=True)
class Allowance:
    """So many calls may be made to a contact from now on, for so long."""

    contact_id: int
    calls: int
    lasts: timedelta


NONE = 0


def grant(tx: Transaction, granted: Sequence[Allowance], now: datetime) -> None:
    """Enter what contacts' updates allow, and let go of what waited for that.

    An allowance takes the place of the one before that lasts as long: the platform counts what
    words allow and what a tap allows apart, and of each only the latest.
    """
    rows = [
        {
            "contact": one.contact_id,
            "so_long": _seconds(one.lasts),
            "left": one.calls,
            "until": now + one.lasts,
            "at": now,
        }
        for one in granted
    ]
    if rows:
        tx.execute(insert_new(tx, allowances).values(_none), rows)
        tx.execute(_set, rows)
    let_go(tx, {one.contact_id for one in granted}, now)


def _seconds(lasts: timedelta) -> int:
    return int(lasts.total_seconds())


_none = {
    "contact_id": bindparam("contact"),
    "lasts": bindparam("so_long"),
    "calls": NONE,
    "closes_at": bindparam("at"),
    "granted_at": bindparam("at"),
}
_this = (allowances.c.contact_id == bindparam("contact")) & (
    allowances.c.lasts == bindparam("so_long")
)
_set = (
    update(allowances)
    .where(_this)
    .values(calls=bindparam("left"), closes_at=bindparam("until"), granted_at=bindparam("at"))
)
_theirs = allowances.c.contact_id.in_(bindparam("contacts", expanding=True))
_is_open = (allowances.c.calls > 0) & (allowances.c.closes_at > bindparam("now"))


def purses(tx: Transaction, contact_ids: Iterable[int], now: datetime) -> dict[int, int]:
    """The calls that may be made now, by contact."""
    rows = tx.execute(_left, {"contacts": sorted(contact_ids), "now": now})
    return {contact: int(calls) for contact, calls in rows}


_left = (
    select(allowances.c.contact_id, func.sum(allowances.c.calls))
    .where(_theirs, _is_open)
    .group_by(allowances.c.contact_id)
)


def spend(tx: Transaction, calls: Mapping[int, int], now: datetime) -> None:
    """Take calls that were made out of the ledger, from what closes first."""
    made = {contact: count for contact, count in calls.items() if count}
    if not made:
        return
    opens = tx.execute(_opens, {"contacts": sorted(made), "now": now})
    rows = list(_shares(made, opens))
    if rows:
        tx.execute(_spend, rows)


def _shares(
    made: Mapping[int, int], opens: Iterable[tuple[int, int, int]]
) -> Iterator[dict[str, int]]:
    """What each open allowance pays; those of a contact come in the order they close."""
    unpaid = dict(made)
    for contact, lasts, left in opens:
        share = min(left, unpaid[contact])
        unpaid[contact] -= share
        if share:
            yield {"contact": contact, "so_long": lasts, "made": share}


_opens = (
    select(allowances.c.contact_id, allowances.c.lasts, allowances.c.calls)
    .where(_theirs, _is_open)
    .order_by(allowances.c.contact_id, allowances.c.closes_at)
)
_spend = update(allowances).where(_this).values(calls=allowances.c.calls - bindparam("made"))


def close(tx: Transaction, contact_ids: Iterable[int], tried_at: datetime) -> None:
    """Believe the platform that nothing goes through, but for what was granted since."""
    tx.execute(_close, {"contacts": list(contact_ids), "tried": tried_at})


_close = (
    update(allowances)
    .where(_theirs, allowances.c.granted_at <= bindparam("tried"))
    .values(calls=NONE)
)

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

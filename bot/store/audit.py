"""The audit log: what staff looked at and did. Nobody changes it, and a change would show.

The database refuses to change or delete a row. Each row also carries a keyed digest of itself and
of the row before it, so that one changed behind the database's back no longer fits.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import msgspec
from sqlalchemy import Select, insert, select, text

from bot.store.database import Transaction
from bot.store.tables import audit

LOCK = 7_209_642
"""Advisory lock number by which processes on PostgreSQL add to the chain one after the other."""
FIRST = bytes(32)
"""What the first row follows."""
NEWEST = 2**62
"""An id past every entry's."""
KINDS = ("case", "deposit", "flat", "staff")
"""What an entry may be about; a search may leave the kind out."""

Digest = Callable[[bytes], bytes]
IsDigest = Callable[[bytes, bytes], bool]


@dataclass(frozen=True, slots=True)
class Entry:
    """One line of the log; `details` is JSON without anything personal."""

    id: int
    at: datetime
    who: str
    role: str
    action: str
    about: str
    details: str


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which entries to show; what is empty does not narrow them."""

    who: str = ""
    action: str = ""
    about: str = ""
    since: datetime | None = None
    until: datetime | None = None


_entry = (
    audit.c.id,
    audit.c.at,
    audit.c.who,
    audit.c.role,
    audit.c.action,
    audit.c.about,
    audit.c.details,
)


def write_entry(tx: Transaction, digest: Digest, values: tuple[datetime, *tuple[str, ...]]) -> None:
    """Add an entry: when, who, role, action, about, details."""
    if tx.dialect.name == "postgresql":
        tx.execute(text("SELECT pg_advisory_xact_lock(:lock)"), {"lock": LOCK})
    last = select(audit.c.seal).order_by(audit.c.id.desc()).limit(1)
    before = tx.execute(last).scalar() or FIRST
    names = ("at", "who", "role", "action", "about", "details")
    row = dict(zip(names, values, strict=True))
    tx.execute(insert(audit).values(**row, seal=digest(chained(bytes(before), values))))


def chained(before: bytes, values: tuple[Any, ...]) -> bytes:
    """What the digest of an entry is made of: the digest before it, and its values."""
    at, *words = values
    return before + msgspec.json.encode([round(at.timestamp() * 1_000_000), *words])


def entries(tx: Transaction, wanted: Wanted, limit: int, before: int = NEWEST) -> list[Entry]:
    """Entries, the newest first; of them those older than entry `before`."""
    # A day is a stretch of ids: in their order entries come anyway, and nothing has to be sorted.
    if wanted.until:
        before = min(before, _first_id(tx, wanted.until))
    found = _narrowed(select(*_entry).where(audit.c.id < before), wanted)
    if wanted.since:
        found = found.where(audit.c.id >= _first_id(tx, wanted.since))
    return [Entry(*row) for row in tx.execute(found.order_by(audit.c.id.desc()).limit(limit))]


def _first_id(tx: Transaction, since: datetime) -> int:
    """The id of the first entry from a moment on."""
    first = select(audit.c.id).where(audit.c.at >= since).order_by(audit.c.at, audit.c.id).limit(1)
    return tx.execute(first).scalar() or NEWEST


def _narrowed(found: Select[Any], wanted: Wanted) -> Select[Any]:
    who: Any = audit.c.who
    action: Any = audit.c.action
    if wanted.about:
        kinds = (f"{kind} {wanted.about}" for kind in KINDS)
        found = found.where(audit.c.about.in_([wanted.about, *kinds]))
        # Of one thing there is little: nobody should go through all that one person did instead.
        who, action = who + "", action + ""
    if wanted.who:
        found = found.where(who == wanted.who)
    if wanted.action:
        found = found.where(action == wanted.action)
    return found


def last_done(tx: Transaction, who: str, actions: Sequence[str]) -> datetime | None:
    """When somebody last did one of some things."""
    theirs = audit.c.who == who, audit.c.action.in_(actions)
    last = select(audit.c.at).where(*theirs).order_by(audit.c.id.desc()).limit(1)
    return tx.execute(last).scalar()


def unsound(tx: Transaction, is_digest: IsDigest) -> Iterator[int]:
    """The ids of entries that were changed, or before which one is missing."""
    before = FIRST
    rows = tx.execute(select(*_entry, audit.c.seal).order_by(audit.c.id))
    for row in rows.yield_per(1000):
        seal = bytes(row.seal)
        if not is_digest(chained(before, tuple(row[1:7])), seal):
            yield row.id
        before = seal

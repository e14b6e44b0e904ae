"""The audit log: what staff looked at and did. Nobody changes it, and a change would show.

The database refuses to change or delete a row. Each row also carries a keyed digest of itself and
of the row before it, so that one changed behind the database's back no longer fits.
"""

from collections.abc import Callable, Iterator
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


def entries(tx: Transaction, wanted: Wanted, limit: int, before: int = 0) -> list[Entry]:
    """Entries, the newest first; of them those older than entry `before`."""
    found = _narrowed(select(*_entry), wanted)
    if before:
        found = found.where(audit.c.id < before)
    return [Entry(*row) for row in tx.execute(found.order_by(audit.c.id.desc()).limit(limit))]


def _narrowed(found: Select[Any], wanted: Wanted) -> Select[Any]:
    if wanted.who:
        found = found.where(audit.c.who == wanted.who)
    if wanted.action:
        found = found.where(audit.c.action == wanted.action)
    if wanted.about:
        found = found.where(audit.c.about == wanted.about)
    if wanted.since:
        found = found.where(audit.c.at >= wanted.since)
    if wanted.until:
        found = found.where(audit.c.at < wanted.until)
    return found


def unsound(tx: Transaction, is_digest: IsDigest) -> Iterator[int]:
    """The ids of entries that were changed, or before which one is missing."""
    before = FIRST
    rows = tx.execute(select(*_entry, audit.c.seal).order_by(audit.c.id))
    for row in rows.yield_per(1000):
        seal = bytes(row.seal)
        if not is_digest(chained(before, tuple(row[1:7])), seal):
            yield row.id
        before = seal

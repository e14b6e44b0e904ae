"""What staff add to the answers; what is removed is kept, and no longer answers."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import partial

from sqlalchemy import func, insert, select, update

from bot.store.database import Transaction, lock_out
from bot.store.tables import additions

WAY, ENTRY = "way", "entry"
"""What is added: a way of asking an entry, or an entry."""
LOCK = 7_209_644
"""Advisory lock number that lets one process at a time change additions on PostgreSQL."""


@dataclass(frozen=True, slots=True)
class NewAddition:
    """An addition to keep; `words` is JSON, and its form depends on the kind."""

    entry: str
    language: str
    kind: str
    words: str


@dataclass(frozen=True, slots=True)
class Addition:
    """An addition as it is kept."""

    id: int
    entry: str
    language: str
    kind: str
    words: str
    made_by: str
    made_at: datetime


lock_additions = partial(lock_out, lock=LOCK)
"""Let nobody else change additions until the transaction ends."""


def revision(tx: Transaction) -> int:
    """How often additions were changed."""
    return int(tx.execute(select(func.max(additions.c.revision))).scalar() or 0)


def add(tx: Transaction, new: Sequence[NewAddition], by: str, now: datetime) -> None:
    """Keep additions; they are locked."""
    if not new:
        return
    following = revision(tx) + 1
    rows = [
        {
            "entry": one.entry,
            "language": one.language,
            "kind": one.kind,
            "words": one.words,
            "made_by": by,
            "made_at": now,
            "revision": following,
        }
        for one in new
    ]
    tx.execute(insert(additions), rows)


def in_force(tx: Transaction) -> list[Addition]:
    """Every addition that answers, the oldest first."""
    columns = [additions.c[name] for name in Addition.__dataclass_fields__]
    chosen = select(*columns).where(additions.c.removed_at.is_(None)).order_by(additions.c.id)
    return [Addition(*row) for row in tx.execute(chosen)]


def names(tx: Transaction) -> set[str]:
    """The ids of all entries that were ever added: a count or a button may still name one."""
    chosen = select(additions.c.entry).where(additions.c.kind == ENTRY)
    return set(tx.execute(chosen).scalars())


def remove(tx: Transaction, ids: Sequence[int], now: datetime) -> int:
    """Let additions answer no longer; they are locked. How many did until now."""
    changing = (
        update(additions)
        .where(additions.c.id.in_(ids), additions.c.removed_at.is_(None))
        .values(removed_at=now, revision=revision(tx) + 1)
    )
    return tx.execute(changing).rowcount

"""Questions that nothing was found for, or that had the wrong answer: for staff to settle."""

import functools
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import case, delete, func, select, update
from sqlalchemy.dialects import postgresql, sqlite

from bot.store.database import Transaction
from bot.store.tables import questions

OPEN, WAY, ENTRY, ASIDE = "open", "way", "entry", "aside"
"""What became of a question: nothing yet; a way of asking an entry, a new entry; put aside."""


@dataclass(frozen=True, slots=True)
class NewQuestion:
    """A question to keep: its words sealed, one digest for the same words, the nearest entries."""

    digest: bytes
    language: str
    outcome: str
    words: bytes
    entries: str


@dataclass(frozen=True, slots=True)
class KeptQuestion:
    """A question as it is kept, with how often it was asked and what became of it."""

    id: int
    digest: bytes
    language: str
    outcome: str
    words: bytes
    entries: str
    times: int
    first_at: datetime
    last_at: datetime
    state: str


def keep(tx: Transaction, found: Sequence[NewQuestion], now: datetime) -> None:
    """Keep questions; one asked before is asked once more, and is open again unless put aside."""
    rows = [
        {
            "digest": one.digest,
            "language": one.language,
            "outcome": one.outcome,
            "words": one.words,
            "entries": one.entries,
            "times": 1,
            "first_at": now,
            "last_at": now,
            "state": OPEN,
        }
        for one in sorted(found, key=lambda one: one.digest)
    ]
    if rows:
        tx.execute(_keeping(tx.dialect.name), rows)


@functools.cache
def _keeping(dialect_name: str) -> Any:
    adding = (sqlite if dialect_name == "sqlite" else postgresql).insert(questions)
    return adding.on_conflict_do_update(
        index_elements=[questions.c.digest],
        set_={
            "times": questions.c.times + 1,
            "last_at": adding.excluded.last_at,
            "outcome": adding.excluded.outcome,
            "entries": adding.excluded.entries,
            "state": case((questions.c.state == ASIDE, ASIDE), else_=OPEN),
        },
    )


def newest(tx: Transaction, state: str, limit: int) -> list[KeptQuestion]:
    """The questions asked last among those in a state."""
    columns = [questions.c[name] for name in KeptQuestion.__dataclass_fields__]
    chosen = (
        select(*columns)
        .where(questions.c.state == state)
        .order_by(questions.c.last_at.desc())
        .limit(limit)
    )
    return [KeptQuestion(*row) for row in tx.execute(chosen)]


def find(tx: Transaction, ids: Sequence[int]) -> list[KeptQuestion]:
    """Some questions by their ids, as far as there are such, in whatever state."""
    columns = [questions.c[name] for name in KeptQuestion.__dataclass_fields__]
    chosen = select(*columns).where(questions.c.id.in_(ids)).order_by(questions.c.id)
    return [KeptQuestion(*row) for row in tx.execute(chosen)]


def count_open(tx: Transaction) -> int:
    """How many questions wait for staff."""
    found = tx.execute(select(func.count()).where(questions.c.state == OPEN))
    return int(found.scalar_one())


def settle(tx: Transaction, ids: Sequence[int], state: str, by: str, now: datetime) -> int:
    """Say what became of open questions; how many were still open."""
    changing = (
        update(questions)
        .where(questions.c.id.in_(ids), questions.c.state == OPEN)
        .values(state=state, settled_by=by, settled_at=now)
    )
    return tx.execute(changing).rowcount


def reopen(tx: Transaction, ids: Sequence[int]) -> int:
    """Let questions that were put aside wait for staff again; how many were aside."""
    changing = (
        update(questions)
        .where(questions.c.id.in_(ids), questions.c.state == ASIDE)
        .values(state=OPEN, settled_by=None, settled_at=None)
    )
    return tx.execute(changing).rowcount


def drop_old(tx: Transaction, before: datetime) -> int:
    """Delete questions that nobody has asked since a moment."""
    return tx.execute(delete(questions).where(questions.c.last_at < before)).rowcount

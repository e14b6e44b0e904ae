"""How far people come: how often each step was reached, and where everybody stands now."""

import functools
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.dialects import postgresql, sqlite

from bot.store.database import Transaction
from bot.store.tables import conversations, funnel

LONGEST = 200
"""Characters of the places of one conversation: four frames at least."""


@dataclass(frozen=True, slots=True, order=True)
class Reached:
    """A step that was reached: in which flow, on which day at the centre, and by whom."""

    flow: str
    day: date
    step: str
    channel: str
    language: str


@dataclass(frozen=True, slots=True)
class Passage:
    """How many frames reached a step by one channel and in one language."""

    step: str
    channel: str
    language: str
    count: int


def count(tx: Transaction, reached: Mapping[Reached, int]) -> None:
    """Add to what is counted; sorted, so that two processes never wait for each other in turn."""
    if not reached:
        return
    rows = [
        {
            "flow": one.flow,
            "day": one.day,
            "step": one.step,
            "channel": one.channel,
            "language": one.language,
            "reached": reached[one],
        }
        for one in sorted(reached)
    ]
    tx.execute(_adding(tx.dialect.name), rows)


@functools.cache
def _adding(dialect_name: str) -> Any:
    """An INSERT that adds to a row which already exists."""
    adding = (sqlite if dialect_name == "sqlite" else postgresql).insert(funnel)
    return adding.on_conflict_do_update(
        index_elements=list(funnel.primary_key.columns),
        set_={"reached": funnel.c.reached + adding.excluded.reached},
    )


def reached(tx: Transaction, flow: str, since: date, until: date) -> list[Passage]:
    """How often each step of a flow was reached from one day to another, both included.

    Beside its steps a flow reaches `start`, and `end` or `cancelled`.
    """
    by = (funnel.c.step, funnel.c.channel, funnel.c.language)
    summed = (
        select(*by, func.sum(funnel.c.reached))
        .where(funnel.c.flow == flow, funnel.c.day.between(since, until))
        .group_by(*by)
        .order_by(*by)
    )
    return [Passage(row[0], row[1], row[2], int(row[3])) for row in tx.execute(summed)]


def joined(places: Iterable[str]) -> str:
    """The places of one conversation as they are kept; those are left out that do not fit."""
    whole = " ".join(places)
    return whole if len(whole) <= LONGEST else whole[: LONGEST + 1].rpartition(" ")[0]


def places(tx: Transaction) -> dict[str, int]:
    """How many frames stand at each `flow.step`."""
    alike = (
        select(conversations.c.places, func.count())
        .where(conversations.c.places > "")
        .group_by(conversations.c.places)
    )
    standing = Counter[str]()
    for kept, people in tx.execute(alike):
        standing.update(dict.fromkeys(kept.split(" "), people))
    return dict(standing)

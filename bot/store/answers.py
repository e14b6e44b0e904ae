"""How often each answer was told, and whether it helped."""

import functools
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.dialects import postgresql, sqlite

from bot.store.database import Transaction
from bot.store.tables import answer_counts


@dataclass(frozen=True, slots=True, order=True)
class Told:
    """An answer in one language on one day at the centre."""

    entry: str
    language: str
    day: date


@dataclass(frozen=True, slots=True)
class Tally:
    """How often an answer was told, and how often people said that it helped or did not."""

    told: int = 0
    helped: int = 0
    missed: int = 0


def add(tx: Transaction, tallies: Mapping[Told, Tally]) -> None:
    """Add to what is counted; sorted, so that two processes never wait for each other in turn."""
    rows = [
        {
            "entry": one.entry,
            "language": one.language,
            "day": one.day,
            "told": tallies[one].told,
            "helped": tallies[one].helped,
            "missed": tallies[one].missed,
        }
        for one in sorted(tallies)
    ]
    if rows:
        tx.execute(_adding(tx.dialect.name), rows)


@functools.cache
def _adding(dialect_name: str) -> Any:
    """An INSERT that adds to a row which already exists."""
    adding = (sqlite if dialect_name == "sqlite" else postgresql).insert(answer_counts)
    counted = (answer_counts.c.told, answer_counts.c.helped, answer_counts.c.missed)
    return adding.on_conflict_do_update(
        index_elements=list(answer_counts.primary_key.columns),
        set_={column.name: column + adding.excluded[column.name] for column in counted},
    )


def tallies(
    tx: Transaction, days: Sequence[date], entry: str | None = None
) -> dict[tuple[str, str], Tally]:
    """What was counted on some days, by entry and language; of all entries, or of one."""
    counted = answer_counts.c
    by = (counted.entry, counted.language)
    summed = (
        select(*by, func.sum(counted.told), func.sum(counted.helped), func.sum(counted.missed))
        .where(counted.day.in_(days))
        .group_by(*by)
    )
    if entry is not None:
        summed = summed.where(counted.entry == entry)
    return {
        (row[0], row[1]): Tally(int(row[2]), int(row[3]), int(row[4])) for row in tx.execute(summed)
    }

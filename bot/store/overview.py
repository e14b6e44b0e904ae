"""How things stand at the centre, in numbers: nothing here tells of one person."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, and_, case, func, select

from bot.store.database import Transaction
from bot.store.deposits import REPORTED
from bot.store.holds import HELD
from bot.store.tables import (
    allowances,
    attachments,
    contacts,
    deposits,
    holds,
    outbox,
    waiting_list,
)
from bot.store.waiting import WAITING

MOST_FAILURES = 50
"""Kinds of failures that are shown: one who has more has one cause."""


@dataclass(frozen=True, slots=True)
class Failure:
    """How many messages of a channel were given up for the same reason."""

    channel: str
    problem: str
    count: int


@dataclass(frozen=True, slots=True)
class Purses:
    """How many contacts of a channel may be written to now, and how many only until tonight."""

    open: int = 0
    ending: int = 0


@dataclass(frozen=True, slots=True)
class Office:
    """What waits at the office: holds that end today, people who wait, deposits to look at."""

    holds_ending: int
    waiting: int
    reported: int


def failures(tx: Transaction, since: datetime) -> list[Failure]:
    """Messages given up since a moment, by channel and problem, the most frequent first."""
    by = (outbox.c.channel, func.coalesce(outbox.c.problem, ""))
    count = func.count()
    counted = select(*by, count).where(outbox.c.failed_at >= since).group_by(*by)
    most = counted.order_by(count.desc(), *by).limit(MOST_FAILURES)
    return [Failure(*row) for row in tx.execute(most)]


def due_now(tx: Transaction, now: datetime) -> Mapping[str, int]:
    """Messages that are due to be sent, by channel; those held back are not."""
    return _by_channel(tx, outbox.c.due_at <= now, ~outbox.c.is_held)


def held_back(tx: Transaction) -> Mapping[str, int]:
    """Messages that wait until their contact speaks, by channel."""
    return _by_channel(tx, outbox.c.is_held, outbox.c.due_at.is_not(None))


def _by_channel(tx: Transaction, *which: ColumnElement[bool]) -> Mapping[str, int]:
    counted = select(outbox.c.channel, func.count()).where(*which)
    return {row[0]: row[1] for row in tx.execute(counted.group_by(outbox.c.channel))}


def files_to_fetch(tx: Transaction) -> int:
    """Files of contacts that still lie with their platform."""
    return tx.execute(select(func.count()).select_from(attachments)).scalar_one()


def purses_by_channel(tx: Transaction, now: datetime, tonight: datetime) -> dict[str, Purses]:
    """Who may be written to now where calls are counted, by channel."""
    lasts = func.max(allowances.c.closes_at)
    is_open = allowances.c.calls > 0, allowances.c.closes_at > now
    theirs = (
        select(allowances.c.contact_id, lasts.label("closes_at"))
        .where(*is_open)
        .group_by(allowances.c.contact_id)
        .subquery()
    )
    ending = func.sum(case((theirs.c.closes_at <= tonight, 1), else_=0))
    counted = (
        select(contacts.c.channel, func.count(), ending)
        .join(theirs, theirs.c.contact_id == contacts.c.id)
        .group_by(contacts.c.channel)
    )
    return {row[0]: Purses(row[1], int(row[2])) for row in tx.execute(counted)}


def office(tx: Transaction, now: datetime, tonight: datetime) -> Office:
    """What waits at the office."""
    ending = and_(holds.c.state == HELD, holds.c.expires_at.between(now, tonight))
    waiting = waiting_list.c.state == WAITING
    reported = deposits.c.state == REPORTED
    return Office(
        tx.execute(select(func.count()).select_from(holds).where(ending)).scalar_one(),
        tx.execute(select(func.count()).select_from(waiting_list).where(waiting)).scalar_one(),
        tx.execute(select(func.count()).select_from(deposits).where(reported)).scalar_one(),
    )

"""Waiting for what other tasks and programs bring about: often looked for, but not for ever."""

import asyncio
from collections.abc import Callable

from sqlalchemy import select

from bot.store.database import Database, Transaction
from bot.store.outbox import next_due
from bot.store.tables import inbox

LOOK_SECONDS = 0.005
LOOKS = 4000
"""Looks until a test gives up: twenty seconds."""


async def until(holds: Callable[[], bool]) -> None:
    """Wait until something is so."""
    for _ in range(LOOKS):
        if holds():
            return
        await asyncio.sleep(LOOK_SECONDS)
    raise AssertionError("it never came about")


async def until_read(database: Database, holds: Callable[[Transaction], bool]) -> None:
    """Wait until something is so in the database."""
    for _ in range(LOOKS):
        if await database.read(holds):
            return
        await asyncio.sleep(LOOK_SECONDS)
    raise AssertionError("it never came about")


async def until_at_rest(database: Database) -> None:
    """Wait until nothing is left to be fetched, taken or sent on the platforms."""
    await until_read(database, lambda tx: not _is_at_work(tx))


def _is_at_work(tx: Transaction) -> bool:
    """What is taken goes from the inbox to the outbox, so they are looked at in this order."""
    waiting = select(inbox.c.id).where(inbox.c.done_at.is_(None)).limit(1)
    return (
        tx.execute(waiting).first() is not None or next_due(tx, ["telegram", "wechat"]) is not None
    )

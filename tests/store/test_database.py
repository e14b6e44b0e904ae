import asyncio
from functools import partial
from pathlib import Path

import pytest
from sqlalchemy import func, insert, select

from bot.store.database import Database, Transaction, Unavailable, is_alive
from bot.store.tables import Moment, contacts
from tests.runner.lodge import MORNING


class Interrupted(Exception):
    """Raised in the middle of a transaction."""


def add(tx: Transaction, address: str) -> None:
    row = {"channel": "toy", "address": address, "created_at": MORNING}
    tx.execute(insert(contacts).values(row))


def count(tx: Transaction) -> int:
    return tx.execute(select(func.count()).select_from(contacts)).scalar_one()


def test_a_transaction_is_kept_whole_or_not_at_all(database: Database) -> None:
    def work(tx: Transaction) -> None:
        add(tx, "ana")
        raise Interrupted

    with pytest.raises(Interrupted):
        database.transact(work)

    assert database.look(count) == 0


def test_looking_changes_nothing(database: Database) -> None:
    database.look(lambda tx: add(tx, "ana"))

    assert database.look(count) == 0


async def test_many_writers_and_readers_at_once_all_get_their_turn(database: Database) -> None:
    addresses = [f"guest {n}" for n in range(50)]

    await asyncio.gather(
        *(database.write(partial(add, address=one)) for one in addresses),
        *(database.read(count) for _ in addresses),
    )

    assert await database.read(count) == len(addresses)


def test_a_database_says_that_it_is_alive(database: Database) -> None:
    assert database.look(is_alive)


def test_a_server_that_is_not_there_is_unavailable() -> None:
    database = Database("postgresql+psycopg://postgres@/nowhere?host=/there/is/none")

    for attempt in (database.transact, database.look):
        with pytest.raises(Unavailable):
            attempt(count)

    database.close()


def test_a_file_that_is_no_database_is_not_taken_for_one(tmp_path: Path) -> None:
    path = tmp_path / "bot.db"
    path.write_text("this is no database" * 99)
    database = Database(f"sqlite:///{path}")

    with pytest.raises(Exception, match="file is not a database"):
        database.look(count)

    database.close()


def test_moments_are_kept_to_the_microsecond(database: Database) -> None:
    moment = MORNING.replace(microsecond=999_999)
    database.transact(
        lambda tx: tx.execute(
            insert(contacts).values(channel="toy", address="ana", created_at=moment)
        )
    )

    assert database.look(lambda tx: tx.execute(select(contacts.c.created_at)).scalar()) == moment


def test_a_moment_without_a_zone_is_refused(database: Database) -> None:
    with pytest.raises(ValueError, match="without a time zone"):
        Moment().process_bind_param(MORNING.replace(tzinfo=None), database.engine.dialect)

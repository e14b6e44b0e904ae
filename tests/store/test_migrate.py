from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from alembic import command
from sqlalchemy import inspect

from bot.store.database import Database, Transaction
from bot.store.migrate import check, config, current, newest, upgrade
from tests.postgres import Server


@pytest.fixture(params=["sqlite", pytest.param("postgres", marks=pytest.mark.postgres)])
def empty_url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """A database without a table."""
    if request.param == "sqlite":
        yield f"sqlite:///{tmp_path / 'bot.db'}"
        return
    server: Server = request.getfixturevalue("postgres")
    url = server.create_database()
    yield url
    server.drop_database(url)


@pytest.fixture
def empty(empty_url: str) -> Iterator[Database]:
    database = Database(empty_url)
    yield database
    database.close()


def tables(tx: Transaction) -> set[str]:
    return set(inspect(tx).get_table_names())


def test_migrations_end_at_the_tables_the_program_knows(empty: Database) -> None:
    assert empty.look(current) is None

    upgrade(empty)

    assert empty.look(current) == newest()
    empty.transact(check)


def test_an_upgrade_of_what_is_up_to_date_changes_nothing(empty: Database) -> None:
    upgrade(empty)

    upgrade(empty)

    assert empty.look(current) == newest()


def test_what_goes_up_comes_down_and_up_again(empty: Database) -> None:
    upgrade(empty)
    before = empty.look(tables)

    empty.transact(lambda tx: command.downgrade(config(tx), "base"))
    assert empty.look(tables) == {"alembic_version"}
    upgrade(empty)

    assert empty.look(tables) == before
    empty.transact(check)


def test_programs_that_start_at_once_upgrade_once(empty_url: str) -> None:
    databases = [Database(empty_url) for _ in range(4)]

    with ThreadPoolExecutor(4) as starts:
        list(starts.map(upgrade, databases))

    databases[0].transact(check)
    for database in databases:
        database.close()

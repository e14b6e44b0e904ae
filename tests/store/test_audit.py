"""The audit log: nobody changes it, and a change behind the program's back shows."""

import subprocess
import sys
from datetime import UTC, datetime

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from bot.services.audit import Actor, AuditLog
from bot.store.audit import Wanted, entries
from bot.store.database import Database
from bot.store.seal import Sealer
from tests.conftest import POSTGRES
from tests.runner.lodge import KEY, OLDER_KEY, TESTS

NOW = datetime(2026, 12, 1, 8, 30, 0, 123456, tzinfo=UTC)
ANA = Actor("ana", "reviewer")
EACH = 30
"""Entries that each of several processes adds."""


def log(*keys: str) -> AuditLog:
    return AuditLog(Sealer(keys or (KEY,)))


def fill(database: Database, count: int = 5, *keys: str) -> None:
    """Add entries, one transaction each."""
    for _ in range(count):
        database.transact(lambda tx: log(*keys).write(tx, ANA, "looked", "case A-1", NOW, why="x"))


def unguard(database: Database) -> None:
    """Take away what keeps the log as it is, as somebody with the password of the database can."""
    names = ("no_update", "no_delete") if database.is_sqlite else ("no_change",)
    table = "" if database.is_sqlite else " ON audit"
    with database.engine.begin() as tx:
        for name in names:
            tx.execute(text(f"DROP TRIGGER audit_{name}{table}"))


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE audit SET who = 'bo'",
        "UPDATE audit SET who = 'bo' WHERE id = 3",
        "DELETE FROM audit WHERE id = 3",
        "DELETE FROM audit",
        "TRUNCATE audit",
        "TRUNCATE audit CASCADE",
    ],
)
def test_the_database_itself_keeps_the_log_as_it_is(statement: str, database: Database) -> None:
    if database.is_sqlite and statement.startswith("TRUNCATE"):
        pytest.skip("SQLite has no TRUNCATE")
    fill(database)
    before = database.look(lambda tx: entries(tx, Wanted(), 99))

    kept = pytest.raises(DBAPIError, match="audit is kept as it is")
    with kept, database.engine.begin() as tx:
        tx.execute(text(statement))

    assert database.look(lambda tx: entries(tx, Wanted(), 99)) == before
    assert len(before) == 5


@pytest.mark.parametrize(
    ("statement", "found"),
    [
        ("UPDATE audit SET who = 'bo' WHERE id = 3", [3]),
        ("UPDATE audit SET role = 'admin' WHERE id = 1", [1]),
        ("UPDATE audit SET action = 'left' WHERE id = 3", [3]),
        ("UPDATE audit SET about = 'case A-2' WHERE id = 5", [5]),
        ("UPDATE audit SET details = '' WHERE id = 2", [2]),
        ("UPDATE audit SET at = at + 1 WHERE id = 4", [4]),
        ("UPDATE audit SET seal = (SELECT seal FROM audit WHERE id = 1) WHERE id = 3", [3, 4]),
        ("DELETE FROM audit WHERE id = 3", [4]),
        ("DELETE FROM audit WHERE id < 3", [3]),
    ],
)
def test_what_was_changed_behind_its_back_is_found(
    statement: str, found: list[int], database: Database
) -> None:
    fill(database)
    assert database.look(log().unsound) == []
    unguard(database)

    with database.engine.begin() as tx:
        tx.execute(text(statement))

    assert database.look(log().unsound) == found


def test_who_has_not_the_key_cannot_make_an_entry_that_fits(database: Database) -> None:
    fill(database)
    fill(database, 1, OLDER_KEY)

    assert database.look(log().unsound) == [6]


def test_an_older_key_in_the_list_keeps_old_entries_sound(database: Database) -> None:
    fill(database, 3, OLDER_KEY)
    fill(database, 3, KEY, OLDER_KEY)

    assert database.look(log(KEY, OLDER_KEY).unsound) == []
    assert database.look(log().unsound) == [1, 2, 3]


def test_what_is_taken_back_leaves_no_gap(database: Database) -> None:
    fill(database, 2)

    with database.engine.connect() as tx:
        log().write(tx, ANA, "looked", "case A-1", NOW)
        tx.rollback()
    fill(database, 2)

    assert len(database.look(lambda tx: entries(tx, Wanted(), 99))) == 4
    assert database.look(log().unsound) == []


@pytest.mark.parametrize("database_url", [POSTGRES], indirect=True)
def test_two_processes_that_add_at_once_keep_one_chain(database_url: str) -> None:
    adding = f"from tests.store.test_audit import add; add({database_url!r})"
    both = [subprocess.Popen([sys.executable, "-c", adding], cwd=TESTS.parent) for _ in range(2)]

    codes = [one.wait(60) for one in both]

    assert codes == [0, 0]
    database = Database(database_url)
    found = database.look(lambda tx: entries(tx, Wanted(), 999))
    unsound = database.look(log().unsound)
    database.close()
    assert len(found) == 2 * EACH
    assert unsound == []


def add(url: str) -> None:
    """What each of them does."""
    database = Database(url)
    fill(database, EACH)
    database.close()

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from alembic import command
from sqlalchemy import inspect, text

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


OLD_ROWS = (
    "INSERT INTO contacts (id, channel, address, created_at) VALUES"
    " (1, 'web', 'ana', 1), (2, 'terminal', 'bo', 1)",
    "INSERT INTO inbox (id, channel, update_id, contact_id, input, received_at, done_at, failed)"
    " VALUES (1, 'web', 'a', 1, :sealed, 1, 1, :no), (2, 'staff', 'b', 2, :sealed, 1, NULL, :no)",
    "INSERT INTO outbox"
    " (id, contact_id, inbox_id, n, message, made_at, due_at, attempts, worker, sent_at) VALUES"
    " (1, 1, 1, 1, :sealed, 1, NULL, 0, NULL, NULL), (2, 2, 2, 1, :sealed, 1, 5, 3, 'here', NULL),"
    " (3, 2, 2, 2, :sealed, 1, NULL, 1, NULL, 7)",
)


def write_old_rows(tx: Transaction) -> None:
    for statement in OLD_ROWS:
        tx.execute(text(statement), {"sealed": b"sealed", "no": False})


def old_rows(tx: Transaction) -> list[tuple[object, ...]]:
    columns = "id, contact_id, inbox_id, n, message, made_at, due_at, attempts, worker, sent_at"
    found = tx.execute(text(f"SELECT {columns} FROM outbox ORDER BY id"))
    return [tuple(bytes(v) if isinstance(v, memoryview) else v for v in row) for row in found]


def where_of_indexes(tx: Transaction, *tables: str) -> dict[str, bool]:
    """Whether an index leaves rows out, by its name."""
    option = f"{tx.dialect.name}_where"
    return {
        str(index["name"]): option in index.get("dialect_options", {})
        for table in tables
        for index in inspect(tx).get_indexes(table)
    }


def test_messages_of_the_first_edition_are_kept_and_know_their_channel(empty: Database) -> None:
    empty.transact(lambda tx: command.upgrade(config(tx), "0001"))
    empty.transact(write_old_rows)
    before = empty.look(old_rows)

    upgrade(empty)

    assert empty.look(old_rows) == before
    added = text("SELECT channel, is_held, parts FROM outbox ORDER BY id")
    found = empty.look(lambda tx: tx.execute(added).all())
    rows = [(channel, bool(is_held), parts) for channel, is_held, parts in found]
    assert rows == [("web", False, 0), ("terminal", False, 0), ("terminal", False, 0)]
    kept = text("SELECT count(*) FROM inbox")
    assert empty.look(lambda tx: tx.execute(kept).scalar_one()) == 2
    empty.transact(check)


def test_after_a_migration_with_data_partial_indexes_are_still_partial(empty: Database) -> None:
    empty.transact(lambda tx: command.upgrade(config(tx), "0001"))
    empty.transact(write_old_rows)

    upgrade(empty)

    found = empty.look(lambda tx: where_of_indexes(tx, "outbox", "inbox"))
    partial = {name for name, leaves_out in found.items() if leaves_out}
    assert partial == {
        "ix_outbox_due_at",
        "ix_outbox_failed_at",
        "ix_outbox_held",
        "ix_outbox_waiting",
        "ix_inbox_undone",
    }


def write_allowances(tx: Transaction) -> None:
    tx.execute(text(OLD_ROWS[0]))
    moments = "(1, 5, 172800000001, 1), (2, 3, 60000001, 1)"
    columns = "contact_id, calls, closes_at, granted_at"
    tx.execute(text(f"INSERT INTO allowances ({columns}) VALUES {moments}"))


def allowed(tx: Transaction, columns: str) -> list[tuple[object, ...]]:
    found = tx.execute(text(f"SELECT {columns} FROM allowances ORDER BY contact_id, closes_at"))
    return [tuple(row) for row in found]


def test_an_allowance_is_kept_with_how_long_it_lasts(empty: Database) -> None:
    empty.transact(lambda tx: command.upgrade(config(tx), "0002"))
    empty.transact(write_allowances)

    upgrade(empty)

    assert empty.look(lambda tx: allowed(tx, "contact_id, lasts, calls")) == [
        (1, 172800, 5),
        (2, 60, 3),
    ]
    empty.transact(check)


def test_of_allowances_side_by_side_the_longest_is_kept_when_that_is_taken_back(
    empty: Database,
) -> None:
    empty.transact(lambda tx: command.upgrade(config(tx), "0002"))
    empty.transact(write_allowances)
    upgrade(empty)
    more = "INSERT INTO allowances VALUES (1, 60, 3, 60000001, 1)"
    empty.transact(lambda tx: tx.execute(text(more)))

    empty.transact(lambda tx: command.downgrade(config(tx), "0002"))

    assert empty.look(lambda tx: allowed(tx, "contact_id, calls")) == [(1, 5), (2, 3)]


def test_a_migration_that_is_taken_back_keeps_the_rows_and_the_partial_indexes(
    empty: Database,
) -> None:
    upgrade(empty)
    empty.transact(lambda tx: command.downgrade(config(tx), "0001"))
    empty.transact(write_old_rows)
    before = empty.look(old_rows)
    upgrade(empty)

    empty.transact(lambda tx: command.downgrade(config(tx), "0001"))

    assert empty.look(old_rows) == before
    found = empty.look(lambda tx: where_of_indexes(tx, "outbox", "inbox"))
    partial = {name for name, leaves_out in found.items() if leaves_out}
    assert partial == {"ix_outbox_due_at", "ix_outbox_waiting", "ix_inbox_undone"}


def test_a_case_of_before_knows_the_channel_of_its_contact(empty: Database) -> None:
    empty.transact(lambda tx: command.upgrade(config(tx), "0003"))
    contact = "INSERT INTO contacts (id, channel, address, created_at) VALUES (7, 'wechat', 'a', 1)"
    case = (
        "INSERT INTO cases (id, reference, contact_id, flow, version, frame, state, answers,"
        " submitted_at, due_on)"
        " VALUES (1, 'A-2', 7, 'room', '1', 1, 'submitted', '', 1, '2026-12-01')"
    )
    empty.transact(lambda tx: [tx.execute(text(one)) for one in (contact, case)])

    upgrade(empty)

    kept = text("SELECT channel, revision FROM cases")
    assert empty.look(lambda tx: tx.execute(kept).all()) == [("wechat", 1)]

"""Puts many rows into a table by the quickest way each database has."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Table, func, select, text

from bot.store.database import Database, Transaction

Row = tuple[Any, ...]
"""Values as the driver takes them: moments by `moment`, days by `isoformat`."""


def moment(at: datetime) -> int:
    """A moment as it is kept."""
    return round(at.timestamp() * 1_000_000)


def fill(tx: Transaction, table: Table, names: str, rows: Iterable[Row]) -> None:
    """Add rows; `names` are their columns, separated by blanks."""
    columns = names.split()
    driver: Any = tx.connection.driver_connection
    into = f"{table.name} ({', '.join(columns)})"
    if tx.dialect.name == "sqlite":
        marks = ", ".join("?" * len(columns))
        driver.executemany(f"INSERT INTO {into} VALUES ({marks})", rows)
        return
    with driver.cursor() as cursor, cursor.copy(f"COPY {into} FROM STDIN") as copy:
        for row in rows:
            copy.write_row(row)


def settle(database: Database, tables: Sequence[Table]) -> None:
    """On PostgreSQL go on numbering after the rows that came with numbers, and know their mix.

    SQLite numbers on by itself, and the program never lets it look at the mix.
    """
    if database.is_sqlite:
        return
    number = "SELECT setval(pg_get_serial_sequence('{0}', 'id'), (SELECT max(id) FROM {0}))"

    def work(tx: Transaction) -> None:
        for table in tables:
            if "id" in table.c and _newest(tx, table):
                tx.execute(text(number.format(table.name)))
        tx.execute(text("ANALYZE"))

    database.transact(work)


def _newest(tx: Transaction, table: Table) -> bool:
    newest = tx.execute(select(func.max(table.c.id))).scalar()
    return isinstance(newest, int)


def count(tx: Transaction, table: Table) -> int:
    """How many rows a table has."""
    return tx.execute(select(func.count()).select_from(table)).scalar_one()

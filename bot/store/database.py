"""Transactions on SQLite and PostgreSQL: one writer thread that groups, a few readers."""

import asyncio
import contextlib
import functools
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any, TypeAlias, TypeVar

from sqlalchemy import Connection, Engine, Table, create_engine, event, text
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.engine import make_url
from sqlalchemy.exc import InterfaceError, OperationalError
from sqlalchemy.pool import QueuePool

from bot.store.writer import Writer

Result = TypeVar("Result")
Transaction: TypeAlias = Connection
"""An open transaction. Modules outside `store` pass it on and never look inside."""

READERS = 4
"""Threads for reading pages; writing has one thread, so SQLite never waits for its own lock."""
DEADLOCK = "40P01"
"""PostgreSQL's code for it: https://www.postgresql.org/docs/current/errcodes-appendix.html"""
STATEMENTS = 512
"""Statements SQLite keeps prepared: one with a list in it is another for each length."""
BUSY_MS = 15_000
"""How long SQLite waits for another process (a command of staff) that is writing."""


class Unavailable(Exception):
    """The database does not answer or is locked: nothing was kept, and trying again may help."""


class Contended(Unavailable):
    """Two transactions waited for each other and this one was given up: try again at once."""


class Database:
    """A database by its address (`sqlite:///…` or `postgresql+psycopg://…`)."""

    def __init__(self, url: str) -> None:
        self.url = url
        self.is_sqlite = make_url(url).get_backend_name() == "sqlite"
        self.engine = _sqlite(url) if self.is_sqlite else _postgresql(url)
        self._writer = Writer(self.transact, _is_out_of_reach)
        self._readers = ThreadPoolExecutor(READERS, "reader")

    def transact(self, work: Callable[[Transaction], Result]) -> Result:
        """Run `work` in one transaction: all of it is kept, or nothing."""
        with _reached(), self.engine.begin() as transaction:
            return work(transaction)

    def look(self, work: Callable[[Transaction], Result]) -> Result:
        """Run `work` in a transaction that only reads."""
        with _reached(), self.engine.connect() as connection:
            return work(connection.execution_options(reading=True))

    async def write(self, work: Callable[[Transaction], Result], *, within: float = 0.0) -> Result:
        """`transact` on the writer thread, with what else waits for it; see `Writer`."""
        return await self._writer.write(work, within)

    def hurry(self) -> None:
        """Let no work wait for company any longer."""
        self._writer.hurry()

    async def read(self, work: Callable[[Transaction], Result]) -> Result:
        """`look` on one of the reader threads."""
        loop = asyncio.get_running_loop()
        return await loop.run_in_executor(self._readers, self.look, work)

    def close(self) -> None:
        """Finish what is running and let go of the database."""
        self._writer.close()
        self._readers.shutdown()
        self.engine.dispose()


def _is_out_of_reach(error: Exception) -> bool:
    """Whether the database fails all, and not only those who waited for each other."""
    return isinstance(error, Unavailable) and not isinstance(error, Contended)


@contextlib.contextmanager
def _reached() -> Iterator[None]:
    """Say `Unavailable` where the database cannot be reached."""
    try:
        yield
    except (OperationalError, InterfaceError) as error:
        is_deadlock = getattr(error.orig, "sqlstate", "") == DEADLOCK
        raise (Contended if is_deadlock else Unavailable)(type(error.orig).__name__) from error


def _sqlite(url: str) -> Engine:
    """SQLite in WAL mode with full sync: grouped commits make the sync almost free."""
    path = make_url(url).database
    if path:
        Path(path).parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    engine = create_engine(
        url,
        hide_parameters=True,
        poolclass=QueuePool,
        pool_size=READERS + 2,
        connect_args={
            "check_same_thread": False,
            "isolation_level": None,
            "cached_statements": STATEMENTS,
        },
    )

    @event.listens_for(engine, "connect")
    def _configure(connection: Any, record: Any) -> None:
        try:
            for pragma in (
                f"busy_timeout={BUSY_MS}",
                "journal_mode=WAL",
                "synchronous=FULL",
                "foreign_keys=ON",
            ):
                connection.execute(f"PRAGMA {pragma}")
        except Exception:
            connection.close()  # the pool has not taken it over yet
            raise

    @event.listens_for(engine, "begin")
    def _begin(connection: Connection) -> None:
        # A transaction that will write takes the lock at once: a later upgrade could be refused.
        reading = connection.get_execution_options().get("reading")
        connection.exec_driver_sql("BEGIN" if reading else "BEGIN IMMEDIATE")

    return engine


def _postgresql(url: str) -> Engine:
    return create_engine(url, hide_parameters=True, pool_size=READERS + 2, pool_pre_ping=True)


def insert_new(transaction: Transaction, table: Table) -> Any:
    """An INSERT that leaves out rows which already exist; both databases know ON CONFLICT."""
    return _insert_new(transaction.dialect.name, table)


@functools.cache
def _insert_new(dialect_name: str, table: Table) -> Any:
    dialect = sqlite if dialect_name == "sqlite" else postgresql
    return dialect.insert(table).on_conflict_do_nothing()


def lock_out(transaction: Transaction, lock: int) -> None:
    """Keep every other process that asks for the same lock waiting until this transaction ends.

    Nothing needs to be done on SQLite: it has one writer anyway.
    """
    if transaction.dialect.name == "postgresql":
        transaction.execute(text("SELECT pg_advisory_xact_lock(:lock)"), {"lock": lock})


def is_alive(transaction: Transaction) -> bool:
    """Whether the database answers."""
    return transaction.execute(text("SELECT 1")).scalar() == 1

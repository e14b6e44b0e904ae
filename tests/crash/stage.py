"""Where runs are played: a home, its staff, and an empty database for each run."""

import contextlib
import os
import shutil
from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import text

from bot.store.database import Database, Transaction
from bot.store.tables import metadata
from tests.crash.driver import Server, Victim
from tests.crash.story import RECEIPT, Staff
from tests.crash.victim import Orders
from tests.postgres import Server as Postgres
from tests.toy_channel import ToyPlatform
from tests.web.papers import photo


class Fresh:
    """Gives each run an empty database; on PostgreSQL emptying one is cheaper than making one."""

    def __init__(self, folder: Path, template: str, postgres: Postgres | None) -> None:
        self.folder = folder
        self._template = template
        self._postgres = postgres
        self._free: list[str] = []

    def tries(self, n: int) -> bool:
        """Whether a kill is tried the nth time that a place is come by.

        On PostgreSQL, where a run takes twice as long, that is the first time only.
        """
        return self._postgres is None or n == 1

    @contextlib.contextmanager
    def database(self) -> Iterator[Database]:
        """One."""
        database = Database(self._free.pop() if self._free else self._make())
        try:
            yield database
        finally:
            if self._postgres:
                database.transact(_empty)
                self._free.append(database.url)
            database.close()

    def _make(self) -> str:
        if self._postgres:
            return self._postgres.create_database(self._template)
        run = self.folder / os.urandom(4).hex()
        run.mkdir()
        return f"sqlite:///{shutil.copy(self._template, run / 'bot.db')}"


def _empty(tx: Transaction) -> None:
    # Without triggers: they keep the audit log and the ledger from being emptied.
    tx.execute(text("SET LOCAL session_replication_role = replica"))
    tx.execute(text(f"TRUNCATE {', '.join(metadata.tables)} RESTART IDENTITY"))


@dataclass(frozen=True, slots=True)
class Scene:
    """What one run is played with."""

    victim: Victim
    database: Database
    platform: ToyPlatform
    staff: Staff


@dataclass(frozen=True, slots=True)
class Stage:
    """Where all runs of a test are played."""

    home: Path
    staff: Staff
    fresh: Fresh

    @contextlib.asynccontextmanager
    async def scene(self, server: Server, place: str = "", turn: int = 0) -> AsyncIterator[Scene]:
        """A victim with a database and a platform of its own, which stops in peace at the end."""
        platform = ToyPlatform(files={RECEIPT: photo(RECEIPT)})
        async with platform.open():
            with self.fresh.database() as database:
                socket = self.fresh.folder / f"{os.urandom(4).hex()}.sock"
                orders = Orders(
                    str(self.home), database.url, platform.url, str(socket), 0, place, turn
                )
                victim = Victim(server, orders)
                async with victim.alive():
                    yield Scene(victim, database, platform, self.staff)

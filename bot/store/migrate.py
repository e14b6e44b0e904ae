"""Bring a database to the tables this program knows."""

from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy.engine import make_url

from bot.store.database import Database, Transaction, lock_out

LOCK = 7_209_641
"""Advisory lock number that keeps two processes from migrating at once on PostgreSQL."""


def upgrade(database: Database) -> None:
    """Apply every migration that is missing, in one transaction."""
    database.transact(_upgrade)


def _upgrade(tx: Transaction) -> None:
    lock_out(tx, LOCK)
    if current(tx) != newest():
        command.upgrade(config(tx), "head")


def current(tx: Transaction) -> str | None:
    """The migration a database is at; None when it is empty."""
    return MigrationContext.configure(tx).get_current_revision()


def newest() -> str | None:
    """The migration this program needs."""
    return ScriptDirectory(_folder()).get_current_head()


def is_current(database: Database) -> bool:
    """Whether a database is there and up to date; asking makes none."""
    if database.is_sqlite and not Path(make_url(database.url).database or "").is_file():
        return False
    return database.look(current) == newest()


def check(tx: Transaction) -> None:
    """Fail unless the tables of a database are exactly those this program knows."""
    command.check(config(tx))


def config(tx: Transaction) -> Config:
    """What Alembic needs to work inside a transaction."""
    config = Config()
    config.set_main_option("script_location", _folder())
    config.attributes["connection"] = tx
    return config


def _folder() -> str:
    return str(Path(__file__).with_name("migrations"))

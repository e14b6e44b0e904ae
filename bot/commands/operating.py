"""What operators need: migrations, and what can be set."""

import argparse
import contextlib

from bot.settings import KNOWN, PREFIX, Settings
from bot.store.database import Database
from bot.store.migrate import upgrade


def db(settings: Settings, typed: argparse.Namespace) -> int:
    """Migrate the database to what this program needs."""
    database = Database(settings.database_url)
    with contextlib.closing(database):
        upgrade(database)
    print("the database is up to date")
    return 0


def show_settings(settings: Settings, typed: argparse.Namespace) -> int:
    """Print every setting and what it means."""
    for name, meaning in KNOWN.items():
        print(f"{PREFIX}{name}\n    {meaning}")
    return 0

"""What tests of the running program share: both databases, the Lodge, and a clock that waits."""

import contextlib
import os
import shutil
from collections.abc import AsyncIterator, Callable, Iterator, Sequence
from pathlib import Path
from typing import Any

import pytest

from bot.app import PAGES, App
from bot.store.database import Database
from bot.store.migrate import upgrade
from tests.postgres import Server
from tests.runner.lodge import KEY, Watch, make_home, settings_for
from tests.toy_channel import TOY, ToyChannel, ToyPlatform

SQLITE = "sqlite"
POSTGRES = pytest.param("postgres", marks=pytest.mark.postgres)

OpenApp = Callable[..., contextlib.AbstractAsyncContextManager[App]]


def pytest_xdist_auto_num_workers() -> int:
    """One worker more than there are cores: now and then all of a test waits for a disk."""
    return (os.cpu_count() or 1) + 1


@pytest.fixture(scope="session")
def postgres() -> Iterator[Server]:
    """One PostgreSQL server for all tests."""
    with Server.start() as server:
        yield server


@pytest.fixture(scope="session")
def postgres_template(postgres: Server) -> str:
    """An up-to-date database on that server, to be copied."""
    url = postgres.create_database()
    migrate(url)
    return url


@pytest.fixture(scope="session")
def sqlite_template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An up-to-date SQLite file, to be copied."""
    path = tmp_path_factory.mktemp("template") / "bot.db"
    migrate(f"sqlite:///{path}")
    return path


def migrate(url: str) -> None:
    """Bring a database up to date."""
    database = Database(url)
    upgrade(database)
    database.close()


@pytest.fixture(params=[SQLITE, POSTGRES])
def database_url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """A fresh, up-to-date database; the test runs once on SQLite and once on PostgreSQL."""
    if request.param == SQLITE:
        template = request.getfixturevalue("sqlite_template")
        yield f"sqlite:///{shutil.copy(template, tmp_path / 'bot.db')}"
        return
    server = request.getfixturevalue("postgres")
    url = server.create_database(request.getfixturevalue("postgres_template"))
    yield url
    server.drop_database(url)


@pytest.fixture
def database(database_url: str) -> Iterator[Database]:
    """That database, open."""
    opened = Database(database_url)
    yield opened
    opened.close()


@pytest.fixture(scope="session")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The Lodge's folder."""
    return make_home(tmp_path_factory.mktemp("lodge"))


@pytest.fixture
def watch() -> Watch:
    """The clock of every program in the test."""
    return Watch()


@pytest.fixture
async def platform() -> AsyncIterator[ToyPlatform]:
    """A platform that takes every message."""
    toy = ToyPlatform()
    async with toy.open():
        yield toy


@pytest.fixture
def open_app(
    home: Path, tmp_path: Path, database_url: str, watch: Watch, platform: ToyPlatform
) -> OpenApp:
    """Start one more program on the test's database; the `ways` of its toy channel may differ."""

    @contextlib.asynccontextmanager
    async def open_it(
        worker: str = "here", speaks: Sequence[str] = (TOY,), keys: str = KEY, **ways: Any
    ) -> AsyncIterator[App]:
        channel = ToyChannel(platform.url, **ways)
        given = settings_for(home, database_url, data=tmp_path, worker=worker, keys=keys)
        spoken = [channel] if channel.name in speaks else []
        app = App(given, (*PAGES, *spoken), watch.now)
        async with channel.open(), app.running():
            yield app

    return open_it


@pytest.fixture
async def app(open_app: OpenApp) -> AsyncIterator[App]:
    """The program, running."""
    async with open_app() as running:
        yield running

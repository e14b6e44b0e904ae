from collections.abc import AsyncIterator, Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from tests.runner.lodge import Watch
from tests.runner.wondered import asks, make_answering_home
from tests.web.server import Server
from tests.web.staff.clerks import Clerk, clerk
from tests.web.staff.home import make_desk_home
from tests.web.staff.wonders import CATS, CHINESE, MISSED


@pytest.fixture
def watch() -> Watch:
    """The clock of the desk."""
    return Watch(datetime(2026, 12, 1, 1, 0, tzinfo=UTC))


@pytest.fixture(scope="session")
def desk_home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return make_desk_home(tmp_path_factory.mktemp("desk"))


@pytest.fixture
def desk(desk_home: Path, tmp_path: Path, watch: Watch) -> Iterator[Server]:
    """A server whose clock the test moves."""
    with Server(tmp_path, watch.now, HOME=str(desk_home)) as running:
        yield running


@pytest.fixture(scope="module")
def answering_home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return make_answering_home(tmp_path_factory.mktemp("answering"))


@pytest.fixture
def place(answering_home: Path, tmp_path: Path, watch: Watch) -> Iterator[Server]:
    """A centre that answers, and was asked what it could not answer."""
    with Server(tmp_path, watch.now, HOME=str(answering_home)) as running:
        asks(running.app, *CATS, CATS[0])
        asks(running.app, CHINESE, language="zh_Hans")
        asks(running.app, MISSED, outcome="missed", entries=("opening",))
        yield running


@pytest.fixture
async def ed(place: Server) -> AsyncIterator[Clerk]:
    async with clerk(place, "editor") as one:
        yield one

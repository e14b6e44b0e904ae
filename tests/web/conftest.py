from collections.abc import AsyncIterator, Iterator

import pytest

from bot.app import App
from tests.web.server import Server, Visitor, visiting
from tests.web.toy_site import Site, serving


@pytest.fixture(scope="session")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    with Server(tmp_path_factory.mktemp("server")) as running:
        yield running


@pytest.fixture
async def ana(server: Server) -> AsyncIterator[Visitor]:
    async with visiting(server) as visitor:
        yield visitor


@pytest.fixture
async def bo(server: Server) -> AsyncIterator[Visitor]:
    async with visiting(server) as visitor:
        yield visitor


@pytest.fixture
async def known(ana: Visitor) -> Visitor:
    """Ana, whom the chat knows."""
    await ana.arrives()
    return ana


@pytest.fixture
async def site(app: App) -> AsyncIterator[Site]:
    """The program's site, with the toy platform's hook."""
    async with serving(app) as one:
        yield one

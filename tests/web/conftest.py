from collections.abc import AsyncIterator, Iterator

import pytest

from tests.web.server import Server, Visitor, visiting


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

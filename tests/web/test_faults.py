import asyncio
import contextlib
import logging
import sqlite3
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import event

from bot.logs import Lines
from tests.web.papers import photo
from tests.web.server import Server, Visitor, spoken, visiting
from tests.web.story import submits, to_deposit


@contextlib.contextmanager
def locking(server: Server) -> Iterator[None]:
    """Keep a server's database locked, as another process would; the server is not patient."""
    engine = server.app.database.engine

    @event.listens_for(engine, "checkout")
    def _hurry(connection: Any, record: Any, proxy: Any) -> None:
        connection.execute("PRAGMA busy_timeout=50")

    path = server.app.settings.data_dir / "talent-bot.db"
    with contextlib.closing(sqlite3.connect(path, isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        yield


def connect_anew(server: Server, at_the_end: contextlib.ExitStack) -> None:
    """Let go of all connections; one at work comes back to the old pool and is closed there."""
    engine = server.app.database.engine
    at_the_end.callback(engine.pool.dispose)
    engine.dispose()


START = {"id": "0123456789", "start": "", "language": "en"}


async def test_while_the_database_is_locked_the_page_is_asked_to_come_back(tmp_path: Path) -> None:
    with Server(tmp_path) as server:
        async with visiting(server) as ana:
            await ana.page()

            with locking(server):
                async with ana.session.post("/chat/say", json=START) as answer:
                    assert answer.status == 503
                    assert answer.headers["Retry-After"] == "2"
                    assert await answer.json() == {"problem": "the database does not answer"}
                assert await ana.looks() == []

            assert spoken(await ana.posts(**START))[0].startswith("Welcome")


# health


async def test_the_health_page_says_that_the_database_answers(ana: Visitor) -> None:
    async with ana.session.get("/healthz") as response:
        assert response.status == 200
        assert await response.json() == {"database": True}


async def test_the_health_page_fails_when_the_database_is_no_longer_one(tmp_path: Path) -> None:
    with contextlib.ExitStack() as at_the_end, Server(tmp_path) as server:
        folder, kept = server.app.settings.data_dir, tmp_path / "kept"
        folder.rename(kept)
        folder.mkdir()
        (folder / "talent-bot.db").write_bytes(b"not a database" * 500)
        connect_anew(server, at_the_end)

        async with visiting(server) as monitor, monitor.session.get("/healthz") as response:
            assert response.status == 503
            assert await response.json() == {"database": False}

        folder.rename(tmp_path / "broken")  # whatever is opening it meanwhile
        kept.rename(folder)
        connect_anew(server, at_the_end)


# stopping


async def test_a_stopping_server_answers_the_pages_that_wait(tmp_path: Path) -> None:
    with Server(tmp_path) as server:
        async with visiting(server) as ana:
            await ana.arrives()
            waiting = asyncio.create_task(ana.looks(wait=30))
            await asyncio.to_thread(ana_waits, server)

            await asyncio.to_thread(server.stop)

            assert await waiting == []


def ana_waits(server: Server) -> None:
    """Return once the server has a page waiting."""
    for _ in range(500):
        if server.app.hub.is_awaited:
            return
        threading.Event().wait(0.01)
    raise AssertionError("no page waits")


# what is written down


SECRETS = (
    "Ana",
    "Núñez",
    "13812345678",
    "138 1234 5678",
    "ana@example.org",
    "unimelb",
    "Melbourne",
)


async def test_the_log_of_a_whole_story_names_nobody(
    server: Server, ana: Visitor, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    await ana.arrives(flow="apartment")
    reference = await submits(ana)
    server.decide(reference)
    deposit = await to_deposit(ana)
    await ana.sends(photo("receipt"))
    server.confirm(deposit)
    async with ana.session.post("/chat/say", json={"text": "Ana Núñez", "id": "?"}) as refused:
        assert refused.status == 400
    async with ana.session.get("/chat/photos/Ana%20N%C3%BA%C3%B1ez.jpg") as missing:
        assert missing.status == 404

    lines = [Lines().format(record) for record in caplog.records if record.name != "asyncio"]
    assert any("request refused" in line for line in lines)
    token = next(iter(ana.session.cookie_jar)).value
    for line in lines:
        assert not any(secret in line for secret in (*SECRETS, token)), line

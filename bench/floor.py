"""A durable turn over HTTP on both databases, beside a floor that only commits."""

import contextlib
import os
import subprocess
import sys
import tempfile
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

from aiohttp import web

from bench.load import Figures, Say, play, post_chat, post_in
from bot.store.database import Database
from bot.store.migrate import upgrade
from tests.postgres import Server

HOME = Path(__file__).resolve().parents[1]
GOALS = {"pushed": 1.6, "answered": 2.2}
"""How many times the floor's CPU a turn may cost: sent afterwards, or inside the response."""


@contextlib.contextmanager
def server(*words: str, **environment: str) -> Iterator[str]:
    """One server process; its address."""
    command = [sys.executable, "-m", "bench.doors", *words]
    process = subprocess.Popen(
        command, cwd=HOME, env={**os.environ, **environment}, stdout=subprocess.PIPE, text=True
    )
    assert process.stdout is not None
    try:
        yield f"http://127.0.0.1:{int(process.stdout.readline())}"
    finally:
        process.terminate()
        process.wait()


@contextlib.asynccontextmanager
async def recorder() -> AsyncIterator[str]:
    """A server that takes every message, as a platform would."""

    async def take(request: web.Request) -> web.Response:
        await request.read()
        return web.json_response({"ok": True})

    site = web.Application()
    site.router.add_post("/", take)
    runner = web.AppRunner(site, access_log=None)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    yield f"http://127.0.0.1:{runner.addresses[0][1]}/"
    await runner.cleanup()


def row(name: str, figures: Figures, floor: Figures | None, goal: float | None) -> None:
    """Print one line of the table."""
    ratio = f"{figures.cpu / floor.cpu:4.2f} x" if floor else "floor "
    wanted = f"<= {goal} x" if floor and goal else ""
    print(
        f"{name:<42}{figures.cpu:8.0f}  {ratio}  {wanted:<9}"
        f"{figures.rate:8.0f}{figures.p50:9.1f}{figures.p99:9.1f}"
    )


async def compare(where: str, stores: tuple[str, str], url: str, contacts: int) -> None:
    """Measure both ways of answering on one database, each beside its floor."""
    with tempfile.TemporaryDirectory() as folder:
        data = {"BOT_DATA_DIR": folder, "BOT_DATABASE_URL": url, "BOT_LOG_LEVEL": "ERROR"}
        async with recorder() as out:
            with server("floor", "--store", stores[0], "--out", out) as base:
                floor = await _play(base, contacts, post_in(base))
            with server("ours", "--out", out, **data) as base:
                figures = await _play(base, contacts, post_in(base))
        row(f"{where}, sent afterwards: floor", floor, None, None)
        row(f"{where}, sent afterwards: talent-bot", figures, floor, GOALS["pushed"])
        with server("floor", "--store", stores[1]) as base:
            floor = await _play(base, contacts, post_in(base))
        with server("ours", **data) as base:
            figures = await _play(base, contacts, post_chat(base))
        row(f"{where}, inside the response: floor", floor, None, None)
        row(f"{where}, inside the response: talent-bot", figures, floor, GOALS["answered"])


async def _play(base: str, contacts: int, say: Say) -> Figures:
    await play(base, max(64, contacts // 10), say)  # warm up
    return await play(base, contacts, say)


async def durable(contacts: int) -> None:
    """Print the table."""
    print(f"\n{'a durable turn over HTTP':<42}{'CPU us':>8}{'':>8}{'goal':>7}", end="")
    print(f"{'turns/s':>12}{'p50 ms':>9}{'p99 ms':>9}")
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder)
        url = f"sqlite:///{path / 'ours.db'}"
        await compare("SQLite", (str(path / "floor.db"), str(path / "floor2.db")), url, contacts)
    with Server.start(durable=True) as postgres:
        url = postgres.create_database()
        with contextlib.closing(Database(url)) as database:
            upgrade(database)
        stores = (postgres.create_database(), postgres.create_database())
        await compare("PostgreSQL", stores, url, contacts)

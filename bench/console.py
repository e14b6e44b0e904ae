"""A large centre's console: how long each page takes, on SQLite and on PostgreSQL."""

import asyncio
import time
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from statistics import median, quantiles
from tempfile import TemporaryDirectory
from textwrap import fill

from aiohttp import ClientSession, ClientTimeout, CookieJar
from sqlalchemy.engine import make_url

from bench.centre.clerk import facts, invite, sign_in
from bench.centre.fill import count
from bench.centre.pages import PAGES, SIGN_IN
from bench.centre.plays import environment_for, settings_for
from bench.centre.seed import seed, upgraded
from bench.child import Bot
from bot.app import opened
from bot.store.tables import contacts
from tests.postgres import Server

WARM_UP, TIMES = 5, 30
WIDTH = 100
GOAL = 100
"""Milliseconds a page may take."""


@dataclass(frozen=True, slots=True)
class Took:
    """One page: its status, its bytes, and the milliseconds it took each time."""

    name: str
    status: int
    size: int
    times: tuple[float, ...]

    @property
    def p95(self) -> float:
        """What all but the slowest twentieth took at most."""
        return quantiles(self.times, n=20)[18]


async def keep(cases: int, database_url: str) -> None:
    """Seed a database that stays, to look at with `talent-bot serve` and the same key."""
    if not database_url:
        print("\nseed: name the database to fill, as --database sqlite:////tmp/centre/centre.db")
        return
    with TemporaryDirectory() as folder:
        await _filled(Path(folder), database_url, cases)
        settings = environment_for(Path(folder), database_url)
    shown = ("BOT_DATABASE_URL", "BOT_SECRET_KEY")
    print("serve it by: " + " ".join(f"{name}={settings[name]}" for name in shown), end="")
    print(" BOT_DATA_DIR=… talent-bot serve")


async def compare(cases: int, database_url: str) -> None:
    """Seed where there is nothing yet, and print a table: of one database, or of both kinds."""
    with TemporaryDirectory() as name:
        folder = Path(name)
        if database_url:
            await _measure(folder, database_url, cases)
            return
        await _measure(folder, f"sqlite:///{folder / 'centre.db'}", cases)
        with Server.start(durable=True) as server:
            await _measure(folder, server.create_database(), cases)


async def _filled(folder: Path, database_url: str, cases: int) -> None:
    kind = make_url(database_url).get_backend_name()
    print(f"\n{kind}, {cases:,} cases: {await seed(folder, database_url, cases)}", flush=True)


async def _measure(folder: Path, database_url: str, cases: int) -> None:
    with upgraded(database_url) as database:
        is_empty = not database.look(lambda tx: count(tx, contacts))
    if is_empty:
        await _filled(folder, database_url, cases)
    with opened(settings_for(folder, database_url)) as app:
        token, found = invite(app, datetime.now(UTC)), facts(app)
    environment = environment_for(folder, database_url)
    bot = Bot("console", ("-m", "bot", "serve"), environment, is_quiet=False)
    child = await asyncio.to_thread(bot.start)
    try:
        _print(await _look(child.base, token, found), child.peak())
    finally:
        await asyncio.to_thread(child.stop)


async def _look(base: str, token: str, found: Mapping[str, str]) -> list[Took]:
    """Open every page again and again, in one browser."""
    jar, timeout = CookieJar(unsafe=True), ClientTimeout(total=60)
    async with ClientSession(base, cookie_jar=jar, timeout=timeout) as session:
        first = await _open(session, "sign-in", SIGN_IN)
        await sign_in(session, token)
        places = {name: path.format_map(found) for name, path in PAGES.items()}
        return [first] + [await _open(session, *place) for place in places.items()]


async def _open(session: ClientSession, name: str, path: str) -> Took:
    times: list[float] = []
    status = size = 0
    for n in range(WARM_UP + TIMES):
        started = time.perf_counter()
        async with session.get(path, allow_redirects=False) as page:
            status, size = page.status, len(await page.read())
        times += [(time.perf_counter() - started) * 1e3] * (n >= WARM_UP)
        if status != 200:  # there is nothing to measure
            return Took(name, status, size, ())
    return Took(name, status, size, tuple(times))


def _print(pages: list[Took], peak: float) -> None:
    print(f"{'page':<34}{'p50 ms':>9}{'p95 ms':>9}{'max ms':>9}{'KB':>8}")
    shown = [page for page in pages if page.times]
    for page in shown:
        is_slow = "  above the goal" if page.p95 > GOAL else ""
        print(
            f"{page.name:<34}{median(page.times):9.1f}{page.p95:9.1f}{max(page.times):9.1f}"
            f"{page.size / 1024:8.1f}{is_slow}"
        )
    slow = [page.name for page in shown if page.p95 > GOAL]
    print(
        f"p95 above {GOAL} ms: {', '.join(slow) or 'no page'}; the process peaked at {peak:.0f} MB"
    )
    for status in sorted({page.status for page in pages if not page.times}):
        names = ", ".join(page.name for page in pages if page.status == status)
        print(fill(f"answered {status}, not measured: {names}", WIDTH))

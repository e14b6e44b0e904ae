"""The program that gets killed. This process imports everything once and forks it for each run.

It reads one line of orders for each run from its standard input, and writes what becomes of it:
`ready PID`, `killed PLACE`, `places JSON` when it is stopped in peace, and `ended STATUS`.
"""

import asyncio
import gc
import json
import os
import re
import signal
import sys
import tempfile
import threading
from collections import Counter
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import msgspec
from aiohttp import web
from sqlalchemy import Engine, Pool, event, select

from bot.app import PAGES, App
from bot.channels.channel import Update
from bot.engine.model import Input, Said, Start, Uploaded
from bot.store.attachments import Attachment
from bot.store.database import Database, Transaction
from bot.store.migrate import upgrade
from bot.store.outbox import next_due
from bot.store.tables import inbox
from tests.runner.lodge import (
    MORNING,
    Guest,
    Watch,
    document,
    make_home,
    settings_for,
    upload,
)
from tests.toy_channel import TOY, ToyChannel

WRITES = re.compile(r"(INSERT INTO|UPDATE|DELETE FROM) (\w+)")
LOOK_SECONDS = 0.005
"""How often the outbox is looked at while it empties."""
LOOKS = 4000
"""Looks after which it should be empty: twenty seconds."""


class Orders(msgspec.Struct):
    """What to run on, and where to be killed: at the `turn`th time a place is come by."""

    home: str
    database_url: str
    platform: str
    socket: str
    hours: float
    place: str = ""
    turn: int = 0


class Doing(msgspec.Struct):
    """One update as the driver posts it: a start, words, a photograph, or one still to be fetched.

    A `picture` is named as the platform names it.
    """

    address: str
    id: str
    text: str = ""
    photograph: bool = False
    picture: str = ""


class Points:
    """Counts how often a run comes by each place, and ends the process at the chosen point."""

    def __init__(self, place: str, turn: int) -> None:
        self.places: Counter[str] = Counter()
        self._last = (place, turn)
        self._lock = threading.Lock()
        self._committed = threading.local()

    def reach(self, place: str) -> None:
        """Come by a place."""
        with self._lock:
            self.places[place] += 1
            if (place, self.places[place]) == self._last:
                tell(f"killed {place}")
                os.kill(os.getpid(), signal.SIGKILL)

    def watch_databases(self) -> None:
        """Count before and after each statement that writes, and each commit."""
        event.listen(Engine, "before_cursor_execute", self._before)
        event.listen(Engine, "after_cursor_execute", self._after)
        event.listen(Engine, "commit", self._before_commit)
        event.listen(Pool, "checkin", self._after_commit)

    def _before(self, connection: Any, cursor: Any, statement: str, *rest: Any) -> None:
        if found := WRITES.match(statement):
            self.reach(f"before {found[1]} {found[2]}")

    def _after(self, connection: Any, cursor: Any, statement: str, *rest: Any) -> None:
        if found := WRITES.match(statement):
            self.reach(f"after {found[1]} {found[2]}")

    def _before_commit(self, connection: Any) -> None:
        self.reach("before commit")
        self._committed.is_so = True

    def _after_commit(self, connection: Any, record: Any) -> None:
        if getattr(self._committed, "is_so", False):
            self._committed.is_so = False
            self.reach("after commit")


class Door:
    """What the driver may ask for over the socket."""

    def __init__(self, app: App, watch: Watch) -> None:
        self._app = app
        self._watch = watch

    def site(self) -> web.Application:
        """The door's routes."""
        site = web.Application()
        site.add_routes(
            [
                web.post("/update", self.update),
                web.post("/time", self.time),
                web.post("/drain", self.drain),
            ]
        )
        return site

    async def update(self, request: web.Request) -> web.Response:
        """Take an update; answered once it is kept, as a webhook does."""
        doing = msgspec.json.decode(await request.read(), type=Doing)
        documents = [document()] if doing.photograph else []
        given: Input = Start("lodge", "en")
        if documents:
            given = upload(*documents)
        elif doing.picture:
            given = Uploaded()
        elif doing.text:
            given = Said(doing.text)
        pictures = (Attachment(doing.picture),) if doing.picture else ()
        update = Update(TOY, doing.id, doing.address, given, tuple(documents), attachments=pictures)
        await self._app.converser.receive(update)
        return web.Response()

    async def time(self, request: web.Request) -> web.Response:
        """Set the clock, and do what is due then."""
        self._watch.at = MORNING + timedelta(hours=float(request.query["hours"]))
        await self._app.clock.tick()
        return web.Response()

    async def drain(self, request: web.Request) -> web.Response:
        """Answered when nothing is left to be fetched, taken or sent."""
        for _ in range(LOOKS):
            if not await self._app.database.read(_is_at_work):
                return web.Response()
            await asyncio.sleep(LOOK_SECONDS)
        return web.Response(status=500)


def _is_at_work(tx: Transaction) -> bool:
    waiting = select(inbox.c.id).where(inbox.c.done_at.is_(None)).limit(1)
    return next_due(tx, [TOY]) is not None or tx.execute(waiting).first() is not None


def tell(line: str) -> None:
    """Write one line to the driver, at once and whole."""
    os.write(1, line.encode() + b"\n")


async def live(orders: Orders, points: Points) -> None:
    """Run the program until it is stopped in peace."""
    stopped = asyncio.Event()
    loop = asyncio.get_running_loop()
    loop.add_signal_handler(signal.SIGTERM, stopped.set)
    loop.add_reader(0, os._exit, 1)  # the driver is gone
    watch = Watch(MORNING + timedelta(hours=orders.hours))
    channel = ToyChannel(orders.platform, points.reach)
    app = App(settings_for(Path(orders.home), orders.database_url), (*PAGES, channel), watch.now)
    runner = web.AppRunner(Door(app, watch).site(), access_log=None)
    await runner.setup()
    async with channel.open(), app.running():
        await web.UnixSite(runner, orders.socket).start()
        tell(f"ready {os.getpid()}")
        await stopped.wait()
        await runner.cleanup()
    tell(f"places {json.dumps(points.places)}")


def run(line: bytes) -> None:
    """The life of one victim."""
    orders = msgspec.json.decode(line, type=Orders)
    points = Points(orders.place, orders.turn)
    points.watch_databases()
    asyncio.run(live(orders, points))
    os._exit(0)


async def warm_up(folder: Path) -> None:
    """Live once, so that what is learned at first use is there before the forks."""
    url = f"sqlite:///{folder / 'bot.db'}"
    database = Database(url)
    upgrade(database)
    database.close()
    Database("postgresql+psycopg:///nowhere").close()  # for its driver
    app = App(settings_for(make_home(folder), url))
    async with app.running():
        await Guest(app, "warm").holds()


def serve(run: Callable[[bytes], None]) -> None:
    """Fork one victim after the other, each to `run` by a line of orders."""
    with tempfile.TemporaryDirectory() as folder:
        asyncio.run(warm_up(Path(folder)))
    assert threading.active_count() == 1
    gc.collect()
    gc.freeze()
    for line in sys.stdin.buffer:
        child = os.fork()
        if not child:
            run(line)
        _, status = os.waitpid(child, 0)
        tell(f"ended {os.waitstatus_to_exitcode(status)}")


if __name__ == "__main__":
    serve(run)

"""The two servers a turn is measured on: ours, and the floor that only commits."""

import argparse
import asyncio
import contextlib
import sqlite3
import time
from collections.abc import Awaitable, Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol

import msgspec
import psycopg
import uvloop
from aiohttp import ClientSession, TCPConnector, web

from bot.app import App
from bot.channels.channel import Outgoing, Parcel, Update
from bot.engine.model import Message, Said
from bot.settings import read_settings
from bot.store.attachments import Attachment

GROUP = 64
"""Turns in one commit, the same in the floor as in the program."""
STATE = b"x" * 580
"""A state about as large as the real ones; the floor keeps it for every turn."""


def messages(turn: int) -> int:
    """How many messages the floor makes in a turn: as many as the script leads to, 12 in 9."""
    return 1 + (turn % 3 == 0)


class Posted(msgspec.Struct):
    """One update as the load posts it."""

    id: str
    address: str
    text: str
    messages: int = 1


_read = msgspec.json.Decoder(Posted).decode
_write = msgspec.json.Encoder().encode


@dataclass(slots=True)
class Out:
    """Sends to the recording server over HTTP, as a platform's client would."""

    url: str
    session: ClientSession | None = None
    name: str = "bench"
    pushes: bool = True
    is_metered: bool = False

    def pack(self, messages: Sequence[Outgoing]) -> Sequence[Parcel]:
        """A call for each message."""
        return [Parcel(1, one.message) for one in messages]

    async def send(self, address: str, key: str, parcel: Parcel) -> None:
        """Post one message."""
        assert isinstance(parcel.body, Message)
        await self.post(_write({"to": address, "key": key, "text": parcel.body.text}))

    async def fetch(self, attachment: Attachment) -> bytes:
        """Never called: nobody sends a file."""
        raise NotImplementedError

    async def post(self, body: bytes) -> None:
        """Post what is already JSON."""
        if self.session is None:
            self.session = ClientSession(connector=TCPConnector(limit=32))
        headers = {"Content-Type": "application/json"}
        async with self.session.post(self.url, data=body, headers=headers) as answer:
            await answer.read()


async def ours(out: str | None) -> tuple[web.Application, Callable[[], Awaitable[None]]]:
    """The real program behind one door; with `out`, on a channel that pushes."""
    channel = Out(out) if out else None
    app = App(read_settings(), channels=[channel]) if channel else App(read_settings())
    running = contextlib.AsyncExitStack()
    await running.enter_async_context(app.running())
    if channel is None:
        return app.site(), running.aclose

    async def receive(request: web.Request) -> web.Response:
        posted = _read(await request.read())
        await app.converser.receive(Update("bench", posted.id, posted.address, Said(posted.text)))
        return web.Response(text="ok")

    site = web.Application()
    site.router.add_post("/in", receive)
    return site, running.aclose


class RawStore(Protocol):
    """One raw commit of a group: inbox, state and messages."""

    def commit(self, group: list[Posted]) -> None:
        """Write the group and commit."""


class RawSqlite:
    """The floor on SQLite: the driver itself, full sync, grouped statements."""

    def __init__(self, path: Path) -> None:
        self._db = sqlite3.connect(path, isolation_level=None, check_same_thread=False)
        self._db.executescript(
            "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL;"
            "CREATE TABLE inbox (id INTEGER PRIMARY KEY, update_id TEXT UNIQUE, input BLOB);"
            "CREATE TABLE conversations (address TEXT PRIMARY KEY, version INTEGER, state BLOB);"
            "CREATE TABLE outbox (id INTEGER PRIMARY KEY, address TEXT, message BLOB);"
        )

    def commit(self, group: list[Posted]) -> None:
        """Write the group and commit."""
        run, many = self._db.execute, self._db.executemany
        run("BEGIN IMMEDIATE")
        rows = [(one.id, one.text.encode()) for one in group]
        many("INSERT INTO inbox (update_id, input) VALUES (?, ?) ON CONFLICT DO NOTHING", rows)
        for one in group:
            run("SELECT version, state FROM conversations WHERE address = ?", (one.address,))
        many(
            "INSERT INTO conversations VALUES (?, 1, ?) ON CONFLICT (address)"
            " DO UPDATE SET version = version + 1, state = excluded.state",
            [(one.address, STATE) for one in group],
        )
        rows = [(one.address, STATE[:200]) for one in group for _ in range(one.messages)]
        many("INSERT INTO outbox (address, message) VALUES (?, ?)", rows)
        run("COMMIT")


class RawPostgres:
    """The floor on PostgreSQL: the driver itself, one statement a table and group."""

    def __init__(self, url: str) -> None:
        self._db = psycopg.connect(url.replace("+psycopg", ""))
        self._db.execute(
            "CREATE TABLE raw_inbox (id BIGSERIAL, update_id TEXT UNIQUE, input BYTEA)"
        )
        self._db.execute(
            "CREATE TABLE raw_conversations (address TEXT PRIMARY KEY, version INT, state BYTEA)"
        )
        self._db.execute("CREATE TABLE raw_outbox (id BIGSERIAL, address TEXT, message BYTEA)")
        self._db.commit()

    def commit(self, group: list[Posted]) -> None:
        """Write the group and commit."""
        run = self._db.execute
        addresses = sorted({one.address for one in group})
        run(
            "INSERT INTO raw_inbox (update_id, input) SELECT * FROM unnest(%s::text[], %s::bytea[])"
            " ON CONFLICT DO NOTHING",
            ([one.id for one in group], [one.text.encode() for one in group]),
        )
        run(
            "SELECT version, state FROM raw_conversations WHERE address = ANY(%s)"
            " ORDER BY address FOR UPDATE",
            (addresses,),
        ).fetchall()
        run(
            "INSERT INTO raw_conversations SELECT a, 1, %s FROM unnest(%s::text[]) a"
            " ON CONFLICT (address) DO UPDATE SET version = raw_conversations.version + 1,"
            " state = excluded.state",
            (STATE, addresses),
        )
        run(
            "INSERT INTO raw_outbox (address, message) SELECT a, %s FROM unnest(%s::text[]) a",
            (STATE[:200], [one.address for one in group for _ in range(one.messages)]),
        )
        self._db.commit()


class Floor:
    """Groups what comes in, commits it raw, and answers or sends a fixed text."""

    def __init__(self, store: RawStore, out: str | None) -> None:
        self._store = store
        self._out = Out(out) if out else None
        self._waiting: list[tuple[Posted, asyncio.Future[None]]] = []
        self._wake = asyncio.Event()
        self._thread = ThreadPoolExecutor(1)
        self._turns = 0
        self._sends = asyncio.Semaphore(32)
        self._tasks: set[asyncio.Task[None]] = set()

    async def run(self) -> None:
        """Commit groups until cancelled."""
        loop = asyncio.get_running_loop()
        while True:
            await self._wake.wait()
            self._wake.clear()
            while self._waiting:
                group, self._waiting = self._waiting[:GROUP], self._waiting[GROUP:]
                await loop.run_in_executor(
                    self._thread, self._store.commit, [posted for posted, _ in group]
                )
                for _, answer in group:
                    answer.set_result(None)

    async def receive(self, request: web.Request) -> web.Response:
        """Take one update in."""
        posted = _read(await request.read())
        self._turns += 1
        posted.messages = messages(self._turns)
        answer: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._waiting.append((posted, answer))
        self._wake.set()
        await answer
        if self._out is None:
            return web.Response(body=_write({"entries": [{"text": "x" * 400}]}))
        for n in range(posted.messages):
            task = asyncio.create_task(self._send(posted, n))
            self._tasks.add(task)
            task.add_done_callback(self._tasks.discard)
        return web.Response(text="ok")

    async def _send(self, posted: Posted, n: int) -> None:
        assert self._out is not None
        async with self._sends:
            body = {"to": posted.address, "key": f"{posted.id}:{n}", "text": "x" * 200}
            await self._out.post(_write(body))


async def floor(
    store: RawStore, out: str | None
) -> tuple[web.Application, Callable[[], Awaitable[None]]]:
    """The floor behind one door."""
    server = Floor(store, out)
    task = asyncio.create_task(server.run())
    site = web.Application()
    site.router.add_post("/in", server.receive)

    async def stop() -> None:
        task.cancel()

    return site, stop


async def _serve(typed: argparse.Namespace) -> None:
    """Serve until the load asks for the CPU time and leaves."""
    if typed.what == "ours":
        site, stop = await ours(typed.out)
    else:
        store = RawPostgres(typed.store) if "://" in typed.store else RawSqlite(Path(typed.store))
        site, stop = await floor(store, typed.out)

    async def cpu(request: web.Request) -> web.Response:
        return web.json_response({"cpu": time.process_time()})

    site.router.add_get("/cpu", cpu)
    runner: Any = web.AppRunner(site, access_log=None)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    print(runner.addresses[0][1], flush=True)
    with contextlib.suppress(asyncio.CancelledError):
        await asyncio.Event().wait()
    await stop()


def main() -> None:
    """Start one server and print its port."""
    parser = argparse.ArgumentParser()
    parser.add_argument("what", choices=["ours", "floor"])
    parser.add_argument("--out", help="address that messages are posted to")
    parser.add_argument("--store", default="", help="the floor's file or PostgreSQL address")
    uvloop.run(_serve(parser.parse_args()))


if __name__ == "__main__":
    main()

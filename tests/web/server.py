"""The whole program on a free port of this machine, and a browser without a screen."""

import asyncio
import contextlib
import io
import json
import socket
import threading
import uuid
from collections.abc import AsyncIterator, Callable, Iterator
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from types import TracebackType
from typing import Any, Self

import msgspec
from aiohttp import ClientResponse, ClientSession, ClientTimeout, CookieJar, FormData, web

from bot.app import App, now
from bot.engine.model import Message
from bot.services.became import Became
from bot.settings import read_settings
from bot.store.database import Transaction
from tests.catalogues import INDEXES

STOPS_WITHIN = 20
"""Seconds in which a server starts, stops or does what a test asks of it."""

Entry = dict[str, Any]
Reply = dict[str, Any]


class Server:
    """The program with its site, in a thread of its own; `with` starts and stops it.

    With `clock` it lives at that time instead of today.
    """

    def __init__(self, folder: Path, clock: Callable[[], datetime] = now, **settings: str) -> None:
        self._door = socket.create_server(("127.0.0.1", 0))
        self.address = f"http://127.0.0.1:{self._door.getsockname()[1]}"
        given = {"PUBLIC_URL": self.address, **settings}
        if "HOME" not in given:
            _share_indexes(folder / "data")
        environment = {f"BOT_{name}": value for name, value in given.items()}
        with contextlib.chdir(folder):  # where no .env of the developer lies
            settings_read = read_settings({"BOT_DATA_DIR": str(folder / "data"), **environment})
        self.app = App(settings_read, now=clock)
        self.clock = clock
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._run, name="server", daemon=True)
        self._is_open = threading.Event()
        self._stop = asyncio.Event()

    def __enter__(self) -> Self:
        self._thread.start()
        assert self._is_open.wait(STOPS_WITHIN)
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.stop()

    def stop(self) -> None:
        """Stop as the program does on SIGTERM."""
        if self._thread.is_alive():
            self._loop.call_soon_threadsafe(self._stop.set)
            self._thread.join(STOPS_WITHIN)
            assert not self._thread.is_alive()

    def _run(self) -> None:
        with contextlib.closing(self._loop):
            self._loop.run_until_complete(self._serve())

    async def _serve(self) -> None:
        runner = web.AppRunner(self.app.site(), access_log=None)
        async with self.app.running():
            await runner.setup()
            await web.SockSite(runner, self._door).start()
            self._is_open.set()
            await self._stop.wait()
            await runner.cleanup()

    async def set_up(self) -> None:
        """Tell the platforms our webhooks and menus, as the program does once it serves."""
        setting_up = asyncio.run_coroutine_threadsafe(self.app.set_up(), self._loop)
        await asyncio.wrap_future(setting_up)

    def tick(self) -> None:
        """Let the clock look once, and wait until everything due is done."""
        ticking = asyncio.run_coroutine_threadsafe(self.app.clock.tick(), self._loop)
        ticking.result(STOPS_WITHIN)

    def decide(self, reference: str, *, approve: bool = True, reason: str = "") -> None:
        """Staff decide a case."""

        def work(tx: Transaction) -> object:
            return self.app.services.cases.decide(
                tx, reference, approve=approve, by="Staff", now=self.clock(), reason=reason
            )

        assert self.app.database.transact(work) is Became.DONE
        self.tick()

    def confirm(self, reference: str) -> None:
        """Staff confirm that a deposit has arrived."""

        def work(tx: Transaction) -> Became:
            return self.app.services.deposits.confirm(tx, reference, "Staff", self.clock())

        assert self.app.database.transact(work) is Became.DONE
        self.tick()

    def refuse(self, reference: str, reason: str) -> None:
        """Staff say that a deposit is not there."""

        def work(tx: Transaction) -> Became:
            return self.app.services.deposits.refuse(tx, reference, "Staff", reason, self.clock())

        assert self.app.database.transact(work) is Became.DONE
        self.tick()


def _share_indexes(data_dir: Path) -> None:
    """Have the indexes of the centre's own content kept where all tests find them."""
    INDEXES.mkdir(parents=True, exist_ok=True)
    data_dir.mkdir(exist_ok=True)
    if not (data_dir / "answers").exists():
        (data_dir / "answers").symlink_to(INDEXES)


@dataclass(slots=True)
class Visitor:
    """One browser: it keeps its cookie, and what it has read so far."""

    session: ClientSession
    entries: list[Entry] = field(default_factory=list)
    cursor: int = -1
    base: str = "/chat"

    async def page(self, path: str = "", **headers: str) -> tuple[ClientResponse, str]:
        """Load the page."""
        async with self.session.get(path or self.base, headers=headers) as response:
            return response, await response.text()

    async def arrives(self, language: str = "en", flow: str = "") -> list[Entry]:
        """Load the page and begin, as the page does on its first look."""
        await self.page()
        await self.looks()
        return await self.posts(start=flow, language=language)

    async def looks(self, wait: int = 0) -> list[Entry]:
        """Fetch what is new."""
        path = f"{self.base}/entries?after={self.cursor}&wait={wait}"
        async with self.session.get(path) as response:
            return await self._hears(response)

    async def says(self, text: str, id: str = "") -> list[Entry]:
        """Type something."""
        return await self.posts(text=text, id=id or fresh_id())

    async def taps(self, label: str, id: str = "") -> list[Entry]:
        """Tap the newest button with this label."""
        return await self.posts(tap=self.token(label), label=label, id=id or fresh_id())

    def token(self, label: str) -> str:
        """What the newest button with this label carries; a card's button by its card's title."""
        for entry in reversed(self.entries):
            for shown in taps_of(entry):
                if label == shown[0]:
                    return shown[1]
        raise LookupError(label)

    async def posts(self, **saying: str) -> list[Entry]:
        """Post what a page posts."""
        body = {"id": fresh_id(), "after": self.cursor, **saying}
        async with self.session.post(f"{self.base}/say", json=body) as response:
            return await self._hears(response)

    async def sends(self, *files: bytes, id: str = "") -> list[Entry]:
        """Upload files."""
        path = f"{self.base}/upload?id={id or fresh_id()}&after={self.cursor}"
        async with self.session.post(path, data=form(*files)) as response:
            return await self._hears(response)

    async def _hears(self, response: ClientResponse) -> list[Entry]:
        assert response.status == 200, await response.text()
        reply: Reply = await response.json()
        self.cursor = max(self.cursor, reply["cursor"])
        self.entries += reply["entries"]
        return list(reply["entries"])


def taps_of(entry: Entry) -> Iterator[tuple[str, str]]:
    """The labels and tokens of an entry's buttons; a card counts by its title."""
    for button in entry.get("buttons", ()):
        yield button["label"], button["tap"]
    for card in entry.get("cards", ()):
        if card["button"]:
            yield card["title"], card["button"]["tap"]


def fresh_id() -> str:
    """An id as a page draws it."""
    return str(uuid.uuid4())


def form(*files: bytes) -> FormData:
    """A form as a page sends it."""
    data = FormData()
    for number, content in enumerate(files):
        data.add_field(
            "file", io.BytesIO(content), filename=f"{number}.jpg", content_type="image/jpeg"
        )
    return data


@contextlib.asynccontextmanager
async def visiting(server: Server) -> AsyncIterator[Visitor]:
    """A browser that has not been here before."""
    jar = CookieJar(unsafe=True)
    timeout = ClientTimeout(total=60)
    async with ClientSession(server.address, cookie_jar=jar, timeout=timeout) as session:
        yield Visitor(session)


def spoken(entries: list[Entry]) -> list[str]:
    """What the assistant said."""
    return [entry["text"] for entry in entries if entry["from"] == "bot"]


def mine(entries: list[Entry]) -> list[Entry]:
    """What the person said."""
    return [entry for entry in entries if entry["from"] == "me"]


def as_message(entry: Entry) -> Message:
    """What an entry shows, as the message it came from."""
    cards = [{**card, "photo": card["photo"] or ""} for card in entry["cards"]]
    return msgspec.convert({**entry, "cards": cards}, Message)


async def problem(response: ClientResponse) -> str:
    """The sentence of a refusal; and that it is one, and no trace."""
    text = await response.text()
    assert 400 <= response.status < 500, text
    assert response.headers["X-Content-Type-Options"] == "nosniff"
    assert response.headers["Cache-Control"] == "no-store"
    for trace in ("Traceback", ".py", "Error("):
        assert trace not in text
    sentence = json.loads(text)["problem"]
    assert isinstance(sentence, str)
    assert sentence
    return sentence

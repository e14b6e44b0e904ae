"""A cheap Bot API with people behind it, so that what is measured is the bot and not the fake.

It keeps no chats and checks no calls, which `tests/fakes` does; every bot meets the same one.
"""

import asyncio
import contextlib
import itertools
from collections.abc import AsyncIterator
from dataclasses import dataclass, field

import msgspec
from aiohttp import ClientError, ClientSession, ClientTimeout, TCPConnector, web

TOKEN = "7000000001:AAE-a-token-for-measurements-only-00001"
SECRET = "a-secret-for-measurements-only"
HEADER = "X-Telegram-Bot-Api-Secret-Token"
POSTS_AT_ONCE = 40
"""Connections Telegram posts through by default."""
REPEATS_AFTER = 0.25
"""Seconds until an update is posted again; the platform's own pauses are longer."""
BORN = 1_800_000_000

_encode = msgspec.json.encode
_decode = msgspec.json.decode
_ME = {"id": 7000000001, "is_bot": True, "first_name": "Bench", "username": "bench_bot"}
_OK = b'{"ok":true,"result":true}'


@dataclass(slots=True)
class Person:
    """Somebody with a chat; what the bot says is found in `heard`."""

    id: int
    heard: asyncio.Queue[str] = field(default_factory=asyncio.Queue)


class City:
    """One bot's Telegram. `base` is where the bot listens now; it may move."""

    def __init__(self) -> None:
        self.url = ""
        self.base = ""
        self.posted_again = 0
        self._people: dict[int, Person] = {}
        self._updates = itertools.count(1000)
        self._sent = itertools.count(1)
        self._session: ClientSession | None = None

    @contextlib.asynccontextmanager
    async def open(self) -> AsyncIterator["City"]:
        """Listen on a free port of this machine for as long as the context lasts."""
        runner = web.ServerRunner(web.Server(self._heard))
        await runner.setup()
        await web.TCPSite(runner, "127.0.0.1", 0).start()
        self.url = f"http://127.0.0.1:{runner.addresses[0][1]}"
        connector = TCPConnector(limit=POSTS_AT_ONCE)
        timeout = ClientTimeout(total=30)
        async with ClientSession(connector=connector, timeout=timeout) as self._session:
            try:
                yield self
            finally:
                await runner.cleanup()

    def person(self, id: int) -> Person:
        """Somebody new."""
        self._people[id] = Person(id)
        return self._people[id]

    async def say(self, person: Person, text: str) -> None:
        """Let a person say something: it is posted, under one id, until it is answered with 200."""
        body = self._update(person, text)
        while not await self._post(body):
            self.posted_again += 1
            await asyncio.sleep(REPEATS_AFTER)

    def _update(self, person: Person, text: str) -> bytes:
        message: dict[str, object] = {
            "message_id": next(self._sent),
            "date": BORN,
            "chat": {"id": person.id, "type": "private", "first_name": "Pat"},
            "from": {"id": person.id, "is_bot": False, "first_name": "Pat", "language_code": "en"},
            "text": text,
        }
        if text.startswith("/"):
            length = len(text.split()[0])
            message["entities"] = [{"type": "bot_command", "offset": 0, "length": length}]
        return _encode({"update_id": next(self._updates), "message": message})

    async def _post(self, body: bytes) -> bool:
        assert self._session is not None
        headers = {"Content-Type": "application/json", HEADER: SECRET}
        try:
            async with self._session.post(
                self.base + "/telegram", data=body, headers=headers
            ) as answer:
                await answer.read()
                return answer.status == 200
        except (ClientError, TimeoutError, OSError):
            return False

    async def _heard(self, request: web.BaseRequest) -> web.Response:
        try:
            return await self._called(request)
        except ConnectionError:  # the bot was killed over its call
            return _answer(_OK)

    async def _called(self, request: web.BaseRequest) -> web.Response:
        method = request.path.rpartition("/")[2]
        if method == "getMe":
            return _answer(_encode({"ok": True, "result": _ME}))
        if method != "sendMessage":
            await request.read()
            return _answer(_OK)
        if request.content_type == "application/json":
            given = _decode(await request.read())
        else:
            given = dict(await request.post())
        chat, text = int(given["chat_id"]), str(given["text"])
        person = self._people.get(chat)
        if person is not None:
            person.heard.put_nowait(text)
        result = {
            "message_id": next(self._sent),
            "date": BORN,
            "chat": {"id": chat, "type": "private", "first_name": "Pat"},
            "from": _ME,
            "text": text,
        }
        return _answer(_encode({"ok": True, "result": result}))


def _answer(body: bytes) -> web.Response:
    return web.Response(body=body, content_type="application/json")

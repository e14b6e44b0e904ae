"""A platform that pushes, and the channel that speaks to it: for tests of delivery."""

import asyncio
import contextlib
from collections import defaultdict
from collections.abc import AsyncIterator, Callable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from itertools import pairwise

import aiohttp
import msgspec
from aiohttp import web

from bot.channels.channel import SendError
from bot.engine.model import Message

TOY = "toy"
HANG = 0
"""An answer that never comes."""

_decode = msgspec.json.Decoder(Message).decode


def _nothing(place: str) -> None:
    return


class ToyChannel:
    """Posts each message to the platform at `url`; `watch` is told before and after the call."""

    name = TOY
    pushes = True

    def __init__(
        self, url: str, watch: Callable[[str], None] = _nothing, patience: float = 10
    ) -> None:
        self._url = url
        self._watch = watch
        self._timeout = aiohttp.ClientTimeout(patience)
        self._session: aiohttp.ClientSession | None = None

    @contextlib.asynccontextmanager
    async def open(self) -> AsyncIterator[None]:
        """Keep connections to the platform."""
        async with aiohttp.ClientSession(timeout=self._timeout) as self._session:
            yield

    async def send(self, address: str, key: str, message: Message) -> None:
        """Post one message."""
        assert self._session is not None
        self._watch("before send")
        body = msgspec.json.encode(message)
        where = {"address": address, "key": key}
        try:
            async with self._session.post(self._url, params=where, data=body) as answer:
                status, wait = answer.status, answer.headers.get("Retry-After")
        except (aiohttp.ClientError, TimeoutError) as error:
            raise SendError(type(error).__name__) from error
        self._watch("after send")
        if status != 200:
            raise SendError(
                f"status {status}",
                permanent=status == 400,
                gone=status == 403,
                retry_after=timedelta(seconds=int(wait)) if wait else None,
            )


@dataclass(slots=True)
class Received:
    """One message that reached the platform; a `key` that comes twice is a repeat."""

    key: str
    message: Message

    @property
    def text(self) -> str:
        """Its words."""
        return self.message.text


@dataclass(slots=True)
class ToyPlatform:
    """The platform: records what reaches each address and answers as the test wants.

    `answers` yields the statuses of the next calls; when it ends, every call is answered 200.
    Only what is answered 200 has been received. `gates` yields events that the next calls wait
    for before they are answered.
    """

    answers: Iterator[int] = field(default_factory=lambda: iter(()))
    gates: Iterator[asyncio.Event] = field(default_factory=lambda: iter(()))
    retry_after: str = ""
    called: int = 0
    refused: int = 0
    received: defaultdict[str, list[Received]] = field(default_factory=lambda: defaultdict(list))
    url: str = ""
    _closing: asyncio.Event = field(default_factory=asyncio.Event)
    _news: asyncio.Condition = field(default_factory=asyncio.Condition)

    @contextlib.asynccontextmanager
    async def open(self) -> AsyncIterator[None]:
        """Listen on a free port."""
        site = web.Application()
        site.router.add_post("/", self._take)
        runner = web.AppRunner(site, access_log=None)
        await runner.setup()
        await web.TCPSite(runner, "127.0.0.1", 0).start()
        self.url = f"http://127.0.0.1:{runner.addresses[0][1]}/"
        try:
            yield
        finally:
            self._closing.set()
            await runner.cleanup()

    async def has(self, address: str, count: int) -> list[Received]:
        """Wait until so many different messages have reached an address."""
        async with asyncio.timeout(20), self._news:
            await self._news.wait_for(lambda: self._count(address) >= count)
        return self.received[address]

    async def is_called(self, count: int) -> None:
        """Wait until so many calls have come, answered or not."""
        async with asyncio.timeout(20), self._news:
            await self._news.wait_for(lambda: self.called >= count)

    def texts(self, address: str) -> list[str]:
        """The words that reached an address, repeats left out, in the order they first came."""
        return list({one.key: one.text for one in self.received[address]}.values())

    def _count(self, address: str) -> int:
        return len({one.key for one in self.received[address]})

    async def _take(self, request: web.Request) -> web.Response:
        body = await request.read()
        status, gate = next(self.answers, 200), next(self.gates, None)
        async with self._news:
            self.called += 1
            self._news.notify_all()
        if gate is not None:
            await gate.wait()
        async with self._news:
            if status == 200:
                one = Received(request.query["key"], _decode(body))
                self.received[request.query["address"]].append(one)
            else:
                self.refused += 1
            self._news.notify_all()
        if status == HANG:
            await self._closing.wait()
        headers = {"Retry-After": self.retry_after} if self.retry_after and status == 429 else {}
        return web.Response(status=status or 200, headers=headers)


def is_in_order(received: Sequence[Received], kills: int) -> bool:
    """Whether messages are in order, but for going back at most once for each kill.

    Each then came at most once more for each kill.
    """
    keys = [int(one.key) for one in received]
    steps_back = sum(later <= earlier for earlier, later in pairwise(keys))
    return steps_back <= kills

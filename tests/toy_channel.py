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

from bot.channels.channel import FetchError, Outgoing, Parcel, SendError
from bot.engine.model import Message
from bot.store.attachments import Attachment

TOY = "toy"
HANG = 0
"""An answer that never comes."""
CLOSED = 423
"""The status for a contact who has to speak first."""


class Letter(msgspec.Struct, frozen=True):
    """What one call carries: messages, or the `part`th piece of one."""

    messages: tuple[Message, ...]
    part: int = 0


_decode = msgspec.json.Decoder(Letter).decode


def _nothing(place: str) -> None:
    return


@dataclass(slots=True)
class ToyChannel:
    """Posts parcels to the platform at `url`; `watch` is told before and after each call.

    A parcel holds `fits` messages; one of more than `longest` characters goes out in pieces.
    """

    url: str
    watch: Callable[[str], None] = _nothing
    patience: float = 10
    is_metered: bool = False
    fits: int = 1
    longest: int = 10_000
    name: str = TOY
    pushes: bool = True
    _session: aiohttp.ClientSession | None = None

    @contextlib.asynccontextmanager
    async def open(self) -> AsyncIterator[None]:
        """Keep connections to the platform."""
        timeout = aiohttp.ClientTimeout(self.patience)
        async with aiohttp.ClientSession(timeout=timeout) as self._session:
            yield

    def pack(self, messages: Sequence[Outgoing]) -> Sequence[Parcel]:
        """Short messages together, long ones in pieces of which some may be out already."""
        parcels: list[Parcel] = []
        together: list[Message] = []

        def close() -> None:
            if together:
                parcels.append(Parcel(len(together), Letter(tuple(together))))
                together.clear()

        for one in messages:
            pieces = self._pieces(one.message)
            if len(pieces) == 1:
                together.append(one.message)
            else:
                close()
                ends = [0] * (len(pieces) - 1) + [1]
                every = [
                    Parcel(end, Letter((piece,), part))
                    for part, (end, piece) in enumerate(zip(ends, pieces, strict=True))
                ]
                parcels.extend(every[one.parts :])
            if len(together) == self.fits:
                close()
        close()
        return parcels

    def _pieces(self, message: Message) -> list[Message]:
        text, longest = message.text, self.longest
        if len(text) <= longest:
            return [message]
        return [Message(text[at : at + longest]) for at in range(0, len(text), longest)]

    async def send(self, address: str, key: str, parcel: Parcel) -> None:
        """Post one parcel."""
        assert self._session is not None
        self.watch("before send")
        body = msgspec.json.encode(parcel.body)
        where = {"address": address, "key": key}
        try:
            async with self._session.post(self.url, params=where, data=body) as answer:
                status, wait = answer.status, answer.headers.get("Retry-After")
        except (aiohttp.ClientError, TimeoutError) as error:
            raise SendError(type(error).__name__) from error
        self.watch("after send")
        if status != 200:
            raise SendError(
                f"status {status}",
                permanent=status == 400,
                gone=status == 403,
                closed=status == CLOSED,
                retry_after=timedelta(seconds=int(wait)) if wait else None,
            )

    async def fetch(self, attachment: Attachment) -> bytes:
        """Get one file."""
        assert self._session is not None
        self.watch("before fetch")
        where = {"reference": attachment.reference}
        try:
            async with self._session.get(self.url, params=where) as answer:
                status, content = answer.status, await answer.read()
        except (aiohttp.ClientError, TimeoutError) as error:
            raise FetchError(type(error).__name__) from error
        self.watch("after fetch")
        if status != 200:
            raise FetchError(f"status {status}", permanent=status == 404)
        return content


@dataclass(frozen=True, slots=True)
class Received:
    """One parcel that reached the platform; a `key` and `part` that come twice are a repeat."""

    key: str
    part: int
    text: str


@dataclass(slots=True)
class ToyPlatform:
    """The platform: records what reaches each address and answers as the test wants.

    `answers` yields the statuses of the next calls; when it ends, every call is answered 200.
    Only what is answered 200 has been received. `gates` yields events that the next calls wait
    for before they are answered. `files` are what contacts have sent, by reference; `fetched`
    names those asked for, and `file_answers` yields the statuses of the next such calls.
    """

    answers: Iterator[int] = field(default_factory=lambda: iter(()))
    gates: Iterator[asyncio.Event] = field(default_factory=lambda: iter(()))
    files: dict[str, bytes] = field(default_factory=dict)
    file_answers: Iterator[int] = field(default_factory=lambda: iter(()))
    file_gates: Iterator[asyncio.Event] = field(default_factory=lambda: iter(()))
    fetched: list[str] = field(default_factory=list)
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
        site.router.add_get("/", self._give)
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
        """Wait until so many different parcels have reached an address."""
        await self._until(lambda: len(self._first(address)) >= count)
        return self.received[address]

    async def is_called(self, count: int) -> None:
        """Wait until so many calls have come, answered or not."""
        await self._until(lambda: self.called >= count)

    async def is_asked(self, count: int) -> None:
        """Wait until so many files have been asked for, given or not."""
        await self._until(lambda: len(self.fetched) >= count)

    def texts(self, address: str) -> list[str]:
        """The words that reached an address, repeats left out, in the order they first came."""
        return list(self._first(address).values())

    async def _until(self, holds: Callable[[], bool]) -> None:
        async with asyncio.timeout(20), self._news:
            await self._news.wait_for(holds)

    def _first(self, address: str) -> dict[tuple[str, int], str]:
        return {(one.key, one.part): one.text for one in self.received[address]}

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
                letter = _decode(body)
                text = "\n\n".join(message.text for message in letter.messages)
                one = Received(request.query["key"], letter.part, text)
                self.received[request.query["address"]].append(one)
            else:
                self.refused += 1
            self._news.notify_all()
        if status == HANG:
            await self._closing.wait()
        headers = {"Retry-After": self.retry_after} if self.retry_after and status == 429 else {}
        return web.Response(status=status or 200, headers=headers)

    async def _give(self, request: web.Request) -> web.Response:
        reference = request.query["reference"]
        status, gate = next(self.file_answers, 200), next(self.file_gates, None)
        async with self._news:
            self.fetched.append(reference)
            self._news.notify_all()
        if gate is not None:
            await gate.wait()
        content = self.files.get(reference)
        if content is None:
            return web.Response(status=404)
        return web.Response(status=status, body=content if status == 200 else b"")


def is_in_order(received: Sequence[Received], kills: int) -> bool:
    """Whether messages are in order, but for going back at most once for each kill.

    Each then came at most once more for each kill.
    """
    places = [(int(one.key.partition("-")[2]), one.part) for one in received]  # contact-number
    steps_back = sum(later <= earlier for earlier, later in pairwise(places))
    return steps_back <= kills

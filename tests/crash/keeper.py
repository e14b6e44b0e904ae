"""Keeps the served program going: counts the places it comes by, starts it again when it dies."""

import asyncio
import contextlib
import os
import signal
from collections import Counter, deque
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from pathlib import Path

from tests.crash.driver import PATIENCE, Server
from tests.crash.serving import GO_ON, Settings


class Places:
    """What a run comes by, inside the program and on the wire, and where it ends."""

    def __init__(self) -> None:
        self.counts: Counter[str] = Counter()
        self.kills: list[str] = []
        self._left: deque[str] = deque()

    def arm(self, *places: str) -> None:
        """End the program once it has come by all of these, in this order."""
        self._left = deque(places)

    def reach(self, place: str) -> bool:
        """Come by a place; whether the program ends here."""
        self.counts[place] += 1
        if not self._left or self._left[0] != place:
            return False
        self._left.popleft()
        if not self._left:
            self.kills.append(place)
        return not self._left


class Program:
    """The served program over all its lives; `base` is its address while it is up."""

    def __init__(self, server: Server, folder: Path) -> None:
        self.places = Places()
        self.base = ""
        self.lives = 0
        self._server = server
        self._settings = Settings({}, str(folder / f"{os.urandom(4).hex()}.sock"))
        self._pid = 0
        self._is_ordered = False
        self._fault: AssertionError | None = None
        self._news = asyncio.Condition()

    @contextlib.asynccontextmanager
    async def alive(self, environment: Mapping[str, str]) -> AsyncIterator[None]:
        """Run the program, and start it again whenever it was killed."""
        self._settings.environment = dict(environment)
        asked = await asyncio.start_unix_server(self._asked, self._settings.places)
        async with asked:
            self._order()
            minder = asyncio.create_task(self._mind())
            try:
                await self._until(lambda: bool(self.base))
                yield
            finally:
                minder.cancel()
                await asyncio.wait([minder])
                await self._end()

    async def takes(self, post: Callable[[str], Awaitable[bool]]) -> None:
        """Let a platform post to the program's address until it is answered, as platforms do."""
        while True:
            await self._until(lambda: bool(self.base))
            lives = self.lives
            if await post(self.base):
                return
            await self._another_life(lives)

    def kill(self) -> None:
        """Kill it, wherever it is."""
        if self._pid:
            with contextlib.suppress(ProcessLookupError):
                os.kill(self._pid, signal.SIGKILL)

    async def _another_life(self, lives: int) -> None:
        await self._until(lambda: self.lives > lives)

    def _order(self) -> None:
        self._server.order(self._settings)
        self._is_ordered = True

    async def _end(self) -> None:
        """End it for good, also where it was just to be born again."""
        self.kill()
        while self._is_ordered:
            self._note(*await self._server.line(), is_over=True)

    async def _asked(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """Let the program go on, place by place; without an answer it ends."""
        with contextlib.suppress(ConnectionError):  # killed while it asked
            async for place in reader:
                if self.places.reach(place.decode().rstrip("\n")):
                    break
                writer.write(GO_ON)
        writer.close()

    async def _mind(self) -> None:
        while self._fault is None:
            try:
                self._note(*await self._server.line())
            except AssertionError as fault:
                self._fault = fault
            async with self._news:
                self._news.notify_all()

    def _note(self, word: str, rest: str, *, is_over: bool = False) -> None:
        if word == "born":
            self._pid = int(rest)
            if is_over:
                self.kill()
        elif rest.startswith("web chat is open: "):
            self.base = rest.removeprefix("web chat is open: ").removesuffix("/chat")
            self.lives += 1
        elif word == "ended":
            self._pid, self.base, self._is_ordered = 0, "", False
            assert rest == str(-signal.SIGKILL), f"the program ended with {rest}"
            if not is_over:
                self._order()

    async def _until(self, holds: Callable[[], bool]) -> None:
        async with asyncio.timeout(PATIENCE), self._news:
            await self._news.wait_for(lambda: self._fault or holds())
        if self._fault:
            raise self._fault

"""Drives a victim through a story: repeats what was not answered, starts what was killed."""

import asyncio
import contextlib
import os
import signal
import sys
from collections.abc import AsyncIterator, Callable
from pathlib import Path

import aiohttp
import msgspec

from tests.crash.victim import Doing, Orders
from tests.runner.lodge import TESTS

PATIENCE = 30
"""Seconds after which a victim that does not answer has failed the test."""


class Server:
    """A process that forks victims, one at a time."""

    def __init__(self, process: asyncio.subprocess.Process) -> None:
        self._process = process

    @classmethod
    @contextlib.asynccontextmanager
    async def open(cls, module: str = "tests.crash.victim") -> AsyncIterator["Server"]:
        """Start one; it ends with the test, and its victim with it."""
        process = await asyncio.create_subprocess_exec(
            *(sys.executable, "-m", module),
            stdin=asyncio.subprocess.PIPE,
            stdout=asyncio.subprocess.PIPE,
            cwd=TESTS.parent,
        )
        try:
            yield cls(process)
        finally:
            assert process.stdin is not None
            process.stdin.close()
            await process.wait()

    def order(self, orders: msgspec.Struct) -> None:
        """Fork a victim."""
        assert self._process.stdin is not None
        self._process.stdin.write(msgspec.json.encode(orders) + b"\n")

    async def line(self) -> tuple[str, str]:
        """The next thing that is told of it."""
        assert self._process.stdout is not None
        line = await self._process.stdout.readline()
        assert line, "the server of victims ended"
        word, _, rest = line.decode().rstrip("\n").partition(" ")
        return word, rest


class Victim:
    """The program of one run, over all its deaths. `post` goes on until it is answered."""

    def __init__(self, server: Server, orders: Orders) -> None:
        self.kills: list[str] = []
        self.places: dict[str, int] = {}
        self.starts = 0
        self._server = server
        self._orders = orders
        self._pid = 0
        self._ended = False
        self._fault: AssertionError | None = None
        self._news = asyncio.Condition()

    @contextlib.asynccontextmanager
    async def alive(self) -> AsyncIterator[None]:
        """Run the program, and start it again whenever it was killed."""
        self._server.order(self._orders)
        connector = aiohttp.UnixConnector(self._orders.socket)
        async with aiohttp.ClientSession(connector=connector) as self._session:
            minder = asyncio.create_task(self._mind())
            try:
                yield
            finally:
                minder.cancel()
                await asyncio.wait([minder])
                self.kill()

    async def _mind(self) -> None:
        while not self._ended and self._fault is None:
            try:
                self._note(*await self._server.line())
            except AssertionError as fault:
                self._fault = fault
            async with self._news:
                self._news.notify_all()

    def _note(self, word: str, rest: str) -> None:
        match word:
            case "ready":
                self._pid = int(rest)
                self.starts += 1
            case "killed":
                self.kills.append(rest)
            case "places":
                self.places = msgspec.json.decode(rest)
            case "ended":
                self._pid = 0
                self._ended = rest == "0"
                if not self._ended:
                    assert rest == str(-signal.SIGKILL), f"the victim ended with {rest}"
                    Path(self._orders.socket).unlink(missing_ok=True)
                    self._server.order(msgspec.structs.replace(self._orders, turn=0))

    async def does(self, doing: Doing) -> None:
        """Post an update until it is answered, as platforms do."""
        await self._post("/update", msgspec.json.encode(doing))

    async def at(self, hours: float) -> None:
        """Set the clock, for this life and the next ones."""
        self._orders.hours = hours
        await self.rings()

    async def rings(self) -> None:
        """Ring the clock at once, which rings by itself each second."""
        await self._post(f"/time?hours={self._orders.hours}")

    async def rests(self) -> None:
        """Wait until it has nothing left to do."""
        await self._post("/drain")

    async def stop(self) -> None:
        """Let it send what is left, then stop it in peace."""
        while not self._ended:
            await self.rests()
            starts = self.starts
            self.kill(signal.SIGTERM)
            await self._another_life(starts)

    def kill(self, how: signal.Signals = signal.SIGKILL) -> None:
        """Kill it, wherever it is."""
        if self._pid:
            with contextlib.suppress(ProcessLookupError):
                os.kill(self._pid, how)

    async def _post(self, path: str, body: bytes = b"") -> None:
        while True:
            await self._until(lambda: self._pid > 0)
            starts = self.starts
            try:
                async with self._session.post(f"http://victim{path}", data=body) as answer:
                    assert answer.status == 200, f"{path} was answered {answer.status}"
                    return
            except aiohttp.ClientError:
                await self._another_life(starts)

    async def _another_life(self, starts: int) -> None:
        """Wait until it is started again, or has ended in peace."""
        await self._until(lambda: self._ended or self.starts > starts)

    async def _until(self, holds: Callable[[], bool]) -> None:
        async with asyncio.timeout(PATIENCE), self._news:
            await self._news.wait_for(lambda: self._fault or holds())
        if self._fault:
            raise self._fault

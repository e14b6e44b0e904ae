"""The program as it is started in earnest: a process of its own, spoken to over the network."""

import asyncio
import os
import re
import signal
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from aiohttp import ClientSession, CookieJar

from tests.web.server import STOPS_WITHIN, Visitor, spoken

OPEN = re.compile(r"The web chat is open: (http://\S+)/chat\n")


@asynccontextmanager
async def serving(folder: Path, **settings: str) -> AsyncIterator[asyncio.subprocess.Process]:
    """`talent-bot serve` in a folder where nobody's settings lie."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("BOT_")}
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-W", "error", "-m", "bot", "serve"),
        env={**kept, "BOT_DATA_DIR": str(folder / "data"), **settings},
        cwd=folder,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
    )
    try:
        yield process
    finally:
        if process.returncode is None:
            process.kill()
        await process.communicate()


async def printed_address(process: asyncio.subprocess.Process) -> str:
    assert process.stdout
    line = await asyncio.wait_for(process.stdout.readline(), STOPS_WITHIN)
    found = OPEN.fullmatch(line.decode())
    if not found:
        _, told = await process.communicate()
        raise AssertionError((line, told.decode()))
    return found[1]


async def test_the_program_prints_where_it_is_open_and_stops_when_told(tmp_path: Path) -> None:
    async with serving(tmp_path, BOT_PORT="0") as process:
        address = await printed_address(process)
        async with ClientSession(address, cookie_jar=CookieJar(unsafe=True)) as session:
            ana = Visitor(session)
            heard = await ana.arrives(flow="apartment")
            waiting = asyncio.create_task(ana.looks(wait=30))
            process.send_signal(signal.SIGTERM)

            assert await asyncio.wait_for(process.wait(), STOPS_WITHIN) == 0

            await asyncio.gather(waiting, return_exceptions=True)
        assert process.stderr
        told = (await process.stderr.read()).decode()

    assert spoken(heard)[-1].startswith("What is the highest degree")
    assert told == ""


async def test_a_port_that_is_taken_is_told_in_a_sentence(tmp_path: Path) -> None:
    taken = await asyncio.start_server(lambda reader, writer: None, "127.0.0.1", 0)
    port = taken.sockets[0].getsockname()[1]

    async with serving(tmp_path, BOT_PORT=str(port)) as process:
        _, told = await asyncio.wait_for(process.communicate(), STOPS_WITHIN)

    taken.close()
    assert process.returncode == 1
    assert told.decode() == f"127.0.0.1 port {port} cannot be opened: address already in use\n"

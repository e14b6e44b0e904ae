"""The wire between the program and a platform: every call passes by here, and may be the last."""

import contextlib
import re
from collections.abc import AsyncIterator

import aiohttp
from aiohttp import web
from yarl import URL

from tests.crash.keeper import Program

_BOT = re.compile(r"^/(file/)?bot[^/]+/")
"""What goes before the name of a call to Telegram: whose it is."""


class Wire:
    """Passes on what the program calls at the platform at `target`."""

    def __init__(self, target: str, program: Program) -> None:
        self.url = ""
        self._target = target
        self._program = program

    @contextlib.asynccontextmanager
    async def opened(self) -> AsyncIterator["Wire"]:
        """Listen on a free port."""
        site = web.Application(client_max_size=60_000_000)
        site.router.add_route("*", "/{path:.*}", self._pass_on)
        runner = web.AppRunner(
            site, access_log=None, handler_cancellation=True, shutdown_timeout=0.1
        )
        await runner.setup()
        await web.TCPSite(runner, "127.0.0.1", 0).start()
        self.url = f"http://127.0.0.1:{runner.addresses[0][1]}"
        async with aiohttp.ClientSession() as self._session:
            try:
                yield self
            finally:
                await runner.cleanup()

    async def _pass_on(self, request: web.Request) -> web.Response:
        name = _BOT.sub(r"\1", request.path)
        self._come_by(f"before {name}")
        async with self._session.request(
            request.method,
            URL(self._target + request.raw_path, encoded=True),
            data=await request.read(),
            headers={"Content-Type": request.headers.get("Content-Type", "")},
        ) as answer:
            content, kind = await answer.read(), answer.headers["Content-Type"]
        self._come_by(f"after {name}")
        return web.Response(status=answer.status, body=content, headers={"Content-Type": kind})

    def _come_by(self, place: str) -> None:
        if self._program.places.reach(place):
            self._program.kill()
            raise web.HTTPServiceUnavailable  # to nobody

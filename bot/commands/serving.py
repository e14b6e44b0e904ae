"""Serve the site until somebody asks to stop."""

import argparse
import asyncio
import contextlib
import gc
import signal
import threading
from collections.abc import Callable

from aiohttp import web

from bot.app import App
from bot.readiness import NotReady
from bot.settings import Settings

ALLOCATIONS = 10_000
"""New objects until a search for garbage: some hundred turns."""
FIRST_ADMIN = "admin"
"""The name of the first to sign in."""
STOP_SECONDS = 3.0
"""How long requests may still run once the program is asked to stop: pages waiting for news do."""


def serve(settings: Settings, typed: argparse.Namespace) -> int:
    """Start the assistant with its web chat."""
    with asyncio.Runner(loop_factory=_fast_loop()) as runner:
        runner.run(_serve(settings))
    return 0


def _fast_loop() -> Callable[[], asyncio.AbstractEventLoop] | None:
    """uvloop, where there is one."""
    with contextlib.suppress(ImportError):
        import uvloop

        return uvloop.new_event_loop
    return None


async def _serve(settings: Settings) -> None:
    app = App(settings)
    runner = web.AppRunner(app.site(), access_log=None, shutdown_timeout=STOP_SECONDS)
    async with app.running():
        await runner.setup()
        await _open(web.TCPSite(runner, settings.host, settings.port), settings)
        host, port = runner.addresses[0][:2]
        public = settings.public_url if settings.port else f"http://{host}:{port}"
        print(f"The web chat is open: {public}/chat", flush=True)
        print(f"The staff console: {public}/staff", flush=True)
        await _invite_the_first(app, public)
        for platform in app.platforms:
            where = f"{public}{platform.hook.path}" if platform.hook else "asking for news"
            print(f"Connected: {platform.name} ({where})", flush=True)
        _spare_the_collector()
        threading.Thread(target=app.warm, daemon=True).start()
        setting_up = asyncio.create_task(app.set_up())
        await _until_stopped(app.failed)
        setting_up.cancel()
        await runner.cleanup()
    if app.failed.is_set():
        raise NotReady("a part of the program has ended: the log says why")


async def _invite_the_first(app: App, public: str) -> None:
    """As long as nobody can sign in, say how the first admin does."""
    language = app.content.centre.source_language
    token = await app.database.write(
        lambda tx: app.staff.first_link(tx, FIRST_ADMIN, language, app.now())
    )
    if token is not None:
        link = f"{public}/staff/welcome?t={token}"
        print(f"Nobody can sign in yet. Begin here, once, today: {link}", flush=True)


def _spare_the_collector() -> None:
    """Keep what lives as long as the program out of every search for garbage.

    Searches through modules, flows and texts took a tenth of the CPU of a turn, and a turn leaves
    few cycles behind.
    """
    gc.collect()
    gc.freeze()
    gc.set_threshold(ALLOCATIONS, *gc.get_threshold()[1:])


async def _open(site: web.TCPSite, settings: Settings) -> None:
    try:
        await site.start()
    except OSError as error:
        why = (error.strerror or str(error)).rpartition(": ")[2]
        raise NotReady(f"{settings.host} port {settings.port} cannot be opened: {why}") from error


async def _until_stopped(failed: asyncio.Event) -> None:
    """Wait for a signal, or for a part of the program that fails."""
    asked = asyncio.Event()
    for one in (signal.SIGINT, signal.SIGTERM):
        asyncio.get_running_loop().add_signal_handler(one, asked.set)
    waits = [asyncio.create_task(event.wait()) for event in (asked, failed)]
    await asyncio.wait(waits, return_when=asyncio.FIRST_COMPLETED)
    for wait in waits:
        wait.cancel()

"""The program's site with the hook of the toy platform, and the platform's way to it."""

import contextlib
from collections.abc import AsyncIterator, Callable, Iterator
from dataclasses import dataclass

import msgspec
from aiohttp import ClientSession, ClientTimeout, web
from sqlalchemy import select, text

from bot.app import App
from bot.store.outbox import next_due
from bot.store.tables import outbox
from bot.web.site import SiteParts, make_site
from bot.web.webhooks import WebhookDoor
from tests.runner.lodge import eventually
from tests.toy_channel import TOY
from tests.toy_hook import SECRET, Push, ToyHook
from tests.waiting import until

ASKED = "How long will you stay?"
NAME = "What is your name?"
SOON = 0.2
"""Seconds in which an answer must stand in the reply, where a test lets that time pass."""
LATER = 20.0
"""Seconds that are never over in a test."""


@dataclass(slots=True)
class Site:
    """The program's site with the toy hook, and the platform's way to it."""

    app: App
    hook: ToyHook
    session: ClientSession
    runner: web.AppRunner

    async def pushes(self, push: Push) -> str:
        """Post an update; what was replied."""
        status, reply = await self.posts(msgspec.json.encode(push))
        assert status == 200, reply
        return reply

    async def posts(self, body: bytes, **headers: str) -> tuple[int, str]:
        """Post a body."""
        sent = {**SECRET, **headers}
        async with self.session.post("/toy", data=body, headers=sent) as answer:
            return answer.status, await answer.text()

    async def has_heard(self, times: int) -> None:
        """Wait until the hook has read so many pushes."""
        await until(lambda: len(self.hook.heard) >= times)


@contextlib.asynccontextmanager
async def serving(app: App) -> AsyncIterator[Site]:
    hook = ToyHook()
    parts = SiteParts([WebhookDoor(hook, app.listener)], app.hub, app.database, app.photos, ())
    runner = web.AppRunner(make_site(parts), access_log=None)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    host, port = runner.addresses[0][:2]
    timeout = ClientTimeout(30)
    async with ClientSession(f"http://{host}:{port}", timeout=timeout) as session:
        yield Site(app, hook, session, runner)
    await runner.cleanup()


@contextlib.contextmanager
def nobody_writes(app: App) -> Iterator[Callable[[], None]]:
    """Keep everybody from writing until the block, or the given call, ends it."""
    connection = app.database.engine.connect()
    if app.database.is_sqlite:
        connection.execute(text("SELECT 1"))  # begun for writing: it has the lock
    else:
        connection.execute(text("LOCK TABLE inbox, outbox IN EXCLUSIVE MODE"))
    try:
        yield connection.rollback
    finally:
        connection.close()


def answered(app: App) -> list[bool]:
    """Of each message, in order, whether it went out."""
    sent = select(outbox.c.sent_at).order_by(outbox.c.n)
    found = app.database.look(lambda tx: tx.execute(sent).scalars().all())
    return [one is not None for one in found]


async def everything_is_out(app: App) -> None:
    await eventually(app, lambda tx: next_due(tx, [TOY]) is None)

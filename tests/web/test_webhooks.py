"""Platforms that post to us: over real HTTP, with a small platform of our own."""

import asyncio
import contextlib
import logging
from collections.abc import AsyncIterator, Callable, Iterator
from dataclasses import dataclass
from datetime import timedelta

import msgspec
import pytest
from aiohttp import ClientSession, ClientTimeout, web
from sqlalchemy import select, text

from bot.app import App
from bot.channels.channel import LONGEST_PUSH, Update
from bot.engine.model import Said
from bot.store.outbox import next_due
from bot.store.tables import inbox, outbox
from bot.web.site import SiteParts, make_site
from bot.web.webhooks import WebhookDoor
from tests.conftest import OpenApp
from tests.runner.lodge import LOOK_SECONDS, LOOKS, Watch, count, eventually, phrase
from tests.toy_channel import TOY, ToyPlatform
from tests.toy_hook import SECRET, Push, ToyHook

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


async def until(holds: Callable[[], bool]) -> None:
    """Wait until something is so in this process."""
    for _ in range(LOOKS):
        if holds():
            return
        await asyncio.sleep(LOOK_SECONDS)
    raise AssertionError("it never came about")


@contextlib.asynccontextmanager
async def serving(app: App) -> AsyncIterator[Site]:
    hook = ToyHook()
    parts = SiteParts(
        [WebhookDoor(hook, app.listener)], app.hub, app.database, app.content.photos, ()
    )
    runner = web.AppRunner(make_site(parts), access_log=None)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    host, port = runner.addresses[0][:2]
    timeout = ClientTimeout(30)
    async with ClientSession(f"http://{host}:{port}", timeout=timeout) as session:
        yield Site(app, hook, session, runner)
    await runner.cleanup()


@pytest.fixture
async def site(app: App) -> AsyncIterator[Site]:
    async with serving(app) as one:
        yield one


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


# the request


async def test_a_platform_that_asks_whether_we_are_here_is_answered(site: Site) -> None:
    async with site.session.get("/toy?echo=42", headers=SECRET) as answer:
        assert (answer.status, await answer.text()) == (200, "42")


@pytest.mark.parametrize("method", ["GET", "POST"])
async def test_who_is_not_the_platform_is_refused(site: Site, method: str) -> None:
    headers = {"X-Toy-Secret": "guessed"}
    async with site.session.request(method, "/toy?echo=42", headers=headers) as answer:
        assert answer.status == 403
        assert "42" not in await answer.text()

    assert not site.hook.heard
    assert count(site.app, inbox) == 0


async def test_what_cannot_be_read_is_acknowledged_and_logged(
    site: Site, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.WARNING):
        assert await site.posts(b"{no push") == (200, "")

    assert "push not readable" in caplog.messages
    assert "{no push" not in caplog.text
    assert count(site.app, inbox) == 0


async def test_a_body_that_is_too_long_is_never_parsed(site: Site) -> None:
    long = msgspec.json.encode(Push("1", "ana", "x" * LONGEST_PUSH))

    status, _ = await site.posts(long)

    assert status == 413
    assert not site.hook.heard


async def test_a_body_of_the_longest_length_is_read(site: Site) -> None:
    short = msgspec.json.encode(Push("1", "ana"))

    status, _ = await site.posts(short + b" " * (LONGEST_PUSH - len(short)))

    assert status == 200
    assert site.hook.heard == ["1"]


# the update


async def test_twenty_repeats_at_once_are_one_turn_with_one_answer(
    site: Site, platform: ToyPlatform
) -> None:
    push = Push("1", "ana")

    replies = await asyncio.gather(*(site.pushes(push) for _ in range(20)))
    await platform.has("ana", 2)
    await everything_is_out(site.app)

    assert set(replies) == {"ok"}
    assert count(site.app, inbox) == 1
    assert len(platform.received["ana"]) == 2


async def test_a_gesture_is_made_for_an_update_and_not_for_its_repeats(site: Site) -> None:
    for _ in range(3):
        await site.pushes(Push("1", "ana"))
    await site.pushes(Push("2", "ana", "1"))
    await site.app.listener.finish()

    assert site.hook.touched == ["1", "2"]


async def test_a_gesture_is_made_only_after_the_update_is_kept(site: Site) -> None:
    with nobody_writes(site.app) as let_write:
        pushing = asyncio.create_task(site.pushes(Push("1", "ana")))
        await site.has_heard(1)
        assert not site.hook.touched
        let_write()

    await pushing
    await site.app.listener.finish()
    assert site.hook.touched == ["1"]


async def test_one_contacts_updates_are_taken_in_order_and_others_are_not_kept_waiting(
    site: Site, platform: ToyPlatform
) -> None:
    pushing = []
    with nobody_writes(site.app) as let_write:
        for n, words in enumerate(("", "1", "Ana")):
            for address in ("ana", "bo"):
                push = Push(f"{address}:{n}", address, words)
                pushing.append(asyncio.create_task(site.pushes(push)))
                await site.has_heard(len(pushing))
        let_write()
    await asyncio.gather(*pushing)

    for address in ("ana", "bo"):
        await platform.has(address, 4)
        assert platform.texts(address)[1:3] == [ASKED, NAME]


# the answer in the reply


async def test_the_first_answer_stands_in_the_reply_and_the_rest_follows_by_calls(
    site: Site, platform: ToyPlatform
) -> None:
    assert await site.pushes(Push("1", "ana", within=LATER)) == phrase(site.app, "welcome")

    await platform.has("ana", 1)
    await everything_is_out(site.app)
    assert platform.texts("ana") == [ASKED]
    assert answered(site.app) == [True, True]


async def test_of_twenty_repeats_at_once_one_is_replied_with_the_answer(
    site: Site, platform: ToyPlatform
) -> None:
    await site.pushes(Push("1", "ana", within=LATER))
    await platform.has("ana", 1)
    push = Push("2", "ana", "1", within=LATER)

    replies = await asyncio.gather(*(site.pushes(push) for _ in range(20)))
    await everything_is_out(site.app)

    assert sorted(replies) == sorted([NAME, *["ok"] * 19])
    assert platform.texts("ana") == [ASKED]


async def test_a_repeat_of_what_was_taken_and_never_replied_gets_the_answer(
    site: Site, platform: ToyPlatform
) -> None:
    await site.pushes(Push("1", "ana"))
    await platform.has("ana", 2)
    here = timedelta(seconds=LATER)
    await site.app.converser.receive(Update(TOY, "2", "ana", Said("1"), answered_here=here))

    assert await site.pushes(Push("2", "ana", "1", within=LATER)) == NAME
    await everything_is_out(site.app)

    assert platform.texts("ana") == [phrase(site.app, "welcome"), ASKED]


async def test_a_repeat_of_what_was_replied_gets_the_reply_again(
    site: Site, platform: ToyPlatform
) -> None:
    await site.pushes(Push("1", "ana"))
    await platform.has("ana", 2)
    push = Push("2", "ana", "1", within=LATER)

    replies = [await site.pushes(push) for _ in range(3)]
    await everything_is_out(site.app)

    assert replies == [NAME] * 3
    assert count(site.app, inbox) == 2
    assert len(platform.received["ana"]) == 2


async def test_a_repeat_joins_the_turn_that_is_under_way(site: Site, platform: ToyPlatform) -> None:
    await site.pushes(Push("1", "ana"))
    await platform.has("ana", 2)
    push = Push("2", "ana", "1", within=LATER)
    with nobody_writes(site.app) as let_write:
        pushing = [asyncio.create_task(site.pushes(push)) for _ in range(2)]
        await site.has_heard(3)
        let_write()

    assert sorted(await asyncio.gather(*pushing)) == [NAME, "ok"]
    await everything_is_out(site.app)
    assert len(platform.received["ana"]) == 2


async def test_with_a_slow_database_the_reply_is_in_time_and_the_answer_follows_by_a_call(
    site: Site, platform: ToyPlatform, watch: Watch
) -> None:
    with nobody_writes(site.app):
        async with asyncio.timeout(10 * SOON):
            assert await site.pushes(Push("1", "ana", within=SOON)) == "ok"
        assert not platform.called

    await eventually(site.app, lambda tx: next_due(tx, [TOY]) is not None)
    watch.passes(timedelta(seconds=SOON))
    site.app.deliverer.nudge()
    await platform.has("ana", 2)
    assert platform.texts("ana") == [phrase(site.app, "welcome"), ASKED]


async def test_while_another_call_to_the_contact_is_under_way_the_answer_follows_it(
    site: Site, platform: ToyPlatform, watch: Watch
) -> None:
    gate = asyncio.Event()
    platform.gates = iter([gate])
    await site.pushes(Push("1", "ana"))
    await platform.is_called(1)

    assert await site.pushes(Push("2", "ana", "1", within=LATER)) == "ok"

    gate.set()
    watch.passes(timedelta(seconds=LATER))
    await platform.has("ana", 3)
    assert platform.texts("ana")[1:] == [ASKED, NAME]


async def test_an_answer_that_fits_into_no_reply_goes_out_by_a_call(
    site: Site, platform: ToyPlatform
) -> None:
    assert await site.pushes(Push("1", "ana", within=LATER, unfit=True)) == "ok"

    await platform.has("ana", 2)
    await everything_is_out(site.app)
    assert platform.texts("ana") == [phrase(site.app, "welcome"), ASKED]


async def test_a_reply_that_could_not_be_written_goes_out_by_a_call(
    site: Site, platform: ToyPlatform, caplog: pytest.LogCaptureFixture
) -> None:
    await site.pushes(Push("1", "ana"))
    await platform.has("ana", 2)
    body = msgspec.json.encode(Push("2", "ana", "1", within=LATER))
    with nobody_writes(site.app) as let_write:
        await hangs_up(site, body)
        let_write()

    await platform.has("ana", 3)
    await everything_is_out(site.app)
    assert platform.texts("ana")[2:] == [NAME]
    assert "request failed" not in caplog.messages


async def hangs_up(site: Site, body: bytes) -> None:
    """Post, and be gone before there is a reply."""
    host, port = site.runner.addresses[0][:2]
    _, writer = await asyncio.open_connection(host, port)
    head = f"POST /toy HTTP/1.1\r\nHost: x\r\nX-Toy-Secret: {SECRET['X-Toy-Secret']}\r\n"
    writer.write(f"{head}Content-Length: {len(body)}\r\n\r\n".encode() + body)
    heard, server = len(site.hook.heard), site.runner.server
    assert server is not None
    await site.has_heard(heard + 1)
    writer.transport.abort()
    await until(lambda: any(one.transport is None for one in server.connections))


async def test_what_was_replied_is_not_sent_again_by_the_next_program(
    open_app: OpenApp, platform: ToyPlatform
) -> None:
    async with open_app() as app, serving(app) as site:
        assert await site.pushes(Push("1", "ana", within=LATER)) == phrase(app, "welcome")
        await platform.has("ana", 1)

    async with open_app() as again:
        await everything_is_out(again)

    assert platform.texts("ana") == [ASKED]

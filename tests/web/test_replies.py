"""Answers in the reply to a platform's request, in time or not, and asked for again."""

import asyncio
from datetime import timedelta
from pathlib import Path

import msgspec
import pytest

from bot.channels.channel import Update
from bot.engine.model import Start
from bot.runner.spool import Spool
from bot.store.outbox import next_due
from bot.store.seal import Sealer
from bot.store.tables import inbox
from tests.conftest import OpenApp
from tests.runner.lodge import KEY, Watch, count, eventually, phrase
from tests.toy_channel import TOY, ToyPlatform
from tests.toy_hook import SECRET, Push
from tests.waiting import until
from tests.web.toy_site import (
    ASKED,
    LATER,
    NAME,
    SOON,
    Site,
    answered,
    everything_is_out,
    nobody_writes,
    serving,
)


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
        assert len(list(site.app.spool.left())) == 1

    await eventually(site.app, lambda tx: next_due(tx, [TOY]) is not None)
    watch.passes(timedelta(seconds=SOON))
    site.app.deliverer.nudge()
    await platform.has("ana", 2)
    assert platform.texts("ana") == [phrase(site.app, "welcome"), ASKED]
    await until(lambda: not list(site.app.spool.left()))


async def test_nothing_is_taken_that_can_be_kept_nowhere(site: Site, tmp_path: Path) -> None:
    (tmp_path / "spool").write_text("in the way of the folder")
    push = Push("1", "ana", within=SOON)
    with nobody_writes(site.app):
        status, _ = await site.posts(msgspec.json.encode(push))

    assert status == 503


async def test_what_was_set_aside_before_the_program_ended_is_taken_once_when_it_starts(
    open_app: OpenApp, platform: ToyPlatform, tmp_path: Path
) -> None:
    spool = Spool(tmp_path / "spool", Sealer([KEY]))
    here = timedelta(seconds=LATER)
    spool.keep(Update(TOY, "1", "ana", Start("lodge", "en"), answered_here=here))

    async with open_app() as app:
        await platform.has("ana", 2)
        await until(lambda: not list(spool.left()))
        assert count(app, inbox) == 1


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

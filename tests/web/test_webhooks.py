"""Platforms that post to us: over real HTTP, with a small platform of our own."""

import asyncio
import logging

import msgspec
import pytest

from bot.channels.channel import LONGEST_PUSH
from bot.store.tables import inbox
from tests.runner.lodge import count
from tests.toy_channel import ToyPlatform
from tests.toy_hook import SECRET, Push
from tests.web.toy_site import (
    ASKED,
    NAME,
    Site,
    everything_is_out,
    nobody_writes,
)

# the request


async def test_a_platform_that_asks_whether_we_are_here_is_answered(site: Site) -> None:
    async with site.session.get("/toy?echo=42", headers=SECRET) as answer:
        assert (answer.status, await answer.text()) == (200, "42")


@pytest.mark.parametrize("method", ["GET", "POST"])
async def test_who_is_not_the_platform_is_refused_without_a_word(
    site: Site, caplog: pytest.LogCaptureFixture, method: str
) -> None:
    headers = {"X-Toy-Secret": "guessed"}
    async with site.session.request(method, "/toy?echo=42", headers=headers) as answer:
        assert (answer.status, await answer.read()) == (403, b"")

    (refused,) = caplog.records
    assert vars(refused)["why"] == "no secret"
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


async def test_a_body_that_is_too_long_is_let_go_unparsed_and_never_repeated(
    site: Site, caplog: pytest.LogCaptureFixture
) -> None:
    long = msgspec.json.encode(Push("1", "ana", "x" * LONGEST_PUSH))

    assert await site.posts(long) == (200, "")

    assert not site.hook.heard
    assert count(site.app, inbox) == 0
    assert [vars(record)["why"] for record in caplog.records] == ["too long"]


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

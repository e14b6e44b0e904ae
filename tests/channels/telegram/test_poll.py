"""Where Telegram is asked for news, none is let go before it is taken."""

import asyncio
import contextlib
from collections.abc import AsyncIterator, Awaitable, Callable

import pytest

from bot.channels.channel import Heard
from bot.channels.telegram.polling import LONG_PAUSE, PAUSE
from bot.engine.model import Button, Message, Said
from tests.channels.telegram.stage import Stage

Take = Callable[[Heard], Awaitable[None]]


@contextlib.asynccontextmanager
async def listening(stage: Stage, take: Take | None = None) -> AsyncIterator[None]:
    """Listen for as long as the context lasts."""
    task = asyncio.create_task(stage.channel.listen(take or stage.take))
    try:
        yield
    finally:
        task.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await task


def asked_from(stage: Stage) -> list[int]:
    """The offsets the bot asked with."""
    return [c.parameters["offset"] for c in stage.fake.calls if c.method == "getUpdates"]


async def test_news_is_taken_in_order_and_then_let_go(polling: Stage) -> None:
    ana = polling.fake.person()
    updates = [ana.says(f"{n}") for n in range(5)]

    async with listening(polling):
        for update in updates:
            await polling.fake.deliver(update)
        await polling.fake.until(lambda: len(polling.updates) == 5 and not polling.fake.bot.news)

    assert [heard.input for heard in polling.updates] == [Said(f"{n}") for n in range(5)]
    assert asked_from(polling)[-1] == updates[-1]["update_id"] + 1


async def test_news_that_could_not_be_taken_is_given_again(polling: Stage) -> None:
    ana = polling.fake.person()
    tried: list[Heard] = []

    async def take(heard: Heard) -> None:
        tried.append(heard)
        if len(tried) == 1:
            raise RuntimeError("the database is away")

    async with listening(polling, take):
        await polling.fake.deliver(ana.says("Hello"))
        await polling.fake.until(lambda: len(tried) == 2 and not polling.fake.bot.news)

    assert tried[0].update == tried[1].update
    assert polling.pauses == [PAUSE]


async def test_a_slow_chat_keeps_no_other_waiting(polling: Stage) -> None:
    ana, bo = polling.fake.person(1), polling.fake.person(2)
    release = asyncio.Event()
    taken: list[str] = []

    async def take(heard: Heard) -> None:
        assert heard.update
        if heard.update.address == "1":
            await release.wait()
        taken.append(heard.update.address)
        if heard.update.address == "2":
            release.set()

    polling.fake.bot.news += [ana.says("1"), ana.says("2"), bo.says("3")]
    async with listening(polling, take):
        await polling.fake.until(lambda: len(taken) == 3 and not polling.fake.bot.news)

    assert taken == ["2", "1", "1"]


async def test_one_unreadable_update_holds_nothing_up(polling: Stage) -> None:
    ana = polling.fake.person()
    broken = {"update_id": 50, "message": {"message_id": "no number"}}

    polling.fake.bot.news += [broken, ana.says("Hello")]
    async with listening(polling):
        await polling.fake.until(lambda: not polling.fake.bot.news)

    assert [heard.input for heard in polling.updates] == [Said("Hello")]


async def test_a_tap_is_answered_by_a_call(polling: Stage) -> None:
    ana = polling.fake.person()
    await polling.say(ana.id, Message("Agree?", (Button("Yes", "c.1.agree.yes"),)))

    async with listening(polling):
        await polling.fake.deliver(ana.taps("Yes"))
        await polling.fake.until(lambda: polling.fake.shown(ana.id)[0].labels == ["✓ Yes"])

    assert len(polling.fake.bot.answered) == 1


@pytest.mark.parametrize(
    ("code", "retry_after", "pause"),
    [(409, 0, LONG_PAUSE), (401, 0, LONG_PAUSE), (500, 0, PAUSE), (429, 7, 7)],
)
async def test_trouble_is_waited_out(
    polling: Stage, code: int, retry_after: int, pause: float
) -> None:
    ana = polling.fake.person()
    polling.fake.refuse("getUpdates", code, retry_after=retry_after)

    async with listening(polling):
        await polling.fake.deliver(ana.says("Hello"))
        await polling.fake.until(lambda: polling.updates and not polling.fake.bot.news)

    assert polling.pauses == [pause]


async def test_a_webhook_is_taken_away_though_it_takes_two_attempts(polling: Stage) -> None:
    ana = polling.fake.person()
    polling.fake.bot.webhook = {"url": "https://other.example"}
    polling.fake.bot.news.append(ana.says("Hello"))
    polling.fake.refuse("deleteWebhook", 502)

    async with listening(polling):
        await polling.fake.until(lambda: polling.updates and not polling.fake.bot.news)

    assert polling.fake.bot.webhook == {}
    assert polling.pauses == [PAUSE, PAUSE]


async def test_a_connection_that_is_cut_off_is_made_again(polling: Stage) -> None:
    ana = polling.fake.person()
    polling.fake.cut_off("getUpdates")
    await polling.fake.deliver(ana.says("Hello"))

    async with listening(polling):
        await polling.fake.until(lambda: polling.updates and not polling.fake.bot.news)

    assert polling.pauses == [PAUSE]


async def test_where_telegram_posts_nobody_asks(stage: Stage) -> None:
    await stage.channel.listen(stage.take)

    assert "getUpdates" not in stage.fake.methods()

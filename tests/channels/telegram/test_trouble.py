"""How sending fails, and what the deliverer is told of it."""

import asyncio
import logging
from datetime import timedelta
from math import inf
from pathlib import Path

import pytest

from bot.channels.channel import SendError
from bot.channels.telegram.pace import LONGEST_WAIT, Limits, Pace
from bot.engine.model import Button, Message
from tests.channels.telegram.stage import Stage, staged
from tests.channels.telegram.test_poll import listening
from tests.channels.telegram.test_send import flats
from tests.fakes.telegram import TOKEN


async def test_a_429_tells_when_to_come_back_and_silences_the_whole_bot(stage: Stage) -> None:
    ana, bo = stage.fake.person(1), stage.fake.person(2)
    stage.fake.refuse("sendMessage", 429, retry_after=30)

    first = await stage.fails(ana.id)
    second = await stage.fails(bo.id)

    assert first.retry_after == timedelta(seconds=30)
    assert second.retry_after is not None
    assert timedelta(seconds=29) < second.retry_after <= timedelta(seconds=30)
    assert not first.permanent
    assert stage.fake.methods().count("sendMessage") == 0


async def test_where_a_429_does_not_say_when_a_second_is_waited(stage: Stage) -> None:
    ana, bo = stage.fake.person(1), stage.fake.person(2)
    stage.fake.refuse("sendMessage", 429)

    error = await stage.fails(ana.id)
    await stage.say(bo.id, Message("Hello."))

    assert error.retry_after == timedelta(seconds=1)
    assert stage.pauses == [pytest.approx(1, abs=0.5)]


async def test_a_gesture_due_in_the_silence_is_made_once_it_is_over(stage: Stage) -> None:
    ana = stage.fake.person()
    await stage.say(ana.id, AGREE)
    stage.fake.refuse("sendMessage", 429, retry_after=20)
    await stage.fails(ana.id)

    await stage.fake.deliver(ana.taps("Yes"))

    assert stage.pauses == [pytest.approx(20, abs=1)]
    assert stage.fake.shown(ana.id)[0].labels == ["✓ Yes"]


async def test_a_gesture_is_left_out_where_the_silence_lasts_too_long(stage: Stage) -> None:
    ana = stage.fake.person()
    await stage.say(ana.id, AGREE)
    stage.fake.refuse("sendMessage", 429, retry_after=40)
    await stage.fails(ana.id)

    await stage.fake.deliver(ana.taps("Yes"))

    assert stage.pauses == []
    assert stage.fake.shown(ana.id)[0].labels == ["Yes"]
    assert len(stage.updates) == 1


async def test_a_gesture_that_meets_a_429_is_made_after_it(stage: Stage) -> None:
    ana = stage.fake.person()
    await stage.say(ana.id, AGREE)
    stage.fake.refuse("editMessageReplyMarkup", 429, retry_after=5)

    await stage.fake.deliver(ana.taps("Yes"))

    assert stage.pauses == [pytest.approx(5, abs=1)]
    assert stage.fake.shown(ana.id)[0].labels == ["✓ Yes"]


async def test_in_poll_mode_a_tap_in_the_silence_is_answered_after_it(polling: Stage) -> None:
    ana = polling.fake.person()
    await polling.say(ana.id, AGREE)
    polling.fake.refuse("sendMessage", 429, retry_after=20)
    await polling.fails(ana.id)

    async with listening(polling):
        await polling.fake.deliver(ana.taps("Yes"))
        await polling.fake.until(lambda: polling.fake.shown(ana.id)[0].labels == ["✓ Yes"])

    assert len(polling.fake.bot.answered) == 1


async def test_changes_keep_a_pace_of_their_own_and_delay_no_message(photos: Path) -> None:
    slow = Limits(overall=1e6, in_a_chat=1 / 20)
    async with staged(photos, limits=slow) as stage:
        ana = stage.fake.person()
        await stage.say(ana.id, flats("north.jpg", "south.jpg"))

        for _ in range(4):
            await stage.fake.deliver(ana.taps("next_card en ▶"))
        await stage.say(ana.id, Message("Hello."), n=2)

        assert stage.pauses == [pytest.approx(20, abs=1)]
        assert stage.fake.shown(ana.id)[1].edits == 4


@pytest.mark.parametrize(
    ("code", "description"),
    [
        (403, "Forbidden: bot was blocked by the user"),
        (403, "Forbidden: user is deactivated"),
        (403, "Forbidden: bot can't initiate conversation with a user"),
        (400, "Bad Request: chat not found"),
        (400, "Bad Request: PEER_ID_INVALID"),
    ],
)
async def test_who_cannot_be_reached_is_gone(stage: Stage, code: int, description: str) -> None:
    ana = stage.fake.person()
    stage.fake.refuse("sendMessage", code, description)

    assert (await stage.fails(ana.id)).gone


async def test_who_blocked_the_bot_is_gone_and_who_never_wrote_too(stage: Stage) -> None:
    ana = stage.fake.person()
    await stage.fake.deliver(ana.blocks())

    assert (await stage.fails(ana.id)).gone
    assert (await stage.fails(999)).gone


@pytest.mark.parametrize(
    "description",
    [
        "Bad Request: can't parse entities: Unsupported start tag",
        "Bad Request: message is too long",
        "Bad Request: group chat was upgraded to a supergroup chat",
        "Bad Request: BUTTON_DATA_INVALID",
    ],
)
async def test_what_can_never_work_is_not_tried_again(stage: Stage, description: str) -> None:
    ana = stage.fake.person()
    stage.fake.refuse("sendMessage", 400, description)

    error = await stage.fails(ana.id)

    assert error.permanent
    assert not error.gone


@pytest.mark.parametrize("code", [500, 502, 504, 408])
async def test_telegrams_own_trouble_passes(stage: Stage, code: int) -> None:
    ana = stage.fake.person()
    stage.fake.refuse("sendMessage", code)

    error = await stage.fails(ana.id)

    assert not error.permanent
    assert not error.gone
    await stage.say(ana.id, Message("Again."))


@pytest.mark.parametrize("code", [401, 404])
async def test_a_token_that_is_refused_is_an_operators_matter(
    stage: Stage, caplog: pytest.LogCaptureFixture, code: int
) -> None:
    ana = stage.fake.person()
    stage.fake.refuse("sendMessage", code, "Unauthorized")

    error = await stage.fails(ana.id)

    assert not error.permanent
    assert error.retry_after == timedelta(minutes=10)
    assert [record.levelno for record in caplog.records] == [logging.ERROR]


async def test_an_unknown_outcome_is_tried_again(stage: Stage) -> None:
    ana = stage.fake.person()
    stage.fake.cut_off("sendMessage")

    error = await stage.fails(ana.id)

    assert not error.permanent
    assert len(stage.fake.shown(ana.id)) == 1


async def test_errors_and_logs_tell_no_secret_and_no_words(
    stage: Stage, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    ana = stage.fake.person()
    stage.fake.refuse("sendMessage", 400, 'Bad Request: can\'t parse entities: tag "passport"')
    refused = await stage.fails(ana.id, Message("passport E123"))
    stage.fake.cut_off("sendMessage")
    cut_off = await stage.fails(ana.id, Message("passport E123"))

    told = [str(refused), str(cut_off), repr(refused.__cause__), repr(cut_off.__cause__)]
    told += [str(vars(record)) for record in caplog.records if record.name.startswith("bot")]

    for line in told:
        assert TOKEN not in line
        assert "passport" not in line


async def test_no_connection_is_tried_again(photos: Path) -> None:
    async with staged(photos) as stage:
        ana = stage.fake.person()

    async with stage.channel.opened():
        error = await stage.fails(ana.id)

    assert not error.permanent


AGREE = Message("Agree?", (Button("Yes", "c.1.agree.yes"),))


class Hands:
    """A clock whose hands move only by waiting."""

    def __init__(self) -> None:
        self.at = 100.0
        self.waits: list[float] = []

    def now(self) -> float:
        """Seconds."""
        return self.at

    async def sleep(self, seconds: float) -> None:
        """Wait."""
        self.waits.append(seconds)
        self.at += seconds


async def test_one_chat_gets_three_at_once_and_then_one_a_second() -> None:
    hands = Hands()
    pace = Pace(Limits(overall=1000), hands.now, hands.sleep)
    sent = []

    for _ in range(6):
        await pace.turn("1")
        sent.append(hands.at - 100)

    assert sent == pytest.approx([0, 0.001, 0.002, 1, 2, 3], abs=0.01)


async def test_no_second_holds_more_messages_than_all_chats_may_get() -> None:
    hands = Hands()
    pace = Pace(Limits(), hands.now, hands.sleep)
    sent = []

    for chat in range(120):
        await pace.turn(str(chat))
        sent.append(hands.at)

    for start in sent:
        assert sum(1 for at in sent if start <= at < start + 0.999) <= 30


async def test_a_message_whose_turn_is_far_off_comes_back_then() -> None:
    hands = Hands()
    pace = Pace(Limits(overall=1000), hands.now, hands.sleep)
    pace.silence(60)

    with pytest.raises(SendError) as caught:
        await pace.turn("1")

    assert caught.value.retry_after == timedelta(seconds=60)
    assert hands.waits == []


async def test_a_short_silence_is_waited_for() -> None:
    hands = Hands()
    pace = Pace(Limits(), hands.now, hands.sleep)
    pace.silence(LONGEST_WAIT)

    await pace.turn("1")

    assert hands.at == 100 + LONGEST_WAIT


async def test_a_chat_that_waits_keeps_no_other_waiting() -> None:
    waits: list[float] = []
    is_over = asyncio.Event()

    async def sleep(seconds: float) -> None:
        waits.append(seconds)
        await is_over.wait()

    pace = Pace(Limits(overall=inf), Hands().now, sleep)
    for _ in range(3):
        await pace.turn("1")

    fourth = asyncio.create_task(pace.turn("1"))
    await asyncio.sleep(0)
    await pace.turn("2")

    assert waits == [1]
    is_over.set()
    await fourth


async def test_chats_that_are_free_again_are_forgotten() -> None:
    hands = Hands()
    pace = Pace(Limits(overall=1e9, in_a_chat=1e9), hands.now, hands.sleep)

    for chat in range(10_000):
        hands.at += 1
        await pace.turn(str(chat))

    assert len(pace._chats) <= 4096

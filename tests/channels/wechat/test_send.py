import logging
from dataclasses import replace
from datetime import UTC, datetime

import pytest

from bot.channels.channel import Platform, SendError
from bot.channels.wechat.channel import WeChat
from bot.channels.wechat.errors import MEANINGS, next_midnight, refusal
from bot.content.menu import Menu
from bot.engine.model import Message
from tests.fakes.wechat import SEND, FakeWeChat, Fault
from tests.fakes.wechat_rig import (
    START,
    Phrases,
    Rig,
    draw,
    question,
    recall,
    rigged,
    settings_for,
    words,
)

FOREVER = -1
QUESTION = question("Milk?", "Yes", "No")


def _is_a_platform(channel: WeChat) -> Platform:
    return channel


async def failed(rig: Rig, *messages: Message) -> SendError:
    with pytest.raises(SendError) as caught:
        await rig.send("ana", *messages)
    return caught.value


async def test_words_reach_the_person_by_customer_service() -> None:
    async with rigged() as rig:
        rig.fake.desk.act("ana", "message")
        await rig.send("ana", words("Hello, 茶 & <tea>"))

    [seen] = rig.fake.said("ana")
    assert seen.kind == "text"
    assert "Hello, 茶" in seen.text
    assert rig.fake.violations == []


async def test_options_are_a_menu_where_the_account_may_send_one() -> None:
    async with rigged() as rig:
        rig.fake.desk.act("ana", "message")
        await rig.send("ana", question("Milk?", "Yes", "No"))

    [seen] = rig.fake.said("ana")
    assert seen.kind == "msgmenu"
    assert list(seen.choices.values()) == ["1. Yes", "2. No"]
    assert all(id.isdecimal() and int(id) > 0 for id in seen.choices)
    assert rig.fake.violations == []


async def test_options_are_numbered_words_on_a_test_account() -> None:
    async with rigged(FakeWeChat(kind="test", now=lambda: START), account="test") as rig:
        rig.fake.desk.act("ana", "message")
        await rig.send("ana", question("Milk?", "Yes", "No"))

    [seen] = rig.fake.said("ana")
    assert (seen.kind, seen.text) == ("text", "Milk?\n\n1. Yes\n2. No")
    assert len(rig.fake.called(SEND)) == 1


async def test_a_menu_that_is_refused_is_words_from_then_on() -> None:
    async with rigged(FakeWeChat(kind="test", now=lambda: START)) as rig:
        rig.fake.desk.act("ana", "message")
        await rig.send("ana", question("Milk?", "Yes", "No"))
        await rig.send("ana", question("Sugar?", "Yes", "No"))

    assert [seen.kind for seen in rig.fake.said("ana")] == ["text", "text"]
    assert len(rig.fake.called(SEND)) == 3


async def test_a_menu_that_is_too_long_is_words_and_shorter_ones_are_still_menus() -> None:
    async with rigged() as rig:
        rig.fake.desk.longest_menu = 3
        rig.fake.desk.act("ana", "message")
        await rig.send("ana", question("Which?", *"abcd"))
        await rig.send("ana", question("Which?", *"abcd"))
        await rig.send("ana", question("Which?", *"abc"))

    assert [seen.kind for seen in rig.fake.said("ana")] == ["text", "text", "msgmenu"]
    assert len(rig.fake.called(SEND)) == 4


async def test_an_account_without_customer_service_lets_messages_wait() -> None:
    fake = FakeWeChat(kind="subscription", now=lambda: START)

    async with rigged(fake, account="subscription") as rig:
        error = await failed(rig, words("Hello"))

    assert error.closed
    assert fake.calls == []


@pytest.mark.parametrize(
    ("code", "facts"),
    [
        (-1, "again"),
        (40001, "again"),
        (99999, "again"),
        (45009, "later"),
        (45011, "later"),
        (40003, "gone"),
        (43004, "gone"),
        (43019, "gone"),
        (45015, "closed"),
        (45047, "closed"),
        (48002, "closed"),
        (43101, "closed"),
        (48001, "closed"),
        (40164, "closed"),
        (40125, "closed"),
        (40243, "closed"),
        (45002, "permanent"),
        (45008, "permanent"),
        (45080, "permanent"),
        (45028, "permanent"),
    ],
)
async def test_a_code_decides_what_becomes_of_the_message(code: int, facts: str) -> None:
    async with rigged() as rig:
        rig.fake.fail(SEND, Fault(code, times=FOREVER))
        error = await failed(rig, words("Hello"))

    found = {
        "permanent": error.permanent,
        "gone": error.gone,
        "closed": error.closed,
        "later": error.retry_after is not None,
    }
    assert [name for name, is_so in found.items() if is_so] == ([] if facts == "again" else [facts])


def test_every_code_that_calls_an_operator_says_what_to_do() -> None:
    for code, meaning in MEANINGS.items():
        assert bool(meaning.advice) == meaning.alarm, code
        assert not (meaning.permanent and meaning.closed), code


def test_a_minutes_quota_is_waited_for_until_the_next_minute() -> None:
    error = refusal(SEND, 45011, "").for_send(START)

    assert error.retry_after is not None
    assert error.retry_after.total_seconds() == 40


@pytest.mark.parametrize(
    ("moment", "hours"),
    [("2026-11-24T15:00", 1), ("2026-11-24T16:00", 24), ("2026-11-25T00:00", 16)],
)
def test_a_days_quota_begins_anew_at_the_platforms_own_midnight(moment: str, hours: int) -> None:
    now = datetime.fromisoformat(moment).replace(tzinfo=UTC)

    assert next_midnight(now).total_seconds() == hours * 3600


async def test_the_windows_of_the_platform_close_and_open() -> None:
    async with rigged() as rig:
        rig.fake.desk.act("ana", "message")
        for _ in range(5):
            await rig.send("ana", words("Hello"))
        used_up = await failed(rig, words("One too many"))
        rig.fake.desk.act("ana", "message")
        await rig.send("ana", words("Again"))
        rig.fake.advance(hours=48)
        too_late = await failed(rig, words("Too late"))

    assert used_up.closed
    assert too_late.closed
    assert len(rig.fake.said("ana")) == 6


async def test_who_has_left_is_gone() -> None:
    async with rigged() as rig:
        rig.fake.desk.act("ana", None)
        error = await failed(rig, words("Hello"))

    assert error.gone


async def test_a_long_message_goes_out_in_parcels_the_platform_takes() -> None:
    async with rigged() as rig:
        rig.fake.desk.act("ana", "message")
        await rig.send("ana", words("很好的茶。" * 400, "zh_Hans"))

    assert "".join(seen.text for seen in rig.fake.said("ana")).count("茶") == 400
    assert len(rig.fake.said("ana")) > 1


@pytest.mark.parametrize(("message", "kind"), [(words("Hello"), "text"), (QUESTION, "msgmenu")])
async def test_the_last_message_before_the_person_has_to_speak_says_so(
    message: Message, kind: str
) -> None:
    async with rigged() as rig:
        rig.fake.desk.act("ana", "message")
        [parcel] = rig.parcels(message)
        await rig.channel.send("ana", "1", replace(parcel, more=True))

    [seen] = rig.fake.said("ana")
    assert seen.kind == kind
    assert seen.text.endswith("\nread_on (en)")


async def test_two_attempts_of_which_one_answer_was_lost_say_it_twice_and_never_lose_it() -> None:
    async with rigged() as rig:
        rig.fake.desk.act("ana", "message")
        rig.fake.fail(SEND, Fault(drops=True))
        error = await failed(rig, words("Hello"))
        await rig.send("ana", words("Hello"))

    assert not error.permanent
    assert [seen.text for seen in rig.fake.said("ana")] == ["Hello", "Hello"]


async def test_neither_the_person_nor_the_words_are_in_an_error(
    caplog: pytest.LogCaptureFixture,
) -> None:
    caplog.set_level(logging.DEBUG)

    async with rigged() as rig:
        error = await failed(rig, words("a private word"))

    written = f"{error} {error.__context__} {[vars(record) for record in caplog.records]}"
    assert "ana" not in written
    assert "private" not in written


async def test_a_qr_code_opens_a_flow_for_some_days_or_for_ever() -> None:
    async with rigged() as rig:
        a_week = await rig.channel.qr_url("tea", 7)
        for_ever = await rig.channel.qr_url("tea", 0)
        with pytest.raises(ValueError, match="1 to 30 days"):
            await rig.channel.qr_url("tea", 31)

    assert a_week.startswith("https://mp.weixin.qq.com/cgi-bin/showqrcode?ticket=gQ%3D%3D")
    assert a_week != for_ever
    assert set(rig.fake.account.scenes.values()) == {"flow.tea"}
    assert rig.fake.violations == []


async def test_it_listens_to_nothing_since_the_platform_posts() -> None:
    fake = FakeWeChat()
    channel = WeChat(settings_for(fake), Menu(), Phrases(), recall, fake.now, draw)

    async def take(heard: object) -> None:
        raise AssertionError

    await channel.listen(take)
    assert _is_a_platform(channel).hook is not None

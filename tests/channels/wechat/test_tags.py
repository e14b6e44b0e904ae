import logging

import pytest

from bot.channels.channel import Outgoing, Posted
from bot.channels.wechat.tags import AT_ONCE, PUT_ON, TAKE_OFF, TRUSTED
from tests.fakes.wechat import SEND, FakeWeChat, Fault
from tests.fakes.wechat_push import Pusher
from tests.fakes.wechat_rig import AES_KEY, START, TOKEN, rigged, words

ENGLISH = "talent-bot en"
CHINESE = "talent-bot zh_Hans"


@pytest.fixture
def fake() -> FakeWeChat:
    fake = FakeWeChat(now=lambda: START)
    fake.desk.act("ana", "message")
    return fake


async def test_who_is_spoken_to_in_a_language_has_its_tag(fake: FakeWeChat) -> None:
    async with rigged(fake) as rig:
        await rig.send("ana", words("Hello"))

    assert fake.account.wearers(ENGLISH) == ["ana"]
    assert fake.violations == []


async def test_another_language_takes_the_old_tag_off(fake: FakeWeChat) -> None:
    async with rigged(fake) as rig:
        await rig.send("ana", words("Hello"), words("你好", "zh_Hans"))

    assert fake.account.wearers(ENGLISH) == []
    assert fake.account.wearers(CHINESE) == ["ana"]


async def test_the_same_language_again_costs_no_call(fake: FakeWeChat) -> None:
    async with rigged(fake) as rig:
        await rig.send("ana", words("Hello"))
        await rig.tags_are_on()
        calls = len(fake.called(PUT_ON))
        await rig.send("ana", words("Hello again"))

    assert len(fake.called(PUT_ON)) == calls


async def test_after_an_hour_the_tag_is_put_on_again_since_another_process_may_have_changed_it(
    fake: FakeWeChat,
) -> None:
    async with rigged(fake) as rig:
        rig.channel.speaks("ana", "en")
        await rig.tags_are_on()
        fake.advance(seconds=TRUSTED.total_seconds())
        rig.channel.speaks("ana", "en")

    assert len(fake.called(PUT_ON)) == 2


async def test_a_slow_platform_does_not_keep_a_message_waiting_for_its_tag(
    fake: FakeWeChat,
) -> None:
    fake.fail(PUT_ON, Fault(seconds=0.3))

    async with rigged(fake) as rig:
        await rig.send("ana", words("Hello"))
        said, tagged = len(fake.said("ana")), fake.account.wearers(ENGLISH)

    assert (said, tagged) == (1, [])
    assert fake.account.wearers(ENGLISH) == ["ana"]


async def test_a_crowd_is_tagged_in_few_calls(fake: FakeWeChat) -> None:
    people = [f"person {n}" for n in range(3 * AT_ONCE)]

    async with rigged(fake) as rig:
        for person in people:
            rig.channel.speaks(person, "en")

    assert sorted(fake.account.wearers(ENGLISH)) == sorted(people)
    assert len(fake.called(PUT_ON)) == 3


async def test_one_who_has_left_does_not_cost_the_others_their_tag(fake: FakeWeChat) -> None:
    async with rigged(fake) as rig:
        await rig.channel.set_up()
        fake.fail(TAKE_OFF, Fault(49003))
        for person in ("ana", "bo", "cy"):
            rig.channel.speaks(person, "en")

    assert sorted(fake.account.wearers(ENGLISH)) == ["ana", "bo", "cy"]


async def test_a_failure_is_logged_without_a_name_and_tried_again_at_the_next_message(
    fake: FakeWeChat, caplog: pytest.LogCaptureFixture
) -> None:
    async with rigged(fake) as rig:
        await rig.channel.set_up()
        fake.fail(PUT_ON, Fault(-1))
        await rig.send("ana", words("Hello"))
        await rig.tags_are_on()
        await rig.send("ana", words("Hello again"))

    [record] = [one for one in caplog.records if one.levelno == logging.WARNING]
    assert record.message == "tags not put on"
    assert "ana" not in str(vars(record))
    assert fake.account.wearers(ENGLISH) == ["ana"]


async def test_a_language_the_centre_does_not_speak_has_no_tag(fake: FakeWeChat) -> None:
    async with rigged(fake) as rig:
        await rig.send("ana", words("Bonjour", "fr"), words("?", ""))

    assert fake.called(PUT_ON) == []
    assert len(fake.called(SEND)) == 1


async def test_an_account_without_tags_is_left_alone() -> None:
    fake = FakeWeChat(kind="subscription", now=lambda: START)

    async with rigged(fake, account="subscription") as rig:
        rig.channel.speaks("ana", "en")

    assert fake.calls == []


async def test_an_answer_in_the_platforms_own_request_tells_the_language_too(
    fake: FakeWeChat,
) -> None:
    async with rigged(fake) as rig:
        pusher = Pusher(fake, "", TOKEN, AES_KEY)
        query, body = pusher.request(pusher.message("ana", "text", Content="你好"))
        posted = Posted("POST", query, {}, body)
        rig.channel.hook.admit(posted)
        heard = await rig.channel.hook.hear(posted)
        assert heard.wrap is not None
        [parcel] = rig.channel.pack([Outgoing(1, words("你好", "zh_Hans"))])
        heard.wrap(parcel, False)

    assert fake.account.wearers(CHINESE) == ["ana"]

"""What one contact is told comes with a pause between, and nobody waits for another's."""

import pytest

from bot.channels.channel import Outgoing, Posted
from bot.channels.wechat.spacing import SECONDS, Spacing
from tests.fakes.wechat import FakeWeChat
from tests.fakes.wechat_push import Pusher
from tests.fakes.wechat_rig import AES_KEY, TOKEN, rigged, words


@pytest.fixture
def fake() -> FakeWeChat:
    fake = FakeWeChat()
    fake.desk.act("ana", "message")
    return fake


class Clock:
    """Seconds that pass only while somebody sleeps."""

    def __init__(self) -> None:
        self.at = 1000.0

    def now(self) -> float:
        return self.at

    async def sleep(self, seconds: float) -> None:
        self.at += seconds


async def test_the_second_of_two_messages_waits_and_the_next_again() -> None:
    clock = Clock()
    spacing = Spacing(clock.sleep, clock.now)
    moments = []

    for _ in range(3):
        await spacing.turn("ana")
        moments.append(clock.at - 1000)
        spacing.told("ana")

    assert moments == pytest.approx([0, SECONDS, 2 * SECONDS])


async def test_who_was_told_nothing_lately_does_not_wait() -> None:
    clock = Clock()
    spacing = Spacing(clock.sleep, clock.now)
    spacing.told("ana")
    clock.at += SECONDS
    before = clock.at

    await spacing.turn("ana")
    await spacing.turn("bo")

    assert clock.at == before


async def test_only_who_was_told_something_just_now_is_remembered() -> None:
    clock = Clock()
    spacing = Spacing(clock.sleep, clock.now)

    for n in range(1000):
        spacing.told(str(n))
        clock.at += SECONDS / 10

    assert len(spacing._told) <= 11


async def test_parts_of_a_message_are_sent_with_a_pause_between() -> None:
    async with rigged() as rig:
        rig.fake.desk.act("ana", "message")
        rig.fake.desk.act("bo", "message")
        await rig.send("ana", words("good day " * 400))
        await rig.send("bo", words("Hello"))

    assert len(rig.fake.said("ana")) == 2
    assert rig.slept == [pytest.approx(SECONDS, abs=0.29)]


async def test_what_follows_an_answer_in_the_request_waits_as_well(fake: FakeWeChat) -> None:
    async with rigged(fake) as rig:
        pusher = Pusher(fake, "", TOKEN, AES_KEY)
        query, body = pusher.request(pusher.message("ana", "text", Content="hello"))
        heard = await rig.channel.hook.hear(Posted("POST", query, {}, body))
        first, second = rig.channel.pack(
            [Outgoing(1, words("good day " * 200)), Outgoing(2, words("bye " * 200))]
        )
        assert heard.wrap is not None

        heard.wrap(first, True)
        await rig.channel.send("ana", "2", second)

    assert rig.slept == [pytest.approx(SECONDS, abs=0.29)]

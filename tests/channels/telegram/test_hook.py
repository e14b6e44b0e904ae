"""Whatever is posted to the hook, it is heard, refused or called unreadable, and nothing else."""

import json
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bot.channels.channel import Heard, Posted, Unreadable, Unwanted
from bot.channels.telegram.channel import Telegram
from bot.channels.telegram.hook import SECRET as HEADER
from bot.channels.telegram.hook import TelegramHook
from tests.channels.telegram.stage import SECRET, Stage
from tests.channels.telegram.test_hear import everything
from tests.channels.telegram.test_send import flats
from tests.fakes.telegram import FakeTelegram


async def outcome(channel: Telegram, body: bytes) -> Heard | Unreadable:
    """What comes of a body that is posted with the secret."""
    hook = channel.hook
    assert hook
    try:
        return await hook.hear(Posted("POST", {}, {HEADER: SECRET}, body))
    except Unreadable as unreadable:
        return unreadable


@pytest.mark.parametrize("given", ["", "wrong", SECRET + " ", SECRET[:-1], "ключ", "\udcff"])
async def test_who_does_not_know_the_secret_is_unwanted(stage: Stage, given: str) -> None:
    hook = stage.channel.hook
    assert hook
    for headers in ({HEADER: given}, {}):
        posted = Posted("POST", {}, headers, b"{}")

        with pytest.raises(Unwanted):
            hook.admit(posted)
        with pytest.raises(Unwanted):
            await hook.hear(posted)


async def test_nothing_is_got_from_the_hook(stage: Stage) -> None:
    hook = stage.channel.hook
    assert isinstance(hook, TelegramHook)

    with pytest.raises(Unwanted):
        hook.admit(Posted("GET", {}, {HEADER: SECRET}))


async def test_over_http_only_the_secret_lets_in(stage: Stage) -> None:
    ana = stage.fake.person()

    refused = await stage.fake.post(ana.says("Hello"), secret="wrong")
    taken = await stage.fake.post(ana.says("Hello"))

    assert (refused, taken) == ([403], [200])
    assert len(stage.updates) == 1


def message(**content: Any) -> bytes:
    """An update with a message of any content."""
    chat = {"id": 1, "type": "private"}
    return json.dumps(
        {"update_id": 1, "message": {"message_id": 1, "chat": chat, **content}}
    ).encode()


HOSTILE = [
    b"",
    b"\x00",
    b"null",
    b"[]",
    b"{}",
    b'"update"',
    b"\xff\xfe{}",
    b"{" * 60_000,
    b"[" * 60_000,
    b'{"update_id":1,"x":' + b"[" * 60_000,
    b'{"update_id":1,"message":' + b'{"reply_to_message":' * 3000 + b"1" + b"}" * 3001,
    b'{"update_id":' + b"9" * 60_000 + b"}",
    b'{"update_id":-1e999}',
    b'{"update_id":1.5}',
    b'{"update_id":true}',
    b'{"update_id":"1"}',
    b'{"update_id":1,"update_id":2}',
    b'{"update_id":1,"message":[]}',
    b'{"update_id":1,"message":{"text":"\xc3\x28","message_id":1,"chat":{"id":1,"type":"private"}}}',
    b'{"update_id":1,"message":{"text":"\\ud83d","message_id":1,"chat":{"id":1,"type":"private"}}}',
    message(chat={"id": 10**40, "type": "private"}),
    message(chat={"id": 2**62, "type": "private"}),
    message(chat={"id": "1; drop table", "type": "private"}),
    message(text=["x"]),
    message(text="\x00"),
    message(photo=[]),
    message(photo=[{"file_id": "x", "width": -5, "file_size": -1}]),
    message(photo={"0": 1}),
    message(document={}),
    message(contact={"phone_number": 5}),
    message(contact={"phone_number": "", "user_id": 1}, **{"from": {"id": 1}}),
    message(**{"from": {"id": 1, "language_code": "x" * 5000}}, text="/" * 3000),
    b'{"update_id":1,"callback_query":{"id":"1","from":{"id":1},"data":"~card.-1.x"}}',
    b'{"update_id":1,"callback_query":{"id":1,"from":{"id":1}}}',
    b'{"update_id":1,"my_chat_member":{"chat":{"id":1,"type":"private"},"from":{"id":1}}}',
]


@pytest.mark.parametrize("body", HOSTILE, ids=range(len(HOSTILE)))
async def test_hostile_bodies_are_heard_or_unreadable(stage: Stage, body: bytes) -> None:
    assert isinstance(await outcome(stage.channel, body), Heard | Unreadable)


@pytest.mark.parametrize(
    "data",
    ["~", "~card", "~card.", "~card.1", "~card.1.99", "~card.9.0", "~card.x.y", "~card.1.0.0",
     "~card." + "9" * 50 + ".1", "~place.1.0.9", "~place.1..0", "~place.1.9.0", "~place...", "~x.1",
     "~card.٣.٣"],
)  # fmt: skip
async def test_made_up_buttons_are_answered_and_nothing_more(stage: Stage, data: str) -> None:
    ana = stage.fake.person()
    await stage.say(ana.id, flats("north.jpg"))
    before = len(stage.fake.calls)

    statuses = await stage.fake.deliver(ana.taps_data(data, stage.fake.shown(ana.id)[-1]))

    assert statuses == [200]
    assert stage.updates == []
    assert stage.fake.methods()[before:] == ["answerCallbackQuery"]


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20),
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3)
    ),
    max_leaves=8,
)


@settings(
    max_examples=300, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(data=st.data())
async def test_no_change_to_an_update_does_harm(stage: Stage, data: st.DataObject) -> None:
    updates = everything(FakeTelegram().person())
    update = data.draw(st.sampled_from(updates))

    spoil(update, data)

    body = json.dumps(update).encode()
    assert isinstance(await outcome(stage.channel, body), Heard | Unreadable)


def spoil(value: Any, data: st.DataObject) -> None:
    """Put anything in the place of one value, at any depth."""
    keys = list(value) if isinstance(value, dict) else list(range(len(value)))
    if not keys:
        return
    key = data.draw(st.sampled_from(keys))
    if isinstance(value[key], dict | list) and data.draw(st.booleans()):
        spoil(value[key], data)
    else:
        value[key] = data.draw(JSON)

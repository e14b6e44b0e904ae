"""What a push means, what the platform allows because of it, and how it is answered."""

import json
import logging
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.channels.channel import Grant, Heard, Parcel, Standing, Update
from bot.channels.wechat.pack import Text
from bot.engine.model import Input, Said, Start, Tapped, Unreadable, Uploaded
from bot.store.attachments import Attachment
from tests.channels.wechat.platform import (
    ACCOUNT,
    ANA,
    APP,
    KEY,
    MOMENT,
    PLAIN,
    SAFE,
    Platform,
    event,
    hook,
    push,
)

WORDS = Grant(5, timedelta(hours=48))
TAP = Grant(3, timedelta(minutes=1))


async def heard_of(body: bytes) -> Heard:
    return await hook(SAFE).hear(Platform(KEY).post(body))


async def update_of(body: bytes) -> Update:
    heard = await heard_of(body)
    assert heard.update is not None
    return heard.update


async def input_of(body: bytes) -> Input | None:
    return (await update_of(body)).input


# what people send


async def test_words_are_said() -> None:
    update = await update_of(push(MsgId=23456, Content="  你好\n"))

    assert update == Update(
        channel="wechat",
        id=f"{APP}:23456",
        address=ANA,
        input=Said("你好"),
        grant=WORDS,
        answered_here=timedelta(seconds=4.5),
    )


async def test_a_photo_is_kept_by_its_media_id_alone() -> None:
    update = await update_of(push("image", MsgId=1, MediaId="a-B_9", PicUrl="http://x/secret"))

    assert update.input == Uploaded()
    assert update.attachments == (Attachment("media:a-B_9"),)
    assert "secret" not in repr(update)


@pytest.mark.parametrize(
    ("body", "kind"),
    [
        (push("voice", MsgId=1, MediaId="x", Recognition="你好"), "voice"),
        (push("video", MsgId=1, MediaId="x"), "video"),
        (push("shortvideo", MsgId=1, MediaId="x"), "video"),
        (push("location", MsgId=1, Location_X="1.5", Label="x"), "location"),
        (push("link", MsgId=1, Title="x", Url="http://x"), "other"),
        (push("file", MsgId=1, Title="degree.pdf", FileKey="x"), "file"),
        (push("hologram", MsgId=1), "other"),
        (push(MsgId=1, Content="【收到不支持的消息类型，暂无法显示】"), "sticker"),
        (push(MsgId=1, Content=" "), "other"),
        (push(MsgId=1), "other"),
        (push(MsgId=1, Content="长" * 4001), "too_long"),
    ],
)
async def test_what_no_step_can_read_says_its_kind(body: bytes, kind: str) -> None:
    update = await update_of(body)

    assert (update.input, update.grant) == (Unreadable(kind), WORDS)


async def test_a_tapped_option_is_found_by_its_number() -> None:
    update = await update_of(push(MsgId=1, Content="2. Ana's", bizmsgmenuid=702))

    assert update.input == Tapped("c.1.flat.ana", "Ana's")
    assert update.grant == TAP


@pytest.mark.parametrize("menu_id", [700, 703, 799, 802, 7, 999_999_999])
async def test_a_tap_that_leads_nowhere_says_its_label(menu_id: int) -> None:
    given = await input_of(push(MsgId=1, Content="12. 3. floor", bizmsgmenuid=menu_id))

    assert given == Said("3. floor")


@pytest.mark.parametrize("menu_id", ["0", "", "-1", "c.1.flat.ana"])
@pytest.mark.parametrize("content", ["2. Ana's", "Ana's"])
async def test_a_tap_whose_number_was_lost_is_found_by_its_words(
    content: str, menu_id: str
) -> None:
    update = await update_of(push(MsgId=1, Content=content, bizmsgmenuid=menu_id))

    assert (update.input, update.grant) == (Tapped("c.1.flat.ana", "Ana's"), TAP)


@pytest.mark.parametrize("content", ["1. Ana's", "1. Cy's"])
async def test_a_lost_tap_of_an_earlier_question_says_its_label(content: str) -> None:
    update = await update_of(push(MsgId=1, Content=content, bizmsgmenuid="0"))

    assert (update.input, update.grant) == (Said(content[3:]), TAP)


async def test_typed_words_keep_their_number() -> None:
    update = await update_of(push(MsgId=1, Content="2. floor"))

    assert (update.input, update.grant) == (Said("2. floor"), WORDS)


# events


@pytest.mark.parametrize(
    ("body", "flow"),
    [
        (event("subscribe"), ""),
        (event("subscribe", EventKey="qrscene_flow.apartment"), "apartment"),
        (event("subscribe", EventKey="qrscene_123"), ""),
        (event("subscribe", EventKey="last_trade_no_4006"), ""),
        (event("SCAN", EventKey="flow.apartment", Ticket="x"), "apartment"),
        (event("SCAN", EventKey="flow.no such; flow"), ""),
        (event("SCAN", EventKey="17"), ""),
        (event("CLICK", EventKey="flow:apartment"), "apartment"),
        (event("CLICK", EventKey="of an old menu"), ""),
        (event("CLICK"), ""),
    ],
)
async def test_following_scanning_and_the_menu_open_flows(body: bytes, flow: str) -> None:
    update = await update_of(body)

    assert (update.input, update.grant) == (Start(flow), TAP)
    assert update.answered_here == timedelta(seconds=4.5)


async def test_who_follows_is_back_and_who_scans_was_never_gone() -> None:
    assert (await update_of(event("subscribe"))).standing is Standing.BACK
    assert (await update_of(event("SCAN"))).standing is None


async def test_the_menu_speaks_for_people() -> None:
    assert await input_of(event("CLICK", EventKey="say:状态")) == Said("状态")


@pytest.mark.parametrize(
    ("name", "standing"),
    [
        ("unsubscribe", Standing.GONE),
        ("user_authorization_revoke", Standing.FORGET),
        ("user_authorization_cancellation", Standing.FORGET),
    ],
)
async def test_who_leaves_gets_no_answer(name: str, standing: Standing) -> None:
    heard = await heard_of(event(name))

    assert heard.update is not None
    assert (heard.update.input, heard.update.standing) == (None, standing)
    assert heard.update.grant is None
    assert (heard.wrap, heard.reply.body) == (None, b"success")


async def test_who_takes_back_leave_is_named_apart_from_the_sender() -> None:
    body = event("user_authorization_revoke", OpenID="oBo", RevokeInfo=1)

    assert (await update_of(body)).address == "oBo"


@pytest.mark.parametrize(
    "name",
    [
        *("VIEW", "LOCATION", "user_info_modified", "MASSSENDJOBFINISH", "TEMPLATESENDJOBFINISH"),
        *("subscribe_msg_popup_event", "scancode_push", "pic_sysphoto", "brand_new"),
    ],
)
async def test_other_events_are_only_acknowledged(
    name: str, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.INFO):
        heard = await heard_of(event(name, EventKey="private", Latitude="23.1"))

    assert heard == Heard(reply=heard.reply)
    assert heard.reply.body == b"success"
    assert [vars(record)["event"] for record in caplog.records] == [name.lower()]
    assert ANA not in caplog.text


# ids


async def test_an_event_has_an_id_of_its_own_and_always_the_same() -> None:
    bodies = [
        event("SCAN", EventKey="flow.a"),
        event("SCAN", EventKey="flow.b"),
        event("CLICK", EventKey="flow.a"),
        event("SCAN", EventKey="flow.a").replace(MOMENT.encode(), b"1"),
        event("SCAN", EventKey="flow.a").replace(ANA.encode(), b"oBo"),
    ]

    ids = [(await update_of(body)).id for body in bodies]

    assert len(set(ids)) == len(ids)
    assert ids == [(await update_of(body)).id for body in bodies]
    assert all(id.startswith(APP) and len(id) <= 128 for id in ids)


# the answer


async def test_the_answer_goes_back_encrypted() -> None:
    heard = await heard_of(push(MsgId=1, Content="hello"))
    assert heard.wrap is not None

    reply = heard.wrap(Parcel(1, Text('Which flat?\n\n1. <a href="https://x">Bo\'s</a>')), False)

    assert b"flat" not in reply.body
    assert Platform(KEY).reads(reply.body) == {
        "ToUserName": ANA,
        "FromUserName": ACCOUNT,
        "CreateTime": MOMENT,
        "MsgType": "text",
        "Content": 'Which flat?\n\n1. <a href="https://x">Bo\'s</a>',
    }


@given(st.lists(st.sampled_from(["]]>", "<![CDATA[", "</Content>", "<MsgType>", "]", ">", "好"])))
async def test_no_text_can_get_out_of_its_place(scraps: list[str]) -> None:
    said = "".join(scraps) or "x"
    heard = await hook(PLAIN).hear(Platform().post(push(MsgId=1, Content="hello")))
    assert heard.wrap is not None

    fields = Platform().reads(heard.wrap(Parcel(1, Text(said)), False).body)

    assert fields["Content"] == said
    assert set(fields) == {"ToUserName", "FromUserName", "CreateTime", "MsgType", "Content"}


async def test_a_push_in_json_is_answered_in_a_json_envelope_around_xml() -> None:
    in_json = {"ToUserName": ACCOUNT, "FromUserName": ANA, "CreateTime": int(MOMENT)}
    body = json.dumps({**in_json, "MsgType": "text", "MsgId": 1, "Content": "hello"}).encode()
    encrypted = Platform(KEY).encrypt(body)
    outer = json.dumps({"ToUserName": ACCOUNT, "Encrypt": encrypted}).encode()
    closed = Platform(KEY).post_encrypted(encrypted, outer)
    answers = []

    for platform, settings, posted in (
        (Platform(KEY), SAFE, closed),
        (Platform(), PLAIN, Platform().post(body)),
    ):
        heard = await hook(settings).hear(posted)
        assert heard.update is not None
        assert heard.update.input == Said("hello")
        assert heard.wrap is not None
        reply = heard.wrap(Parcel(1, Text("Good day")), False)
        assert platform.reads(reply.body)["Content"] == "Good day"
        answers.append(reply.content_type)

    assert answers == ["application/json", "application/xml"]


async def test_of_a_push_in_both_forms_only_the_encrypted_one_counts() -> None:
    encrypted = Platform(KEY).encrypt(push(MsgId=1, Content="hello"))
    both = push(MsgId=1, Content="forged", Encrypt=encrypted)

    heard = await hook(SAFE).hear(Platform(KEY).post_encrypted(encrypted, both))

    assert heard.update is not None
    assert heard.update.input == Said("hello")


async def test_control_characters_do_not_spoil_the_answer() -> None:
    heard = await heard_of(push(MsgId=1, Content="hello"))
    assert heard.wrap is not None

    reply = heard.wrap(Parcel(1, Text("a\x00\x08\ud800\uffffb")), False)

    assert Platform(KEY).reads(reply.body)["Content"] == "ab"


def test_the_hook_lies_under_its_own_path() -> None:
    assert hook(SAFE).path == "/wechat"
    hook(SAFE).admit(Platform(KEY).post(b""))

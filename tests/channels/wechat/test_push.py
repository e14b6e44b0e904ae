"""Whatever is posted becomes a push or is unreadable, in little time."""

import json
import time
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.channels.channel import LONGEST_PUSH, Heard, Unreadable, Unwanted
from bot.channels.wechat.push import Push, read_fields, read_push
from tests.channels.wechat.platform import (
    ACCOUNT,
    ANA,
    KEY,
    MOMENT,
    PLAIN,
    SAFE,
    Platform,
    event,
    hook,
    push,
)

TEXT = Push(ACCOUNT, ANA, int(MOMENT), "text", id="23456", content="你好")
XML = push(MsgId=23456, Content="你好")
LAUGHS = (
    b'<!DOCTYPE x [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;&a;&a;">'
    b'<!ENTITY c "&b;&b;&b;&b;&b;&b;&b;&b;&b;&b;">]>'
)


def inside(more: str) -> bytes:
    return XML.replace(b"</xml>", more.encode() + b"</xml>")


HOSTILE = {
    "empty": b"",
    "blanks": b" \n\t ",
    "not XML": b"hello",
    "truncated": XML[:60],
    "trailing junk": XML + b"<x>",
    "two roots": XML + XML,
    "NUL only": b"\0\0\0",
    "GBK": XML.decode().encode("gbk"),
    "UTF-16": XML.decode().encode("utf-16"),
    "declared UTF-16": b'<?xml version="1.0" encoding="utf-16"?>' + XML[:-2],
    "overlong UTF-8": XML.replace(b"23456", b"\xc0\xaf"),
    "half a surrogate": XML.replace(b"23456", b"\xed\xa0\x80"),
    "empty root": b"<xml/>",
    "another root": XML.replace(b"xml>", b"html>"),
    "no MsgType": XML.replace(b"MsgType", b"Other"),
    "empty MsgType": XML.replace(b">text<", b"><"),
    "MsgType twice": inside("<MsgType>event</MsgType>"),
    "MsgType nested": XML.replace(b">text<", b"><a>text</a><"),
    "Content twice": inside("<Content>again</Content>"),
    "Content nested": XML.replace("你好".encode(), b"<b>hi</b>"),
    "deep in Content": XML.replace("你好".encode(), b"<b>" * 5 + b"</b>" * 5),
    "no sender": XML.replace(b"FromUserName", b"Other"),
    "empty sender": XML.replace(ANA.encode(), b""),
    "sender with markup": XML.replace(ANA.encode(), b"&lt;a&gt;"),
    "endless sender": XML.replace(ANA.encode(), b"o" * 5000),
    "no account": XML.replace(b"ToUserName", b"Other"),
    "no CreateTime": XML.replace(b"CreateTime", b"Other"),
    "bad CreateTime": XML.replace(MOMENT.encode(), b"yesterday"),
    "huge CreateTime": XML.replace(MOMENT.encode(), b"9" * 4000),
    "bad MsgId": XML.replace(b"23456", b"-1"),
    "MsgId in Arabic digits": XML.replace(b"23456", "٢٣".encode()),
    "huge MsgId": XML.replace(b"23456", b"9" * 4000),
    "billion laughs": LAUGHS + XML.replace("你好".encode(), b"&c;"),
    "unused entity": LAUGHS + XML,
    "external entity": b'<!DOCTYPE x [<!ENTITY a SYSTEM "file:///etc/passwd">]>'
    + XML.replace("你好".encode(), b"&a;"),
    "external document type": b'<!DOCTYPE xml SYSTEM "http://127.0.0.1/x.dtd">' + XML,
    "unknown entity": XML.replace("你好".encode(), b"&nbsp;"),
    "character that XML forbids": XML.replace("你好".encode(), b"&#0;"),
    "many deep tags": inside("<a>" * 9000 + "</a>" * 9000),
    "many tags side by side": inside("<a/>" * 15000),
    "too long": push(Content="x" * LONGEST_PUSH),
    "much too long": push(Content="x" * 5_000_000),
    "long key": event("CLICK", EventKey="x" * 600),
    "image without media": push("image", MsgId=1, PicUrl="http://127.0.0.1/x"),
    "media with a path": push("image", MsgId=1, MediaId="../../x"),
    "JSON array": b"[]",
    "JSON of nothing": b"{}",
    "JSON truncated": b'{"ToUserName": "x"',
    "JSON twice": json.dumps({"MsgType": "text"}).encode()[:-1] + b', "MsgType": "event"}',
    "JSON nested": json.dumps({"MsgType": {"a": "text"}}).encode(),
    "JSON list": json.dumps({"MsgType": ["text"]}).encode(),
    "JSON of null": json.dumps({"MsgType": None}).encode(),
    "JSON of truth": json.dumps({"MsgType": True}).encode(),
    "JSON of floats": json.dumps({"CreateTime": 1e300}).encode(),
    "JSON without end": b'{"a":' * 12000,
    "JSON in arrays": b'{"a":' + b"[" * 60000,
    "JSON of huge numbers": b'{"CreateTime":' + b"9" * 50000 + b"}",
    "JSON beyond numbers": b'{"CreateTime":Infinity}',
}


@pytest.mark.parametrize("what", HOSTILE)
async def test_hostile_pushes_are_unreadable_at_once(what: str) -> None:
    began = time.perf_counter()

    with pytest.raises(Unreadable):
        read_push(HOSTILE[what])
    with pytest.raises(Unreadable):
        await hook(PLAIN).hear(Platform().post(HOSTILE[what]))

    assert time.perf_counter() - began < 0.5


@pytest.mark.parametrize("what", HOSTILE)
async def test_what_is_hostile_is_so_in_any_envelope(what: str) -> None:
    platform = Platform(KEY)
    as_outer = platform.post_encrypted(platform.encrypt(XML), outer=HOSTILE[what])

    with pytest.raises((Unreadable, Unwanted)):
        await hook(SAFE).hear(as_outer)


@pytest.mark.parametrize("what", HOSTILE)
async def test_what_is_hostile_is_so_when_encrypted(what: str) -> None:
    as_text = HOSTILE[what].decode("utf-8", "replace").encode()  # the library closes nothing else
    posted = Platform(KEY).post(as_text.replace("\ufffd".encode(), b"</"))

    with pytest.raises((Unreadable, Unwanted)):
        await hook(SAFE).hear(posted)


SCRAPS = st.lists(
    st.sampled_from(
        [
            *("<xml>", "</xml>", "<MsgType>", "</MsgType>", "text", "event", "<![CDATA[", "]]>"),
            *(
                "<Content>",
                "</Content>",
                "<Event>",
                "</Event>",
                "&lt;",
                "&#1;",
                "<!--",
                "-->",
                "<a",
            ),
            *("{", "}", '"MsgType"', ":", ",", "[", "]", '"', "1", "\0", "é", "😀", "\\ud800"),
        ]
    ),
    max_size=40,
)


@given(st.binary(max_size=300) | SCRAPS.map(lambda scraps: "".join(scraps).encode()))
async def test_nothing_else_ever_comes_out(body: bytes) -> None:
    for settings in (PLAIN, SAFE):
        try:
            heard = await hook(settings).hear(Platform(settings.aes_key).post_raw(body))
        except (Unreadable, Unwanted):
            continue
        assert isinstance(heard, Heard)


@given(
    st.dictionaries(
        st.sampled_from(
            [
                "MsgType",
                "Content",
                "Event",
                "EventKey",
                "MsgId",
                "MediaId",
                "bizmsgmenuid",
                "OpenID",
            ]
        ),
        st.text(max_size=60)
        | st.sampled_from(["text", "image", "event", "subscribe", "SCAN", "1"]),
    ),
    st.booleans(),
)
async def test_any_values_of_fields_are_read_or_refused(
    fields: dict[str, str], in_json: bool
) -> None:
    common = {"ToUserName": ACCOUNT, "FromUserName": ANA, "CreateTime": int(MOMENT)}
    body = json.dumps({**common, **fields}).encode() if in_json else _xml({**common, **fields})

    try:
        heard = await hook(PLAIN).hear(Platform().post(body))
    except (Unreadable, Unwanted):
        return

    assert heard.reply.body == b"success"
    if heard.update:
        assert 0 < len(heard.update.id) <= 128
        assert 0 < len(heard.update.address) <= 64


def _xml(fields: dict[str, object]) -> bytes:
    inside = "".join(f"<{k}><![CDATA[{v}]]></{k}>" for k, v in fields.items())
    return f"<xml>{inside}</xml>".encode("utf-8", "replace")


# what can be read


def test_a_text_is_read_in_all_its_forms() -> None:
    fields = {"ToUserName": ACCOUNT, "FromUserName": ANA, "CreateTime": int(MOMENT)}
    in_json = {**fields, "MsgType": "text", "MsgId": 23456, "Content": "你好"}

    assert read_push(XML) == TEXT
    assert read_push(b"\xef\xbb\xbf" + XML) == TEXT
    assert read_push(b'<?xml version="1.0" encoding="gbk"?>' + XML) == TEXT
    assert read_push(XML.replace("你好".encode(), "<![CDATA[ 你好 ]]>".encode())) == TEXT
    assert read_push(json.dumps(in_json).encode()) == TEXT
    assert read_push(json.dumps(in_json, ensure_ascii=False).encode()) == TEXT


def test_control_characters_are_left_out() -> None:
    expected = replace(TEXT, content="ab")

    assert read_push(XML.replace("你好".encode(), b"a\x00\x08\x1bb")) == expected
    assert read_push(XML.replace("你好".encode(), "a\x85\ufffe\uffffb".encode())) == expected
    in_json = {"ToUserName": ACCOUNT, "FromUserName": ANA, "CreateTime": int(MOMENT)}
    in_json |= {"MsgType": "text", "MsgId": 23456, "Content": "a\x00\ud800b"}
    assert read_push(json.dumps(in_json).encode()) == expected


def test_unknown_kinds_and_events_stay_unknown() -> None:
    assert read_push(push("hologram", MsgId=1)).kind == "unknown"
    assert read_push(event("<b>new</b>")).event == "unknown"
    assert read_push(event("brand_new_event")).event == "brand_new_event"
    assert read_push(push("event")).event == "unknown"


def test_lists_of_results_may_be_nested_and_repeated() -> None:
    results = "<List><Id>1</Id><Id>2</Id></List>" * 3
    body = event("subscribe_msg_popup_event").replace(
        b"</xml>", f"<Results>{results}</Results></xml>".encode()
    )

    assert read_push(body).event == "subscribe_msg_popup_event"


def test_a_name_deeper_inside_is_not_the_field() -> None:
    body = XML.replace(b"</xml>", b"<Other><Content>no</Content></Other></xml>")

    assert read_push(body) == TEXT


@pytest.mark.parametrize("typed", ["0", "-1", "1.5", "x", "", "9" * 30, "１"])
def test_a_menu_id_that_is_no_number_is_zero(typed: str) -> None:
    assert read_push(push(MsgId=1, Content="x", bizmsgmenuid=typed)).menu_id == 0


def test_words_nobody_tapped_have_no_menu_id() -> None:
    assert read_push(push(MsgId=1, Content="x")).menu_id is None


def test_only_the_longest_push_is_parsed() -> None:
    frame = len(push(MsgId=1, Content=""))
    longest = push(MsgId=1, Content="x" * (LONGEST_PUSH - frame))

    assert len(longest) == LONGEST_PUSH
    assert len(read_fields(longest)["Content"]) == LONGEST_PUSH - frame
    with pytest.raises(Unreadable, match="too long"):
        read_fields(longest + b" ")

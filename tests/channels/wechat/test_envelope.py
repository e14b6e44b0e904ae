"""Only what the platform signed and encrypted is opened; the answer is closed for it alone."""

import base64
import hashlib
import json
import struct
from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from wechatpy.crypto import PrpCrypto

from bot.channels.channel import Posted, Unreadable, Unwanted
from bot.channels.wechat.envelope import Envelope
from bot.channels.wechat.settings import WeChatSettings
from tests.channels.wechat.platform import (
    APP,
    KEY,
    MOMENT,
    NOW,
    OLD_KEY,
    PLAIN,
    SAFE,
    Platform,
    draw,
    hook,
    push,
    signature,
    xml,
)

WORDS = st.text(
    st.characters(exclude_categories=["Cs", "Cc"]) | st.sampled_from("公寓申请材料😀👩‍👩‍👧🇨🇳"),
    min_size=1,
    max_size=400,
)


def envelope(settings: WeChatSettings = SAFE, now: datetime = NOW) -> Envelope:
    return Envelope(settings, lambda: now, draw)


def changed(posted: Posted, **query: str) -> Posted:
    return replace(posted, query={**posted.query, **query})


def without(posted: Posted, *names: str) -> Posted:
    return replace(posted, query={k: v for k, v in posted.query.items() if k not in names})


# the example of the platform's own guide, which prints every value of it

GUIDE = WeChatSettings("wxba5fad812f8e6fb9", "secret", "AAAAA", "A" * 43)
GUIDE_PUSH = (
    "+qdx1OKCy+5JPCBFWw70tm0fJGb2Jmeia4FCB7kao+/Q5c/ohsOzQHi8khUOb05JCpj0JB4RvQMkUyus8TPxLKJGQqcvZqzD"
    "pVzazhZv6JsXUnnR8XGT740XgXZUXQ7vJVnAG+tE8NUd4yFyjPy7GgiaviNrlCTj+l5kdfMuFUPpRSrfMZuMcp3Fn2Pede2I"
    "uQrKEYwKSqFIZoNqJ4M8EajAsjLY2km32IIjdf8YL/P50F7mStwntrA2cPDrM1kb6mOcfBgRtWygb3VIYnSeOBrebufAlr7F"
    "9mFUPAJGj04="
)
GUIDE_ANSWER = (
    "ELGduP2YcVatjqIS+eZbp80MNLoAUWvzzyJxgGzxZO/5sAvd070Bs6qrLARC9nVHm48Y4hyRbtzve1L32tmxSQ=="
)


def test_the_guides_own_push_is_opened_and_answered_to_the_letter() -> None:
    moment = datetime.fromtimestamp(1714112445, UTC)
    answered_at = datetime.fromtimestamp(1713424427, UTC)
    signed = Platform(moment="1714112445").post_encrypted(GUIDE_PUSH)
    query = {
        **signed.query,
        "signature": _sha1("AAAAA", "1714112445", "415670741"),
        "msg_signature": "046e02f8204d34f8ba5fa3b1db94908f3df2e9b3",
    }
    body = json.dumps({"ToUserName": "gh_97417a04a28d", "Encrypt": GUIDE_PUSH}).encode()
    drawn = {16: "707722b803182950"}

    opened = envelope(GUIDE, moment).open(query, body)
    closed = Envelope(GUIDE, lambda: answered_at, lambda n: drawn[n]).close(
        opened, '{"demo_resp":"good luck"}'
    )

    assert json.loads(opened.body)["debug_str"] == "hello world"
    answer = json.loads(closed.body)
    assert (answer["Encrypt"], answer["TimeStamp"]) == (GUIDE_ANSWER, 1713424427)
    assert answer["MsgSignature"] == _sha1("AAAAA", "1713424427", "707722b803182950", GUIDE_ANSWER)


def test_the_guides_own_signatures_are_ours() -> None:
    query = {
        "signature": "899cf89e464efb63f54ddac96b0a0a235f53aa78",
        "timestamp": "1714037059",
        "nonce": "486452656",
    }
    asked = {
        "signature": "f464b24fc39322e44b38aa78f5edd27bd1441696",
        "timestamp": "1714036504",
        "nonce": "1514711492",
        "echostr": "4375120948345356249",
    }
    in_clear = replace(GUIDE, aes_key="")

    envelope(in_clear, datetime.fromtimestamp(1714037059, UTC)).admit(query, is_post=True)
    echo = envelope(GUIDE, datetime.fromtimestamp(1714036504, UTC)).echo(asked)

    assert echo == b"4375120948345356249"


def _sha1(*signed: str) -> str:
    return hashlib.sha1("".join(sorted(signed)).encode()).hexdigest()


# who is let in


@pytest.mark.parametrize("settings", [PLAIN, SAFE])
def test_a_signed_push_is_opened(settings: WeChatSettings) -> None:
    posted = Platform(settings.aes_key).post(push(Content="你好"))

    opened = envelope(settings).open(posted.query, posted.body)

    assert opened.body == push(Content="你好")


WRONG: Mapping[str, Mapping[str, str]] = {
    "no signature": {"signature": ""},
    "upper case": {"signature": signature(MOMENT, "415670741").upper()},
    "short": {"signature": signature(MOMENT, "415670741")[:39]},
    "of another nonce": {"nonce": "415670742"},
    "of another moment": {"timestamp": str(int(MOMENT) + 1)},
    "not ASCII": {"signature": "é" * 40},
    "empty nonce": {"nonce": ""},
    "nonce with a blank": {"nonce": "4 1"},
    "endless nonce": {"nonce": "4" * 4000},
    "no moment": {"timestamp": ""},
    "moment of letters": {"timestamp": "now"},
    "moment in Arabic digits": {"timestamp": "١٧٩٥٥١٠٨٠٠"},
    "moment with a sign": {"timestamp": "+" + MOMENT},
    "moment as a fraction": {"timestamp": MOMENT + ".0"},
    "moment of 2001": {"timestamp": "1000000000"},
    "moment without end": {"timestamp": "9" * 400},
}


@pytest.mark.parametrize("how", WRONG)
@pytest.mark.parametrize("settings", [PLAIN, SAFE])
async def test_what_is_signed_wrongly_is_unwanted(settings: WeChatSettings, how: str) -> None:
    posted = changed(Platform(settings.aes_key).post(push(Content="x")), **WRONG[how])

    with pytest.raises(Unwanted):
        hook(settings).admit(posted)
    with pytest.raises(Unwanted):
        await hook(settings).hear(posted)


@pytest.mark.parametrize("settings", [PLAIN, SAFE])
@pytest.mark.parametrize("minutes", [-11, 11])
def test_a_request_of_another_time_is_unwanted_though_rightly_signed(
    settings: WeChatSettings, minutes: int
) -> None:
    posted = Platform(settings.aes_key).post(push(Content="x"))
    later = NOW + timedelta(minutes=minutes)

    with pytest.raises(Unwanted):
        envelope(settings, later).open(posted.query, posted.body)
    envelope(settings, NOW + timedelta(minutes=minutes // 2)).open(posted.query, posted.body)


def test_with_a_key_nothing_comes_in_the_clear() -> None:
    in_clear = Platform().post(push(Content="x"))
    safe = Platform(KEY).post(push(Content="x"))

    for posted in (
        in_clear,
        without(safe, "encrypt_type"),
        without(safe, "msg_signature"),
        changed(safe, encrypt_type="raw"),
        changed(in_clear, encrypt_type="aes", msg_signature=in_clear.query["signature"]),
        replace(safe, body=push(Content="x")),
        replace(safe, body=xml(Encrypt="")),
    ):
        with pytest.raises(Unwanted):
            envelope().open(posted.query, posted.body)


def test_without_a_key_what_is_encrypted_says_which_setting_is_missing() -> None:
    posted = Platform(KEY).post(push(Content="hello"))

    with pytest.raises(Unreadable, match="encrypted, and BOT_WECHAT_AES_KEY is not set"):
        envelope(PLAIN).open(posted.query, posted.body)


def test_without_a_key_a_push_in_both_forms_is_read_in_the_clear() -> None:
    encrypted = Platform(KEY).encrypt(push(Content="hello"))
    both = push(Content="hello", Encrypt=encrypted)
    posted = Platform(KEY).post_encrypted(encrypted, both)

    assert envelope(PLAIN).open(posted.query, posted.body).body == both


def test_the_signature_of_the_message_covers_the_message() -> None:
    posted, other = (Platform(KEY).post(push(Content=said)) for said in ("yes", "no"))

    with pytest.raises(Unwanted):
        envelope().open(posted.query, other.body)
    with pytest.raises(Unwanted):
        envelope().open({**posted.query, "msg_signature": posted.query["signature"]}, posted.body)


@given(st.dictionaries(st.sampled_from(["signature", "msg_signature", "nonce"]), st.text()))
def test_no_other_signature_is_ever_accepted(query: dict[str, str]) -> None:
    posted = Platform(KEY).post(push(Content="x"))
    if all(posted.query[name] == value for name, value in query.items()):
        return

    with pytest.raises(Unwanted):
        envelope().open({**posted.query, **query}, posted.body)


def test_other_cuts_of_the_signed_text_do_not_pass() -> None:
    moment, nonce = MOMENT[:-2], MOMENT[-2:] + "415670741"
    posted = changed(Platform().post(push(Content="x")), timestamp=moment, nonce=nonce)

    with pytest.raises(Unwanted):
        envelope(PLAIN).open(posted.query, posted.body)


# keys


def test_the_previous_key_still_opens_and_then_also_closes() -> None:
    posted = Platform(OLD_KEY).post(push(Content="x"))

    opened = envelope().open(posted.query, posted.body)
    closed = envelope().close(opened, "<xml><Content>hello</Content></xml>")

    assert Platform(OLD_KEY).reads(closed.body) == {"Content": "hello"}


def test_a_push_for_another_app_is_unwanted() -> None:
    platform = Platform(KEY)
    posted = platform.post_encrypted(platform.encrypt(push(Content="x"), app="wxother"))

    with pytest.raises(Unwanted):
        envelope().open(posted.query, posted.body)


def _encrypted(plain: bytes) -> str:
    crypto = PrpCrypto(base64.b64decode(KEY + "="))
    return base64.b64encode(crypto.cipher.encrypt(plain)).decode()


def _padded(text: bytes) -> bytes:
    count = 32 - len(text) % 32
    return text + bytes([count]) * count


_HEAD = b"0" * 16
BROKEN = {
    "empty": "",
    "no base64": "не base64",
    "not padded": "abc",
    "no whole block": base64.b64encode(b"x" * 33).decode(),
    "half a block": base64.b64encode(b"x" * 16).decode(),
    "noise": base64.b64encode(b"x" * 64).decode(),
    "zero padding": _encrypted(b"\0" * 32),
    "longer padding than text": _encrypted(b"\xff" * 32),
    "no length": _encrypted(_padded(_HEAD)),
    "length beyond the end": _encrypted(_padded(_HEAD + struct.pack(">I", 2**32 - 1) + b"x")),
    "length before the end": _encrypted(
        _padded(_HEAD + struct.pack(">I", 1) + b"xy" + APP.encode())
    ),
    "not UTF-8": _encrypted(_padded(_HEAD + struct.pack(">I", 2) + b"\xff\xfe" + APP.encode())),
    "another key": Platform("x" * 42 + "w").encrypt(push(Content="x")),
}


@pytest.mark.parametrize("how", BROKEN)
async def test_what_is_signed_but_cannot_be_opened_is_no_crash(how: str) -> None:
    posted = Platform(KEY).post_encrypted(BROKEN[how])

    with pytest.raises((Unreadable, Unwanted)):
        await hook(SAFE).hear(posted)


@given(st.binary(max_size=200))
async def test_no_encrypted_bytes_crash(noise: bytes) -> None:
    whole = base64.b64encode(noise + b"x" * (-len(noise) % 32)).decode()

    with pytest.raises((Unreadable, Unwanted)):
        await hook(SAFE).hear(Platform(KEY).post_encrypted(whole))


@settings(max_examples=200)
@given(WORDS)
def test_what_wechatpy_closes_we_open(words: str) -> None:
    posted = Platform(KEY).post(push(Content=words))

    assert envelope().open(posted.query, posted.body).body == push(Content=words)


@settings(max_examples=200)
@given(WORDS, st.sampled_from([KEY, OLD_KEY]))
def test_what_we_close_wechatpy_opens(words: str, key: str) -> None:
    posted = Platform(key).post(push(Content="x"))
    opened = envelope().open(posted.query, posted.body)

    closed = envelope().close(opened, xml(Content=words).decode())

    assert closed.content_type == "application/xml"
    assert Platform(key).reads(closed.body)["Content"] == words


def test_what_is_drawn_cannot_break_out_of_the_answer() -> None:
    posted = Platform(KEY).post(push(Content="x"))
    opened = envelope().open(posted.query, posted.body)

    with pytest.raises(ValueError, match="drawn"):
        Envelope(SAFE, lambda: NOW, lambda n: "]]><x/>"[:7].ljust(n, "x")).close(opened, "x")


# the question whether the address is ours


@pytest.mark.parametrize("settings", [PLAIN, SAFE])
async def test_the_address_is_confirmed_as_plain_text(settings: WeChatSettings) -> None:
    heard = await hook(settings).hear(Platform().get("4375120948345356249"))

    assert heard.update is None
    assert (heard.reply.body, heard.reply.content_type) == (b"4375120948345356249", "text/plain")


async def test_an_encrypted_confirmation_is_opened() -> None:
    echo = Platform(KEY).encrypt(b"4375120948345356249")
    posted = Platform(KEY).get(echo)
    signed = signature(MOMENT, "415670741", echo)

    heard = await hook(SAFE).hear(changed(posted, encrypt_type="aes", msg_signature=signed))

    assert heard.reply.body == b"4375120948345356249"
    with pytest.raises(Unwanted):
        await hook(SAFE).hear(changed(posted, encrypt_type="aes"))


@pytest.mark.parametrize("settings", [PLAIN, SAFE])
async def test_nothing_is_echoed_to_strangers(settings: WeChatSettings) -> None:
    asked = Platform().get("4375120948345356249")

    for posted in (
        changed(asked, signature="0" * 40),
        without(asked, "signature"),
        changed(asked, timestamp="1000000000"),
    ):
        with pytest.raises(Unwanted):
            hook(settings).admit(posted)
        with pytest.raises(Unwanted):
            await hook(settings).hear(posted)


@pytest.mark.parametrize("echo", ["", "<script>alert(1)</script> ", "x" * 2000, "é"])
async def test_no_odd_text_is_echoed(echo: str) -> None:
    with pytest.raises(Unreadable):
        await hook(SAFE).hear(Platform().get(echo))

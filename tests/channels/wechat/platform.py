"""The platform's side of its requests: it signs, encrypts and pushes as WeChat documents it."""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from html import escape
from xml.etree import ElementTree

from wechatpy.crypto import WeChatCrypto

from bot.channels.channel import LAST, Posted
from bot.channels.wechat.hook import WeChatHook
from bot.channels.wechat.settings import WeChatSettings
from bot.engine.model import Button, Message

NOW = datetime(2026, 11, 24, 9, tzinfo=UTC)
MOMENT = str(int(NOW.timestamp()))
APP = "wx0123456789abcdef"
TOKEN = "pamphlet"
KEY = "abcdefghijklmnopqrstuvwxyz0123456789ABCDEFG"
OLD_KEY = "GFEDCBA9876543210zyxwvutsrqponmlkjihgfedcba"
SAFE = WeChatSettings(APP, "secret", TOKEN, KEY, OLD_KEY, public_url="https://centre.example")
PLAIN = replace(SAFE, aes_key="", aes_key_previous="")
ANA = "oAna_0123456789-abcdefghijkl"
ACCOUNT = "gh_0123456789ab"


def signature(*signed: str) -> str:
    """A signature as the platform's guide says: sorted, joined, SHA-1."""
    return hashlib.sha1("".join(sorted((TOKEN, *signed))).encode()).hexdigest()


def xml(**fields: object) -> bytes:
    """A push in the clear."""
    return (
        f"<xml>{''.join(f'<{k}>{escape(str(v))}</{k}>' for k, v in fields.items())}</xml>".encode()
    )


def push(kind: str = "text", **fields: object) -> bytes:
    """A push by Ana."""
    common = {"ToUserName": ACCOUNT, "FromUserName": ANA, "CreateTime": MOMENT, "MsgType": kind}
    return xml(**{**common, **fields})


def event(name: str, **fields: object) -> bytes:
    """An event that Ana set off."""
    return push("event", Event=name, **fields)


def fields_of(text: str) -> dict[str, str]:
    """The fields of an answer; one that is there twice is none."""
    fields = ElementTree.fromstring(text)
    assert len({field.tag for field in fields}) == len(fields)
    return {field.tag: field.text or "" for field in fields}


@dataclass(frozen=True)
class Platform:
    """An account as the platform keeps it, at a moment."""

    key: str = ""
    moment: str = MOMENT
    nonce: str = "415670741"

    def get(self, echostr: str) -> Posted:
        """The question whether the address is ours."""
        return Posted("GET", {**self._signed(), "echostr": echostr}, {})

    def post(self, body: bytes) -> Posted:
        """A push, encrypted when there is a key."""
        if not self.key:
            return Posted("POST", self._signed(), {}, body)
        return self.post_encrypted(self.encrypt(body))

    def post_raw(self, body: bytes) -> Posted:
        """A request that is signed, with any body."""
        return self.post_encrypted("x", outer=body) if self.key else self.post(body)

    def encrypt(self, body: bytes, app: str = APP) -> str:
        """What the platform puts into `Encrypt`."""
        closed = WeChatCrypto(TOKEN, self.key, app).encrypt_message(
            body.decode(), self.nonce, self.moment
        )
        return fields_of(closed)["Encrypt"]

    def post_encrypted(self, encrypted: str, outer: bytes | None = None) -> Posted:
        """A push around a text that claims to be encrypted."""
        query = {
            **self._signed(),
            "encrypt_type": "aes",
            "msg_signature": signature(self.moment, self.nonce, encrypted),
            "openid": ANA,
        }
        body = xml(ToUserName=ACCOUNT, Encrypt=encrypted) if outer is None else outer
        return Posted("POST", query, {}, body)

    def reads(self, body: bytes) -> Mapping[str, str]:
        """The answer as the platform understands it: signature, key and form have to be right."""
        text = body.decode()
        if self.key:
            closed = json.loads(text) if text.startswith("{") else fields_of(text)
            text = WeChatCrypto(TOKEN, self.key, APP).decrypt_message(
                closed, closed["MsgSignature"], str(closed["TimeStamp"]), closed["Nonce"]
            )
        return fields_of(text)

    def _signed(self) -> dict[str, str]:
        signed = signature(self.moment, self.nonce)
        return {"signature": signed, "timestamp": self.moment, "nonce": self.nonce}


def draw(count: int) -> str:
    """Chance that comes out the same every time."""
    return "7qZ4" * (count // 4) + "x" * (count % 4)


QUESTION = Message(
    "Which flat?", buttons=(Button("Bo's flat", "c.1.flat.bo"), Button("Ana's", "c.1.flat.ana"))
)


async def recall(address: str, n: int) -> Message | None:
    """Ana's seventh message asked for a flat; it was the last."""
    return QUESTION if address == ANA and n in (7, LAST) else None


def hook(settings: WeChatSettings) -> WeChatHook:
    """The hook under test."""
    return WeChatHook(settings, recall, lambda: NOW, draw)

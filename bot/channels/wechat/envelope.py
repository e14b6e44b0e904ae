"""Checks that a request is WeChat's, opens it, and closes the answer with the same key."""

import base64
import binascii
import hashlib
import hmac
import json
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from wechatpy.crypto import PrpCrypto
from wechatpy.exceptions import InvalidAppIdException

from bot.channels.channel import Reply, Unreadable, Unwanted
from bot.channels.wechat.push import is_json, read_fields
from bot.channels.wechat.settings import WeChatSettings

FRESH = timedelta(minutes=10)
"""How far the clock of a request may be off: the platform repeats one within twenty seconds."""
BLOCK = 32
"""Bytes that a text is padded to before it is encrypted."""
NONCE = 16
_SIGNATURE = re.compile(r"[0-9a-f]{40}")
_MOMENT = re.compile(r"[0-9]{1,11}")
_NONCE = re.compile(r"[!-~]{1,128}")
_ECHO = re.compile(r"[!-~]{1,1024}")


@dataclass(frozen=True, slots=True)
class Opened:
    """A push in the clear, and what opened it: no key where it came in the clear."""

    body: bytes
    key: str = ""
    is_json: bool = False


class Envelope:
    """The signatures and the encryption of one account.

    https://developers.weixin.qq.com/doc/subscription/guide/dev/push/encryption.html
    """

    def __init__(
        self, settings: WeChatSettings, now: Callable[[], datetime], draw: Callable[[int], str]
    ) -> None:
        self._settings = settings
        self._now = now
        self._draw = draw
        self._keys = tuple(filter(None, (settings.aes_key, settings.aes_key_previous)))

    def admit(self, query: Mapping[str, str], *, is_post: bool) -> None:
        """Check what a request says of itself; `Unwanted` where it is not the platform's.

        With a key only encrypted pushes are taken: leaving out the encryption is no way round it.
        """
        self._check_fresh(query.get("timestamp", ""))
        self._check(query, "signature")
        if is_post and self._keys and query.get("encrypt_type") != "aes":
            raise Unwanted("push is not encrypted")
        if is_post and self._keys and not _SIGNATURE.fullmatch(query.get("msg_signature", "")):
            raise Unwanted("msg_signature is missing or malformed")

    def echo(self, query: Mapping[str, str]) -> bytes:
        """What the platform wants to hear back when the address is entered there."""
        self.admit(query, is_post=False)
        said = query.get("echostr", "")
        if not _ECHO.fullmatch(said):
            raise Unreadable("echostr is missing or malformed")
        if self._keys and query.get("encrypt_type") == "aes":
            self._check(query, "msg_signature", said)
            return self._opened(said)[0].encode()
        return said.encode()

    def open(self, query: Mapping[str, str], body: bytes) -> Opened:
        """The push in the clear."""
        self.admit(query, is_post=True)
        if not self._keys:
            if query.get("encrypt_type") == "aes" and "MsgType" not in read_fields(body):
                raise Unreadable("push is encrypted, and BOT_WECHAT_AES_KEY is not set")
            return Opened(body, is_json=is_json(body))
        encrypted = read_fields(body).get("Encrypt", "")
        if not encrypted:  # signed like nothing at all, which every request is
            raise Unwanted("push is not encrypted")
        self._check(query, "msg_signature", encrypted)
        text, key = self._opened(encrypted)
        return Opened(text.encode(), key, is_json(body))

    def close(self, opened: Opened, text: str) -> Reply:
        """An answer to a push, encrypted if the push was, with the key that opened it."""
        if not opened.key:
            return Reply(text.encode(), "application/xml")
        crypto = PrpCrypto(_bytes(opened.key))
        crypto.get_random_string = lambda: self._draw(16)  # the library's is no good for secrets
        encrypted = crypto.encrypt(text, self._settings.app_id).decode()
        moment, nonce = str(int(self._now().timestamp())), self._draw(NONCE)
        if not _NONCE.fullmatch(nonce) or "]]>" in nonce:
            raise ValueError("what was drawn cannot stand in an answer")
        signed = self._signature(moment, nonce, encrypted)
        write = _in_json if opened.is_json else _in_xml
        return write(encrypted, signed, moment, nonce)

    def _check_fresh(self, moment: str) -> None:
        if not _MOMENT.fullmatch(moment):
            raise Unwanted("timestamp is missing or malformed")
        if abs(self._now().timestamp() - int(moment)) > FRESH.total_seconds():
            raise Unwanted("timestamp is too far off")

    def _check(self, query: Mapping[str, str], name: str, *signed: str) -> None:
        given, nonce = query.get(name, ""), query.get("nonce", "")
        if not _SIGNATURE.fullmatch(given) or not _NONCE.fullmatch(nonce):
            raise Unwanted(f"{name} or nonce is missing or malformed")
        expected = self._signature(query.get("timestamp", ""), nonce, *signed)
        if not hmac.compare_digest(expected, given):
            raise Unwanted(f"{name} is wrong")

    def _signature(self, *signed: str) -> str:
        """The platform's own scheme, which is why it is SHA-1 and joins without a separator."""
        joined = "".join(sorted((self._settings.token, *signed)))
        return hashlib.sha1(joined.encode(), usedforsecurity=False).hexdigest()

    def _opened(self, encrypted: str) -> tuple[str, str]:
        """The text, and the key that opened it: the platform goes on using a key for a while."""
        _check_length(encrypted)
        is_other = False
        for key in self._keys:
            try:
                return str(PrpCrypto(_bytes(key)).decrypt(encrypted, self._settings.app_id)), key
            except InvalidAppIdException:
                is_other = True
            except Exception:  # five classes of the library are known, and others may come
                continue
        raise Unwanted("push is for another app") if is_other else Unreadable("no key opens it")


def _check_length(encrypted: str) -> None:
    try:
        size = len(base64.b64decode(encrypted, validate=True))
    except (ValueError, binascii.Error):
        raise Unreadable("encrypted text is no base64") from None
    if not size or size % BLOCK:
        raise Unreadable("encrypted text has no whole blocks")


def _bytes(key: str) -> bytes:
    return base64.b64decode(key + "=")


def _in_xml(encrypted: str, signed: str, moment: str, nonce: str) -> Reply:
    text = (
        f"<xml><Encrypt><![CDATA[{encrypted}]]></Encrypt>"
        f"<MsgSignature><![CDATA[{signed}]]></MsgSignature>"
        f"<TimeStamp>{moment}</TimeStamp><Nonce><![CDATA[{nonce}]]></Nonce></xml>"
    )
    return Reply(text.encode(), "application/xml")


def _in_json(encrypted: str, signed: str, moment: str, nonce: str) -> Reply:
    fields = {
        "Encrypt": encrypted,
        "MsgSignature": signed,
        "TimeStamp": int(moment),
        "Nonce": nonce,
    }
    return Reply(json.dumps(fields).encode(), "application/json")

"""WeChat's other side: it posts what people do to a webhook, and shows them what comes back."""

import asyncio
import hashlib
import itertools
import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal
from xml.etree import ElementTree

import aiohttp
from wechatpy.crypto import WeChatCrypto
from wechatpy.exceptions import WeChatException

from tests.fakes.wechat import FakeWeChat
from tests.fakes.wechat_desk import Seen
from tests.fakes.wechat_windows import Action

APOLOGY = "该公众号暂时无法提供服务，请稍后再试"
PATIENCE = 5.0
"""Seconds until WeChat hangs up."""
ATTEMPTS = 3
"""Requests that working programs have counted for one push."""
LONGEST_TEXT = 2048

Fields = Mapping[str, str | int]


@dataclass(frozen=True, slots=True)
class Answer:
    """What the webhook answered; status 0 when nothing in time. `text` is what a person reads."""

    status: int
    body: str = ""
    text: str = ""

    @property
    def is_good(self) -> bool:
        """Whether the platform takes it for an answer."""
        return self.status == 200 and (bool(self.text) or self.body in ("", "success"))


class Pusher:
    """Posts to one webhook, in safe mode where there is a key, in XML or in JSON."""

    def __init__(
        self,
        fake: FakeWeChat,
        hook_url: str,
        token: str,
        aes_key: str = "",
        is_json: bool = False,
        patience: float = PATIENCE,
    ) -> None:
        self.fake = fake
        self.hook_url = hook_url
        self.is_json = is_json
        self.patience = patience
        self.account_id = "gh_0123456789ab"
        app_id = fake.account.app_id
        self._token = token
        self._crypto = WeChatCrypto(token, aes_key, app_id) if aes_key else None
        self._ids = itertools.count(24_000_000_000_000_000)
        self._session: aiohttp.ClientSession | None = None

    async def __aenter__(self) -> "Pusher":
        self._session = aiohttp.ClientSession(
            timeout=aiohttp.ClientTimeout(total=self.patience),
            connector=aiohttp.TCPConnector(limit=0),
        )
        return self

    async def __aexit__(self, *_: object) -> None:
        assert self._session is not None
        await self._session.close()

    def message(self, openid: str, kind: str, **fields: str | int) -> dict[str, str | int]:
        """A message as it is pushed, with an id of its own."""
        return {**self._head(openid, kind), **fields, "MsgId": next(self._ids)}

    def event(self, openid: str, event: str, key: str | None = None) -> dict[str, str | int]:
        """An event as it is pushed: without an id."""
        more = {} if key is None else {"EventKey": key}
        return {**self._head(openid, "event"), "Event": event, **more}

    async def push(self, fields: Fields, times: int = 1, gap: float = 0.0) -> list[Answer]:
        """Post the same push so many times, each so long after the one before, answered or not."""
        posts = []
        for n in range(times):
            await asyncio.sleep(gap if n else 0)
            posts.append(asyncio.create_task(self._post(fields)))
        return list(await asyncio.gather(*posts))

    async def deliver(self, fields: Fields, action: Action | None = "message") -> str:
        """Push as WeChat does, again until it is answered; what the person reads at once."""
        openid = str(fields["FromUserName"])
        self.fake.desk.act(openid, action)
        for _ in range(ATTEMPTS):
            [answer] = await self.push(fields)
            if answer.is_good:
                if answer.text:
                    self.fake.desk.show(openid, Seen("reply", answer.text))
                return answer.text
            if answer.status:
                break
        self.fake.desk.show(openid, Seen("fault", APOLOGY))
        return APOLOGY

    def signed(self, *more: str) -> dict[str, str]:
        """A query signed as of now."""
        moment = str(int(self.fake.now().timestamp()))
        nonce = str(next(self._ids) % 1_000_000_007)
        return {
            "signature": self.signature(moment, nonce, *more),
            "timestamp": moment,
            "nonce": nonce,
        }

    def signature(self, *signed: str) -> str:
        """The platform's signature over these."""
        joined = "".join(sorted((self._token, *signed)))
        return hashlib.sha1(joined.encode(), usedforsecurity=False).hexdigest()

    # one request

    def request(self, fields: Fields) -> tuple[dict[str, str], bytes]:
        """A push as query and body."""
        query = {**self.signed(), "openid": str(fields["FromUserName"])}
        plain = json.dumps(fields, ensure_ascii=False) if self.is_json else _xml(fields)
        if self._crypto is None:
            return query, plain.encode()
        envelope = self._crypto.encrypt_message(plain, query["nonce"], query["timestamp"])
        encrypted = str(ElementTree.fromstring(envelope).findtext("Encrypt"))
        signed = self.signature(query["timestamp"], query["nonce"], encrypted)
        outer = {"ToUserName": self.account_id, "Encrypt": encrypted}
        body = json.dumps(outer) if self.is_json else _xml(outer)
        return {**query, "encrypt_type": "aes", "msg_signature": signed}, body.encode()

    async def _post(self, fields: Fields) -> Answer:
        assert self._session is not None, "the pusher is not open"
        query, body = self.request(fields)
        headers = {"Content-Type": "application/json" if self.is_json else "text/xml"}
        try:
            async with self._session.post(
                self.hook_url, params=query, data=body, headers=headers
            ) as response:
                status, said = response.status, await response.text()
        except (TimeoutError, aiohttp.ClientError):
            return Answer(0)
        return Answer(status, said, self.read(said, str(fields["FromUserName"])))

    def read(self, said: str, openid: str) -> str:
        """The text in an answer; what a real client would not show is a violation."""
        if not said.startswith(("<", "{")):
            return ""
        try:
            return self._text(self._decrypted(said) if self._crypto else said, openid)
        except (ValueError, KeyError, ElementTree.ParseError, WeChatException) as error:
            self.fake.violations.append(f"the answer cannot be read: {type(error).__name__}")
            return ""

    def _decrypted(self, said: str) -> str:
        outer = json.loads(said) if said.startswith("{") else _fields(said)
        signature, moment, nonce = (
            str(outer[name]) for name in ("MsgSignature", "TimeStamp", "Nonce")
        )
        assert self._crypto is not None
        return str(
            self._crypto.decrypt_message({"Encrypt": outer["Encrypt"]}, signature, moment, nonce)
        )

    def _text(self, said: str, openid: str) -> str:
        fields = _fields(said)
        text = fields["Content"]
        problems = {
            "goes to somebody else": fields["ToUserName"] != openid,
            "comes from another account": fields["FromUserName"] != self.account_id,
            "is no text": fields["MsgType"] != "text",
            "is too long": len(text.encode()) > LONGEST_TEXT,
        }
        self.fake.violations.extend(
            f"the answer {words}" for words, is_so in problems.items() if is_so
        )
        return text

    def _head(self, openid: str, kind: str) -> dict[str, str | int]:
        moment = int(self.fake.now().timestamp())
        head = {"ToUserName": self.account_id, "FromUserName": openid}
        return {**head, "CreateTime": moment, "MsgType": kind}


@dataclass(frozen=True, slots=True)
class Someone:
    """A person with a telephone: each thing they do gives what they read at once, if anything."""

    pusher: Pusher
    openid: str

    @property
    def fake(self) -> FakeWeChat:
        """The platform they use."""
        return self.pusher.fake

    async def says(self, text: str) -> str:
        """Type words."""
        return await self._deliver(self._message("text", Content=text))

    async def taps(self, id: str, label: str) -> str:
        """Tap a choice of a msgmenu: a message that opens only the window of a menu."""
        return await self._deliver(self._message("text", Content=label, bizmsgmenuid=id), "menu")

    async def sends_photo(self, content: bytes) -> str:
        """Send a photo."""
        media_id = self.fake.account.keep(content)
        url = f"http://mmbiz.example/{media_id}"
        return await self._deliver(self._message("image", PicUrl=url, MediaId=media_id))

    async def sends(self, kind: Literal["voice", "video", "location", "link", "file"]) -> str:
        """Send something else."""
        return await self._deliver(self._message(kind, **_OTHERS[kind]))

    async def follows(self, scene: str = "") -> str:
        """Follow the account, perhaps by a QR code."""
        key = f"qrscene_{scene}" if scene else ""
        return await self._deliver(self.pusher.event(self.openid, "subscribe", key), "follow")

    async def scans(self, scene: str) -> str:
        """Scan a QR code as a follower."""
        return await self._deliver(self.pusher.event(self.openid, "SCAN", scene), "scan")

    async def clicks(self, key: str) -> str:
        """Tap an entry of the menu below the chat."""
        return await self._deliver(self.pusher.event(self.openid, "CLICK", key), "menu")

    async def views(self, url: str) -> str:
        """Tap an entry of the menu that opens a page; it opens no window."""
        [answer] = await self.pusher.push(self.pusher.event(self.openid, "VIEW", url))
        return answer.text

    async def leaves(self) -> str:
        """Unfollow the account."""
        return await self._deliver(self.pusher.event(self.openid, "unsubscribe", ""), None)

    def _message(self, kind: str, **fields: str | int) -> dict[str, str | int]:
        return self.pusher.message(self.openid, kind, **fields)

    async def _deliver(self, fields: Fields, action: Action | None = "message") -> str:
        return await self.pusher.deliver(fields, action)


_OTHERS: Mapping[str, dict[str, str | int]] = {
    "voice": {"MediaId": "voice_1", "Format": "amr"},
    "video": {"MediaId": "video_1", "ThumbMediaId": "thumb_1"},
    "location": {"Location_X": "51.5", "Location_Y": "-0.1", "Scale": 15, "Label": "Somewhere"},
    "link": {"Title": "A page", "Description": "", "Url": "https://example.org/"},
    "file": {"Title": "paper.pdf", "FileKey": "k", "FileMd5": "m", "FileTotalLen": 1000},
}


def _xml(fields: Fields) -> str:
    """Fields in the platform's XML, words in CDATA and numbers bare."""
    parts = (
        f"<{name}>{value}</{name}>"
        if isinstance(value, int)
        else f"<{name}><![CDATA[{value.replace(']]>', ']]]]><![CDATA[>')}]]></{name}>"
        for name, value in fields.items()
    )
    return f"<xml>{''.join(parts)}</xml>"


def _fields(said: str) -> dict[str, str]:
    """The elements of an answer, each once."""
    elements = list(ElementTree.fromstring(said))
    fields = {element.tag: element.text or "" for element in elements}
    if len(fields) != len(elements) or any(len(element) for element in elements):
        raise ValueError("an element is there twice, or has elements of its own")
    return fields

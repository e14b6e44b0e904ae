"""Reads a push of WeChat, XML or JSON, into one frozen value, or refuses it.

XML goes through expat directly, since wechatpy's `parse_message` takes hundreds of thousands of
tags and keeps surprises for later, when an attribute is read.
"""

import json
import re
from dataclasses import dataclass
from xml.parsers import expat

from bot.channels.channel import LONGEST_PUSH, Unreadable

DEEPEST = 8
"""Levels of tags: no push has more than five."""
MOST_TAGS = 500
"""Tags of one push: the longest lists of results have some fifty."""

FIELDS = frozenset(
    {
        *("ToUserName", "FromUserName", "CreateTime", "MsgType", "MsgId", "Event", "EventKey"),
        *("Content", "MediaId", "bizmsgmenuid", "OpenID", "Encrypt"),
    }
)
"""The fields that are read: once each, and with text only. Others may be as they like."""

KINDS = frozenset(
    {"text", "image", "voice", "video", "shortvideo", "location", "link", "file", "event"}
)
UNKNOWN = "unknown"

NOT_TEXT = re.compile("[^\t\n\r\x20-\x7e\xa0-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
"""What XML does not allow, and the control characters that it does."""

_NAME = re.compile(r"[0-9A-Za-z_@.\-]{1,64}")
_WORD = re.compile(r"[0-9A-Za-z_]{1,64}")
_MEDIA = re.compile(r"[0-9A-Za-z_\-]{1,256}")
_DIGITS = re.compile(r"[0-9]{1,20}")
_MOMENT = re.compile(r"[0-9]{1,11}")
_MENU_ID = re.compile(r"[1-9][0-9]{0,8}")
LONGEST_KEY = 512


@dataclass(frozen=True, slots=True)
class Push:
    """What WeChat pushed: `sender` did it, to the account `to`, at `sent` (seconds since 1970).

    `kind` and `event` are in lower case, `unknown` where they are none that can be; fields a push
    does not have are empty. `menu_id` is what was tapped in a msgmenu, 0 where that came through
    as no id, and None where nothing was.
    """

    to: str
    sender: str
    sent: int
    kind: str
    id: str = ""
    event: str = ""
    key: str = ""
    content: str = ""
    media: str = ""
    menu_id: int | None = None


def read_push(body: bytes) -> Push:
    """Read a push in the clear; `Unreadable` for everything that is none."""
    fields = read_fields(body)
    kind = fields.get("MsgType", "").lower()
    event = fields.get("Event", "").lower()
    is_event = kind == "event"
    return Push(
        to=_checked(_NAME, fields, "ToUserName"),
        sender=_checked(_NAME, fields, _who(fields) if is_event else "FromUserName"),
        sent=int(_checked(_MOMENT, fields, "CreateTime")),
        kind=_kind(kind),
        id=_checked(_DIGITS, fields, "MsgId") if fields.get("MsgId") else "",
        event=(event if _WORD.fullmatch(event) else UNKNOWN) if is_event else "",
        key=_key(fields) if is_event else "",
        content=fields.get("Content", ""),
        media=_checked(_MEDIA, fields, "MediaId") if kind == "image" else "",
        menu_id=_menu_id(fields.get("bizmsgmenuid")),
    )


def is_json(body: bytes) -> bool:
    """Whether a push is written in JSON, as an account may be set."""
    return body.lstrip()[:1] == b"{"


def read_fields(body: bytes) -> dict[str, str]:
    """The known fields of a push. Size, depth and number of tags are bounded before all else."""
    if len(body) > LONGEST_PUSH:
        raise Unreadable("push is too long")
    try:
        text = NOT_TEXT.sub("", body.decode("utf-8-sig"))
    except UnicodeDecodeError:
        raise Unreadable("push is not UTF-8") from None
    return _from_json(text) if is_json(body) else _from_xml(text)


def _from_json(text: str) -> dict[str, str]:
    try:
        found = json.loads(text, object_pairs_hook=_object)
    except (ValueError, RecursionError):
        raise Unreadable("push is no JSON") from None
    return {name: _value(value) for name, value in found.items() if name in FIELDS}


def _object(pairs: list[tuple[str, object]]) -> dict[str, object]:
    found = dict(pairs)
    if len(found) < len(pairs):
        raise ValueError("repeated field")
    return found


def _value(value: object) -> str:
    match value:
        case str():
            return NOT_TEXT.sub("", value).strip()  # escapes can bring back what was taken out
        case bool():
            raise Unreadable("field is no text")
        case int():
            return str(value)
        case _:
            raise Unreadable("field is no text")


def _from_xml(text: str) -> dict[str, str]:
    reader = _Reader()
    try:
        reader.parser.Parse(text.encode(), True)
    except expat.ExpatError:
        raise Unreadable("push is no XML") from None
    return {name: "".join(pieces).strip() for name, pieces in reader.fields.items()}


class _Reader:
    """Collects the text of known fields right below the root."""

    def __init__(self) -> None:
        self.fields: dict[str, list[str]] = {}
        self.parser = expat.ParserCreate("utf-8")
        self.parser.StartDoctypeDeclHandler = self._refuse
        self.parser.EntityDeclHandler = self._refuse
        self.parser.StartElementHandler = self._start
        self.parser.EndElementHandler = self._end
        self.parser.CharacterDataHandler = self._text
        self._open: list[str] = []
        self._tags = 0

    def _refuse(self, *_: object) -> None:
        raise Unreadable("push declares a document type")

    def _start(self, name: str, _: dict[str, str]) -> None:
        self._tags += 1
        self._open.append(name)
        if self._tags > MOST_TAGS or len(self._open) > DEEPEST:
            raise Unreadable("push has too many tags")
        if len(self._open) == 1 and name != "xml":
            raise Unreadable("push has another root")
        if len(self._open) == 2 and name in FIELDS:
            if name in self.fields:
                raise Unreadable("field is repeated")
            self.fields[name] = []
        if len(self._open) > 2 and self._open[1] in FIELDS:
            raise Unreadable("field is nested")

    def _end(self, _: str) -> None:
        self._open.pop()

    def _text(self, text: str) -> None:
        if len(self._open) == 2 and self._open[1] in FIELDS:
            self.fields[self._open[1]].append(text)


def _checked(pattern: re.Pattern[str], fields: dict[str, str], name: str) -> str:
    value = fields.get(name, "")
    if not pattern.fullmatch(value):
        raise Unreadable(f"{name} is missing or malformed")
    return value


def _who(fields: dict[str, str]) -> str:
    """Where the person is named: news about a permission comes from the platform itself."""
    return "OpenID" if fields.get("OpenID") else "FromUserName"


def _kind(kind: str) -> str:
    if not kind:
        raise Unreadable("MsgType is missing or malformed")
    return kind if kind in KINDS else UNKNOWN


def _key(fields: dict[str, str]) -> str:
    key = fields.get("EventKey", "")
    if len(key) > LONGEST_KEY:
        raise Unreadable("EventKey is missing or malformed")
    return key


def _menu_id(typed: str | None) -> int | None:
    """The id of a tapped option; 0 where it did not come through, as it happens."""
    if typed is None:
        return None
    return int(typed) if _MENU_ID.fullmatch(typed) else 0

"""Chats as Telegram keeps them: messages sent, changed and deleted, within its limits."""

import itertools
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlsplit

from tests.fakes.telegram_html import CannotParse, shown
from tests.fakes.telegram_list import Upload

TEXT, CAPTION, BUTTONS = 4096, 1024, 100
SENT_AT = 1_790_000_000

Parameters = Mapping[str, Any]


class Refusal(Exception):
    """A call is refused with a code and a description."""

    def __init__(self, code: int, description: str, retry_after: int = 0) -> None:
        super().__init__(description)
        self.code = code
        self.description = description
        self.retry_after = retry_after


@dataclass(frozen=True)
class Button:
    """A button as a person sees it, with what it carries."""

    label: str
    data: str = ""
    url: str = ""


@dataclass
class Shown:
    """A message of the bot's as a person sees it now."""

    id: int
    text: str
    rows: list[list[Button]] = field(default_factory=list)
    photo: str = ""
    """Telegram's id of the picture."""
    place: tuple[float, float] | None = None
    keyboard: Any = None
    edits: int = 0

    @property
    def buttons(self) -> list[Button]:
        """All buttons, row after row."""
        return [button for row in self.rows for button in row]

    @property
    def page(self) -> str:
        """Which of several cards it shows, as `2/5`."""
        return next((label for label in self.labels if re.fullmatch(r"\d+/\d+", label)), "")

    @property
    def labels(self) -> list[str]:
        """What stands on the buttons."""
        return [button.label for button in self.buttons]


class Chats:
    """All chats of one bot. A bot may only write where somebody wrote to it before."""

    def __init__(self) -> None:
        self.blocked: set[int] = set()
        self.left: set[int] = set()
        self.files: dict[str, bytes] = {}
        self._chats: dict[int, dict[int, Shown]] = {}
        self._ids = itertools.count(1)

    def open(self, chat: int) -> None:
        """Somebody writes to the bot there."""
        self._chats.setdefault(chat, {})

    def shown(self, chat: int) -> list[Shown]:
        """The bot's messages in a chat, in order."""
        return list(self._chats.get(chat, {}).values())

    def fresh_id(self) -> int:
        """An id for a message."""
        return next(self._ids)

    def keep(self, content: bytes) -> str:
        """Keep a file; its id."""
        name = f"file-{len(self.files)}"
        self.files[name] = content
        return name

    # what the bot calls

    def send_message(self, given: Parameters) -> Any:
        """sendMessage."""
        return self._add(given, _words(given, "text", TEXT))

    def send_photo(self, given: Parameters) -> Any:
        """sendPhoto."""
        photo = self._photo(given["photo"])
        return self._add(given, _words(given, "caption", CAPTION), photo=photo)

    def send_venue(self, given: Parameters) -> Any:
        """sendVenue."""
        place = (given["latitude"], given["longitude"])
        return self._add(given, f"{given['title']}\n{given['address']}", place=place)

    def edit_text(self, given: Parameters) -> Any:
        """editMessageText."""
        message = self._find(given)
        if message.photo:
            raise Refusal(400, "Bad Request: there is no text in the message to edit")
        return self._change(message, given, text=_words(given, "text", TEXT))

    def edit_media(self, given: Parameters) -> Any:
        """editMessageMedia: the file of a picture comes in the field that it names."""
        message, media = self._find(given), given["media"]
        name = media["media"]
        file = given.get(name.removeprefix("attach://")) if name.startswith("attach://") else name
        text = _words(media, "caption", CAPTION)
        return self._change(message, given, text=text, photo=self._photo(file))

    def edit_keyboard(self, given: Parameters) -> Any:
        """editMessageReplyMarkup."""
        return self._change(self._find(given), given)

    def delete(self, given: Parameters) -> bool:
        """deleteMessage."""
        if self._chats.get(given["chat_id"], {}).pop(given["message_id"], None) is None:
            raise Refusal(400, "Bad Request: message to delete not found")
        return True

    def leave(self, given: Parameters) -> bool:
        """leaveChat."""
        self._reach(given["chat_id"])
        self.left.add(given["chat_id"])
        return True

    def as_json(self, chat: int, message: Shown) -> dict[str, Any]:
        """A message of the bot's as Telegram tells it."""
        told: dict[str, Any] = {
            "message_id": message.id,
            "date": SENT_AT,
            "chat": {"id": chat, "type": "private" if chat > 0 else "group"},
        }
        if message.photo:
            told["photo"] = photo_sizes(message.photo)
            told["caption"] = message.text
        else:
            told["text"] = message.text
        if message.keyboard:
            told["reply_markup"] = message.keyboard
        return told

    def _add(self, given: Parameters, text: str, **more: Any) -> Any:
        chat = given["chat_id"]
        messages = self._reach(chat)
        keyboard = given.get("reply_markup")
        message = Shown(self.fresh_id(), text, _rows(keyboard), keyboard=keyboard, **more)
        messages[message.id] = message
        return self.as_json(chat, message)

    def _change(self, message: Shown, given: Parameters, **more: Any) -> Any:
        keyboard = given.get("reply_markup")
        changed = {**more, "rows": _rows(keyboard), "keyboard": keyboard}
        if all(getattr(message, name) == value for name, value in changed.items()):
            raise Refusal(400, "Bad Request: message is not modified: the content is the same")
        for name, value in changed.items():
            setattr(message, name, value)
        message.edits += 1
        return self.as_json(given["chat_id"], message)

    def _find(self, given: Parameters) -> Shown:
        found = self._reach(given["chat_id"]).get(given["message_id"])
        if found is None:
            raise Refusal(400, "Bad Request: message to edit not found")
        return found

    def _reach(self, chat: int) -> dict[int, Shown]:
        if chat not in self._chats:
            raise Refusal(400, "Bad Request: chat not found")
        if chat in self.blocked:
            raise Refusal(403, "Forbidden: bot was blocked by the user")
        return self._chats[chat]

    def _photo(self, given: Any) -> str:
        if isinstance(given, Upload):
            return self.keep(bytes(given))
        if given not in self.files:
            raise Refusal(400, "Bad Request: wrong file identifier/HTTP URL specified")
        return str(given)


def photo_sizes(file_id: str) -> list[dict[str, Any]]:
    """A photo in its sizes, the largest last; only that one has the id."""
    return [
        {"file_id": name, "file_unique_id": f"u-{name}", "width": side, "height": side * 2}
        for name, side in ((f"{file_id}-small", 90), (file_id, 800))
    ]


def _words(given: Parameters, name: str, most: int) -> str:
    text = given.get(name, "")
    if given.get("parse_mode") == "HTML":
        try:
            text = shown(text)
        except CannotParse as problem:
            raise Refusal(400, f"Bad Request: can't parse entities: {problem}") from None
    text = text.strip()
    if len(text.encode("utf-16-le")) // 2 > most:
        raise Refusal(400, f"Bad Request: message {name} is too long")
    if not text and name == "text":
        raise Refusal(400, "Bad Request: message text is empty")
    return str(text)


def _rows(keyboard: Any) -> list[list[Button]]:
    rows = [[_button(one) for one in row] for row in (keyboard or {}).get("inline_keyboard", ())]
    if sum(len(row) for row in rows) > BUTTONS:
        raise Refusal(400, "Bad Request: REPLY_MARKUP_TOO_LONG")
    return rows


def _button(given: Mapping[str, str]) -> Button:
    url, data = given.get("url", ""), given.get("callback_data", "")
    if url:
        parts = urlsplit(url)
        if parts.scheme not in ("http", "https", "tg") or "." not in (parts.hostname or ""):
            raise Refusal(400, "Bad Request: BUTTON_URL_INVALID")
    if bool(url) == bool(data) or not given["text"].strip():
        raise Refusal(400, "Bad Request: BUTTON_TYPE_INVALID")
    return Button(given["text"], data, url)


def buttons_of(messages: list[Shown]) -> Iterator[tuple[Shown, Button]]:
    """All buttons of messages, the newest message's first."""
    for message in reversed(messages):
        for button in message.buttons:
            yield message, button

"""People who use Telegram: what they do, as the JSON that Telegram tells a bot."""

import itertools
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from tests.fakes.telegram_chats import SENT_AT, Chats, Shown, buttons_of, photo_sizes

Update = dict[str, Any]


@dataclass
class Person:
    """Somebody in a private chat with the bot. Every method gives an update to deliver."""

    id: int
    chats: Chats
    updates: Iterator[int]
    language_code: str = "en"
    name: str = "Ana"
    queries: Iterator[int] = field(default_factory=lambda: itertools.count(1))

    def starts(self, payload: str = "") -> Update:
        """Open the chat, perhaps by a deep link."""
        return self.says(f"/start {payload}".strip())

    def says(self, text: str, **more: Any) -> Update:
        """Write words."""
        commands = [{"type": "bot_command", "offset": 0, "length": len(text.split(maxsplit=1)[0])}]
        return self.sends(text=text, **({"entities": commands} if text[0] == "/" else {}), **more)

    def taps(self, label: str) -> Update:
        """Tap the newest button that has this label."""
        found = buttons_of(self.chats.shown(self.id))
        message, data = next((m, b.data) for m, b in found if b.label == label)
        return self.taps_data(data, message)

    def taps_data(self, data: str, message: Shown | None = None) -> Update:
        """Tap what carries some data, under a message or under one that is too old."""
        query: dict[str, Any] = {
            "id": f"{self.id}-{next(self.queries)}",
            "from": self.user,
            "chat_instance": "1",
            "data": data,
        }
        if message:
            query["message"] = self.chats.as_json(self.id, message)
        return self._update(callback_query=query)

    def sends_photo(self, content: bytes = b"photo", **more: Any) -> Update:
        """Send a picture."""
        return self.sends(photo=photo_sizes(self.chats.keep(content)), **more)

    def sends_document(self, content: bytes = b"%PDF", size: int | None = None) -> Update:
        """Send a file, perhaps one that says another size."""
        file = self.chats.keep(content)
        about = {"file_name": "paper.pdf", "mime_type": "application/pdf"}
        told = len(content) if size is None else size
        return self.sends(
            document={"file_id": file, "file_unique_id": f"u-{file}", "file_size": told, **about}
        )

    def sends_album(self, *contents: bytes, album: str = "album") -> list[Update]:
        """Send several pictures at once."""
        return [self.sends_photo(content, media_group_id=album) for content in contents]

    def edits(self, text: str) -> Update:
        """Change words sent before."""
        return self._update(edited_message={**self._message(text=text), "edit_date": SENT_AT})

    def shares_contact(self, number: str, user_id: int | None = None) -> Update:
        """Share a telephone number, one's own where nobody else's is said."""
        owner = self.id if user_id is None else user_id
        return self.sends(
            contact={"phone_number": number, "first_name": self.name, "user_id": owner}
        )

    def sends_sticker(self) -> Update:
        """Send a sticker."""
        sticker = {"type": "regular", "is_animated": False, "is_video": False}
        return self.sends(sticker={**_file(), **_size(), **sticker})

    def sends_voice(self) -> Update:
        """Send a voice note."""
        return self.sends(voice={**_file(), "duration": 3})

    def sends_video(self) -> Update:
        """Send a video."""
        return self.sends(video={**_file(), **_size(), "duration": 3})

    def sends_location(self) -> Update:
        """Send where one is."""
        return self.sends(location={"latitude": 31.2, "longitude": 121.3})

    def blocks(self) -> Update:
        """Block the bot."""
        self.chats.blocked.add(self.id)
        return self._membership(self.id, "private", "member", "kicked")

    def unblocks(self) -> Update:
        """Let the bot write again."""
        self.chats.blocked.discard(self.id)
        return self._membership(self.id, "private", "kicked", "member")

    def adds_to_group(self, group: int) -> Update:
        """Take the bot into a group."""
        self.chats.open(group)
        return self._membership(group, "group", "left", "member")

    def says_in_group(self, group: int, text: str) -> Update:
        """Write in a group where the bot is."""
        self.chats.open(group)
        message = {**self._message(text=text), "chat": _chat(group, "group")}
        return self._update(message=message)

    def sends(self, **content: Any) -> Update:
        """Send a message with any content."""
        return self._update(message=self._message(**content))

    @property
    def user(self) -> dict[str, Any]:
        """The person as Telegram tells them."""
        return {
            "id": self.id,
            "is_bot": False,
            "first_name": self.name,
            "language_code": self.language_code,
        }

    def _message(self, **content: Any) -> dict[str, Any]:
        chat = {**_chat(self.id, "private"), "first_name": self.name}
        about = {"message_id": self.chats.fresh_id(), "from": self.user, "chat": chat}
        return {**about, "date": SENT_AT, **content}

    def _membership(self, chat: int, kind: str, before: str, after: str) -> Update:
        bot = {"id": 1, "is_bot": True, "first_name": "Bot"}
        change = {"chat": _chat(chat, kind), "from": self.user, "date": SENT_AT}
        return self._update(
            my_chat_member={
                **change,
                "old_chat_member": _member(before, bot),
                "new_chat_member": _member(after, bot),
            }
        )

    def _update(self, **content: Any) -> Update:
        return {"update_id": next(self.updates), **content}


def _chat(id: int, kind: str) -> dict[str, Any]:
    return {"id": id, "type": kind, **({} if kind == "private" else {"title": "Friends"})}


def _member(status: str, bot: dict[str, Any]) -> dict[str, Any]:
    return {"status": status, "user": bot, **({"until_date": 0} if status == "kicked" else {})}


def _file() -> dict[str, Any]:
    return {"file_id": "x", "file_unique_id": "y"}


def _size() -> dict[str, Any]:
    return {"width": 8, "height": 8}

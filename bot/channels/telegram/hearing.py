"""Reads what people do in Telegram: each piece of news becomes one of ours, or is refused here."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeAlias

import msgspec
from telegram.constants import ChatMemberStatus, FileSizeLimit

from bot.channels import channel
from bot.channels.channel import Standing
from bot.channels.telegram import wire
from bot.engine.model import Input, Said, Start, Tapped, Unreadable, Uploaded
from bot.store.attachments import Attachment

NAME = "telegram"
LONGEST_TEXT = 4000
"""Letters of a text that are read, in every channel."""
OWN = "~"
"""What data of buttons begins with that only this channel reads."""

_UNREADABLE: tuple[tuple[str, tuple[str, ...]], ...] = (
    ("sticker", ("sticker",)),
    ("voice", ("voice", "audio")),
    ("video", ("video", "video_note", "animation", "live_photo")),
    ("location", ("venue", "location")),
)
_COMMAND = re.compile(r"(/\w+)(?:@\w+)?(?:\s+(.*))?", re.DOTALL)
_DEEP_LINK = re.compile(r"[A-Za-z0-9_-]{1,64}")


@dataclass(frozen=True, slots=True)
class Told:
    """A contact said or did something."""

    update: channel.Update


@dataclass(frozen=True, slots=True)
class Tap:
    """A contact tapped a button; `update` is None where that concerns nobody but the channel."""

    query: wire.CallbackQuery
    update: channel.Update | None


@dataclass(frozen=True, slots=True)
class Crowd:
    """Somebody wants the bot in a chat where it is not alone with them."""

    chat: wire.Chat
    language: str
    update_id: int


News: TypeAlias = Told | Tap | Crowd | None
"""None: nothing that concerns us."""

_read_update = msgspec.json.Decoder(wire.Update).decode


class Ear:
    """Hears for one bot; `language_of` gives our code for an IETF tag, or nothing."""

    def __init__(self, bot_id: str, language_of: Callable[[str], str]) -> None:
        self._bot_id = bot_id
        self._language_of = language_of

    def hear(self, payload: bytes | msgspec.Raw) -> News:
        """What an update means; `channel.Unreadable` where it is none."""
        try:
            update = _read_update(payload)
        except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
            raise channel.Unreadable(f"no update: {type(error).__name__}") from None
        if update.message:
            return self._message(update.update_id, update.message)
        if update.edited_message:
            return self._edited(update.update_id, update.edited_message)
        if update.callback_query:
            return self._tap(update.update_id, update.callback_query)
        if update.my_chat_member:
            return self._membership(update.update_id, update.my_chat_member)
        return None

    def _message(self, update_id: int, message: wire.Message) -> News:
        if not message.chat.is_private:
            is_command = message.text.startswith("/")
            language = self._language(message.sender)
            return Crowd(message.chat, language, update_id) if is_command else None
        files = _attachments(message)
        given = Uploaded() if files else _input(message)
        if given is None:
            return None
        return Told(self._update(update_id, message.chat, message.sender, given, files))

    def _edited(self, update_id: int, message: wire.Message) -> News:
        # A location that is shared live changes all the time, by no act of the contact's.
        if not message.chat.is_private or message.location:
            return None
        given = Unreadable("edited")
        return Told(self._update(update_id, message.chat, message.sender, given))

    def _tap(self, update_id: int, query: wire.CallbackQuery) -> News:
        message = query.message
        if message is None or not message.chat.is_private or not query.data:
            return Tap(query, None)
        if query.data.startswith(OWN):
            return Tap(query, None)
        given = Tapped(query.data, label_of(query))
        return Tap(query, self._update(update_id, message.chat, query.sender, given))

    def _membership(self, update_id: int, change: wire.MembershipChange) -> News:
        status = change.new_chat_member.status
        is_in = status in (ChatMemberStatus.MEMBER, ChatMemberStatus.ADMINISTRATOR)
        if not change.chat.is_private:
            return Crowd(change.chat, self._language(change.sender), update_id) if is_in else None
        if status == ChatMemberStatus.BANNED:
            standing = Standing.GONE
        elif is_in:
            standing = Standing.BACK
        else:
            return None
        update = self._update(update_id, change.chat, change.sender, None, standing=standing)
        return Told(update)

    def _update(
        self,
        update_id: int,
        chat: wire.Chat,
        sender: wire.User | None,
        given: Input | None,
        attachments: tuple[Attachment, ...] = (),
        standing: Standing | None = None,
    ) -> channel.Update:
        return channel.Update(
            channel=NAME,
            id=f"{self._bot_id}:{update_id}",
            address=str(chat.id),
            input=given,
            attachments=attachments,
            language=self._language(sender),
            standing=standing,
        )

    def _language(self, sender: wire.User | None) -> str:
        return self._language_of(sender.language_code) if sender and sender.language_code else ""


def label_of(query: wire.CallbackQuery) -> str:
    """What stood on the button that was tapped, where the message is still told."""
    keyboard = query.message.reply_markup if query.message else None
    buttons = [button for row in (keyboard.inline_keyboard if keyboard else ()) for button in row]
    return next((button.text for button in buttons if button.callback_data == query.data), "")


def largest(photo: tuple[wire.Sized, ...]) -> wire.Sized:
    """The best of a photo's sizes."""
    return max(photo, key=lambda size: size.width * size.height)


def _attachments(message: wire.Message) -> tuple[Attachment, ...]:
    """The file of a message; its caption is no answer to anything."""
    if message.photo:
        file = largest(message.photo)
    elif message.document and not message.animation:  # an animation comes as a document too
        file = message.document
    else:
        return ()
    failed = "too_large" if file.file_size > FileSizeLimit.FILESIZE_DOWNLOAD else ""
    return (Attachment(file.file_id, max(0, file.file_size), message.media_group_id, failed),)


def _input(message: wire.Message) -> Input | None:
    if message.text:
        return _words(message.text)
    if message.contact:
        return _contact(message.contact, message.sender)
    if message.is_notice:
        return None
    fitting = (kind for kind, names in _UNREADABLE if any(getattr(message, n) for n in names))
    return Unreadable(next(fitting, "other"))


def _words(text: str) -> Input:
    if len(text) > LONGEST_TEXT:
        return Unreadable("too_long")
    command = _COMMAND.fullmatch(text.strip())
    if not command:
        return Said(text)
    name, rest = command[1].lower(), (command[2] or "").strip()
    if name == "/start":
        return Start(rest if _DEEP_LINK.fullmatch(rest) else "")
    return Said(f"{name} {rest}" if rest else name)


def _contact(contact: wire.Contact, sender: wire.User | None) -> Input:
    """A contact's own number answers a question for it; somebody else's is not ours to have."""
    digits = re.sub(r"\D", "", contact.phone_number)
    if sender is None or contact.user_id != sender.id or not digits:
        return Unreadable("contact")
    return Said(f"+{digits}")

"""What of Telegram's objects is read: the fields in use and no others.

https://core.telegram.org/bots/api#available-types
"""

from typing import Annotated

from msgspec import Meta, Raw, Struct, field

Id = Annotated[int, Meta(ge=-(2**53), le=2**53)]
"""Telegram's numbers have at most 52 significant bits."""
NOTHING = Raw()
"""Stands for a field of which only counts whether it is there, where it is not."""


class User(Struct, frozen=True):
    """Who did something."""

    id: Id
    language_code: str = ""


class Chat(Struct, frozen=True):
    """Where it happened; `type` is private, group, supergroup or channel."""

    id: Id
    type: str

    @property
    def is_private(self) -> bool:
        """Whether the bot is alone with one person there."""
        return self.type == "private"


class Sized(Struct, frozen=True):
    """A file that was sent, or one size of a photo."""

    file_id: str
    file_size: Id = 0
    width: Id = 0
    height: Id = 0


class Contact(Struct, frozen=True):
    """A contact that was shared."""

    phone_number: str
    user_id: Id = 0


class ShownButton(Struct, frozen=True, omit_defaults=True):
    """A button under a message of ours."""

    text: str
    url: str | None = None
    callback_data: str | None = None


class Keyboard(Struct, frozen=True):
    """The buttons under a message of ours, in rows."""

    inline_keyboard: tuple[tuple[ShownButton, ...], ...] = ()


class Message(Struct, frozen=True):
    """A message in a chat. None of its contents: a service message, such as a pinned one."""

    message_id: Id
    chat: Chat
    sender: User | None = field(name="from", default=None)
    media_group_id: str = ""
    text: str = ""
    photo: tuple[Sized, ...] = ()
    document: Sized | None = None
    contact: Contact | None = None
    reply_markup: Keyboard | None = None
    animation: Raw = NOTHING
    audio: Raw = NOTHING
    checklist: Raw = NOTHING
    dice: Raw = NOTHING
    game: Raw = NOTHING
    gift: Raw = NOTHING
    giveaway: Raw = NOTHING
    invoice: Raw = NOTHING
    live_photo: Raw = NOTHING
    location: Raw = NOTHING
    paid_media: Raw = NOTHING
    poll: Raw = NOTHING
    rich_message: Raw = NOTHING
    sticker: Raw = NOTHING
    story: Raw = NOTHING
    venue: Raw = NOTHING
    video: Raw = NOTHING
    video_note: Raw = NOTHING
    voice: Raw = NOTHING


class CallbackQuery(Struct, frozen=True):
    """A tap on a button under a message; the message may be too old to be told."""

    id: str
    sender: User = field(name="from")
    message: Message | None = None
    data: str = ""


class Membership(Struct, frozen=True):
    """What somebody is in a chat: member, administrator, left, kicked …"""

    status: str


class MembershipChange(Struct, frozen=True):
    """What became of the bot itself in a chat."""

    chat: Chat
    sender: User = field(name="from")
    new_chat_member: Membership


class Update(Struct, frozen=True):
    """One piece of news. It has one of its fields, or one that was not asked for."""

    update_id: Id
    message: Message | None = None
    edited_message: Message | None = None
    callback_query: CallbackQuery | None = None
    my_chat_member: MembershipChange | None = None


class BotUser(Struct, frozen=True):
    """The bot itself, as it is told on asking."""

    id: Id
    username: str = ""
    can_join_groups: bool = False


class StoredFile(Struct, frozen=True):
    """Where a file may be fetched for the next hour."""

    file_path: str = ""
    file_size: Id = 0


class WebhookInfo(Struct, frozen=True):
    """How Telegram's posting goes."""

    url: str = ""
    pending_update_count: int = 0
    last_error_message: str = ""
    allowed_updates: tuple[str, ...] = ()


class Command(Struct, frozen=True):
    """One line of the menu beside the input."""

    command: str
    description: str


class SentMessage(Struct, frozen=True):
    """A message that was sent or changed."""

    message_id: Id
    photo: tuple[Sized, ...] = ()

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


class Notice(Struct, frozen=True, kw_only=True):
    """What Telegram tells of a chat in the form of a message: nobody expects an answer to it."""

    boost_added: Raw = NOTHING
    channel_chat_created: Raw = NOTHING
    chat_background_set: Raw = NOTHING
    chat_owner_changed: Raw = NOTHING
    chat_owner_left: Raw = NOTHING
    checklist_tasks_added: Raw = NOTHING
    checklist_tasks_done: Raw = NOTHING
    connected_website: Raw = NOTHING
    delete_chat_photo: Raw = NOTHING
    direct_message_price_changed: Raw = NOTHING
    forum_topic_closed: Raw = NOTHING
    forum_topic_created: Raw = NOTHING
    forum_topic_edited: Raw = NOTHING
    forum_topic_reopened: Raw = NOTHING
    general_forum_topic_hidden: Raw = NOTHING
    general_forum_topic_unhidden: Raw = NOTHING
    gift_upgrade_sent: Raw = NOTHING
    giveaway_completed: Raw = NOTHING
    giveaway_created: Raw = NOTHING
    group_chat_created: Raw = NOTHING
    left_chat_member: Raw = NOTHING
    managed_bot_created: Raw = NOTHING
    message_auto_delete_timer_changed: Raw = NOTHING
    migrate_from_chat_id: Raw = NOTHING
    migrate_to_chat_id: Raw = NOTHING
    new_chat_members: Raw = NOTHING
    new_chat_photo: Raw = NOTHING
    new_chat_title: Raw = NOTHING
    paid_message_price_changed: Raw = NOTHING
    pinned_message: Raw = NOTHING
    poll_option_added: Raw = NOTHING
    poll_option_deleted: Raw = NOTHING
    proximity_alert_triggered: Raw = NOTHING
    refunded_payment: Raw = NOTHING
    supergroup_chat_created: Raw = NOTHING
    video_chat_ended: Raw = NOTHING
    video_chat_participants_invited: Raw = NOTHING
    video_chat_scheduled: Raw = NOTHING
    video_chat_started: Raw = NOTHING
    write_access_allowed: Raw = NOTHING

    @property
    def is_notice(self) -> bool:
        """Whether it is one."""
        return any(getattr(self, name) for name in Notice.__struct_fields__)


class Message(Notice, frozen=True, kw_only=True):
    """A message in a chat. With none of its contents it is of a kind that we do not know."""

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
    live_photo: Raw = NOTHING
    location: Raw = NOTHING
    sticker: Raw = NOTHING
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
    last_error_date: int = 0
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

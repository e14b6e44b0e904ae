"""Turns a push into an update: what the person did, and what the platform allows because of it."""

import hashlib
import logging
import re
from dataclasses import replace
from datetime import timedelta

from bot.channels.channel import LAST, Grant, Recall, Standing, Update
from bot.channels.wechat.options import message_of, option_of, options_of
from bot.channels.wechat.pack import item
from bot.channels.wechat.push import Push
from bot.channels.wechat.scenes import flow_of
from bot.channels.wechat.settings import CHANNEL
from bot.engine.model import (
    Button,
    Input,
    Message,
    Said,
    Start,
    Tapped,
    Unreadable,
    Uploaded,
)
from bot.store.attachments import Attachment

MEDIA = "media:"
"""What the reference of a photo begins with; its id follows."""
LONGEST_TEXT = 4000
"""Characters of one message, as everywhere."""
ANSWERED_HERE = timedelta(seconds=4.5)
"""The platform hangs up after five seconds, of which the way back needs some."""

AFTER_WORDS = Grant(5, timedelta(hours=48))
AFTER_TAP = Grant(3, timedelta(minutes=1))
"""How many messages an action lets us send, and for how long; a tap on a msgmenu is one of a menu.

https://developers.weixin.qq.com/doc/service/guide/product/kf.html
"""

UNREADABLE = {
    "voice": "voice",
    "video": "video",
    "shortvideo": "video",
    "location": "location",
    "file": "file",
}
FORGET = frozenset({"user_authorization_revoke", "user_authorization_cancellation"})
"""Events after which the platform wants what is kept of a person deleted."""

STICKERS = frozenset({"【收到不支持的消息类型，暂无法显示】", "[收到不支持的消息类型，暂无法显示]"})
"""What the platform writes in place of a sticker."""
FOLLOWED = "qrscene_"
"""What a scene begins with where the person came to follow by it."""
_FLOW = re.compile(r"[\w-]{1,64}", re.ASCII)
_NUMBERED = re.compile(r"^\d{1,3}\.\s+")

log = logging.getLogger(__name__)


async def to_update(push: Push, app_id: str, recall: Recall) -> Update | None:
    """The update a push holds; None where the person did nothing that needs an answer."""
    if push.kind == "event":
        return _event(push, app_id)
    if push.kind == "image":
        photo = Attachment(MEDIA + push.media)
        return replace(_update(push, app_id, Uploaded(), AFTER_WORDS), attachments=(photo,))
    if push.kind != "text":
        kind = Unreadable(UNREADABLE.get(push.kind, "other"))
        return _update(push, app_id, kind, AFTER_WORDS)
    if push.menu_id is not None:
        return _update(push, app_id, await _tap(push, push.menu_id, recall), AFTER_TAP)
    return _update(push, app_id, _words(push.content), AFTER_WORDS)


def _update(push: Push, app_id: str, given: Input, grant: Grant) -> Update:
    return Update(
        channel=CHANNEL,
        id=f"{app_id}:{_id(push, app_id)}",
        address=push.sender,
        input=given,
        grant=grant,
        answered_here=ANSWERED_HERE,
    )


def _id(push: Push, app_id: str) -> str:
    """Events have no id, and two of one person can share a second."""
    if push.id:
        return push.id
    parts = (app_id, push.sender, str(push.sent), push.event or push.kind, push.key)
    return hashlib.sha256(":".join(parts).encode()).hexdigest()[:40]


def _words(text: str) -> Input:
    text = text.strip()
    if text in STICKERS:
        return Unreadable("sticker")
    if len(text) > LONGEST_TEXT:
        return Unreadable("too_long")
    return Said(text) if text else Unreadable("other")


async def _tap(push: Push, menu_id: int, recall: Recall) -> Input:
    """The button that was tapped, without an id the one of these words in the last message.

    Where it cannot be found, its label counts as said. Its number does not: it could be another
    option of a question asked since.
    """
    message = await recall(push.sender, message_of(menu_id) if menu_id else LAST)
    option = None
    if message:
        option = option_of(message, menu_id) if menu_id else _in_words(message, push.content)
    if option:
        return Tapped(option.tap, option.label)
    return _words(_NUMBERED.sub("", push.content))


def _in_words(message: Message, words: str) -> Button | None:
    """The option with these words, as a menu shows it or as a link says it."""
    for number, option in enumerate(options_of(message), 1):
        if option and words in (item(number, option), option.label):
            return option
    return None


def _event(push: Push, app_id: str) -> Update | None:
    match push.event:
        case "subscribe":
            started = _update(push, app_id, _scene(push.key), AFTER_TAP)
            return replace(started, standing=Standing.BACK)
        case "scan":
            return _update(push, app_id, _scene(push.key), AFTER_TAP)
        case "click":
            return _update(push, app_id, _menu(push.key), AFTER_TAP)
        case "unsubscribe":
            return _told(push, app_id, Standing.GONE)
        case event if event in FORGET:
            return _told(push, app_id, Standing.FORGET)
        case _:
            log.info("event needs no answer", extra={"event": push.event})
            return None


def _told(push: Push, app_id: str, standing: Standing) -> Update:
    return Update(CHANNEL, f"{app_id}:{_id(push, app_id)}", push.sender, None, standing=standing)


def _scene(scene: str) -> Start:
    return _start(flow_of(scene.removeprefix(FOLLOWED)))


def _menu(key: str) -> Input:
    """What a menu entry stands for; one of an earlier menu opens the chat."""
    kind, _, rest = key.partition(":")
    if kind == "say" and rest.strip():
        return _words(rest)
    return _start(rest if kind == "flow" else "")


def _start(flow: str) -> Start:
    return Start(flow if _FLOW.fullmatch(flow) else "")

"""Where WeChat posts what happens, and where the first answer goes back."""

import logging
from collections.abc import Callable
from datetime import datetime

from bot.channels.channel import (
    LONGEST_PUSH,
    Heard,
    Parcel,
    Posted,
    Recall,
    Reply,
    Unreadable,
    Wrap,
)
from bot.channels.wechat.envelope import Envelope, Opened
from bot.channels.wechat.hear import to_update
from bot.channels.wechat.pack import Text
from bot.channels.wechat.push import NOT_TEXT, Push, read_push
from bot.channels.wechat.settings import WeChatSettings

PATH = "/wechat"
SUCCESS = Reply(b"success")
"""Heard, and nothing to say now. Anything else is shown to the person as a fault."""

log = logging.getLogger(__name__)


class WeChatHook:
    """One account's hook. `draw` gives so many letters and digits by chance."""

    def __init__(
        self,
        settings: WeChatSettings,
        recall: Recall,
        now: Callable[[], datetime],
        draw: Callable[[int], str],
    ) -> None:
        self._app_id = settings.app_id
        self._recall = recall
        self._now = now
        self._envelope = Envelope(settings, now, draw)

    @property
    def path(self) -> str:
        """The path under the site's address."""
        return PATH

    def admit(self, posted: Posted) -> None:
        """Check the signature and its moment before the body is read."""
        self._envelope.admit(posted.query, is_post=posted.method == "POST")

    async def hear(self, posted: Posted) -> Heard:
        """Read a request, which is a push, or the question whether the address is ours."""
        if posted.method == "GET":
            return Heard(reply=Reply(self._envelope.echo(posted.query)))
        if len(posted.body) > LONGEST_PUSH:
            raise Unreadable("push is too long")
        opened = self._envelope.open(posted.query, posted.body)
        push = read_push(opened.body)
        update = await to_update(push, self._app_id, self._recall)
        if update is None or update.input is None:
            return Heard(update, SUCCESS)
        return Heard(update, SUCCESS, wrap=self._wrapper(opened, push))

    def _wrapper(self, opened: Opened, push: Push) -> Wrap:
        def wrap(parcel: Parcel, more: bool) -> Reply:
            assert isinstance(parcel.body, Text)
            moment = int(self._now().timestamp())
            return self._envelope.close(opened, answer(push, parcel.body.content, moment))

        return wrap


def answer(push: Push, content: str, moment: int) -> str:
    """A text in the platform's form. Its documentation knows XML here, whatever pushes are in."""
    return (
        f"<xml><ToUserName>{_cdata(push.sender)}</ToUserName>"
        f"<FromUserName>{_cdata(push.to)}</FromUserName>"
        f"<CreateTime>{moment}</CreateTime><MsgType>{_cdata('text')}</MsgType>"
        f"<Content>{_cdata(content)}</Content></xml>"
    )


def _cdata(text: str) -> str:
    """Text that cannot end its section: elements of its own would be an answer of its own."""
    inside = NOT_TEXT.sub("", text).replace("]]>", "]]]]><![CDATA[>")
    return f"<![CDATA[{inside}]]>"

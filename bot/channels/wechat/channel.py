"""The WeChat channel: says what the outbox holds, fetches photos, keeps menus and tags right."""

import asyncio
import logging
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from datetime import datetime

from bot.channels.again import NotYet, until_done
from bot.channels.channel import (
    FetchError,
    Finding,
    Heard,
    Outgoing,
    Parcel,
    Posted,
    Recall,
    Reply,
    SendError,
    Words,
    Wrap,
)
from bot.channels.wechat import pack as packing
from bot.channels.wechat import scenes
from bot.channels.wechat.api import Api, Done
from bot.channels.wechat.errors import ApiError
from bot.channels.wechat.hear import MEDIA
from bot.channels.wechat.hook import WeChatHook
from bot.channels.wechat.look import Look
from bot.channels.wechat.menus import Menus
from bot.channels.wechat.pack import GAP, Text
from bot.channels.wechat.settings import CHANNEL, WeChatSettings, abilities_of
from bot.channels.wechat.spacing import Spacing
from bot.channels.wechat.tags import Tags
from bot.content.menu import Menu
from bot.store.attachments import Attachment

log = logging.getLogger(__name__)

SEND = "/cgi-bin/message/custom/send"
QR = "/cgi-bin/qrcode/create"
NO_MENUS = 40200
MENU_TOO_LONG = 45098
FIRST_PAUSE = 2.0
"""Seconds until what was not set up is tried again; from then on twice as many each time."""
LONGEST_PAUSE = 600.0


@dataclass(frozen=True, slots=True)
class Spoken(Text):
    """What one call says, with the language it is in."""

    language: str = ""


class WeChat:
    """One Official Account."""

    name = CHANNEL
    pushes = True
    is_metered = True

    def __init__(
        self,
        settings: WeChatSettings,
        menu: Menu,
        words: Words,
        recall: Recall,
        now: Callable[[], datetime],
        draw: Callable[[int], str],
        sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
    ) -> None:
        self._settings = settings
        self._able = abilities_of(settings.account)
        self._now = now
        self._api = Api(settings, now)
        self._tags = Tags(self._api, words.languages, now)
        self._menus = Menus(self._api, menu, words.languages)
        self._spacing = Spacing(sleep)
        self._sleep = sleep
        self._longest_menu = packing.MOST_ITEMS if self._able.msgmenu else 0
        self._words = words
        self.hook = _Hook(WeChatHook(settings, recall, now, draw), self._in_reply)
        self._look = Look(settings, self._api, self._tags, self._menus, words.languages, now, draw)

    @asynccontextmanager
    async def opened(self) -> AsyncIterator[None]:
        """Keep connections for as long as the context lasts."""
        async with self._api.opened():
            try:
                yield
            finally:
                await self._tags.finish()

    def pack(self, messages: Sequence[Outgoing]) -> Sequence[Parcel]:
        """One contact's messages as texts of the size the platform takes."""
        parcels = packing.pack(messages, self._settings)
        return list(_in_their_languages(messages, parcels))

    async def send(self, address: str, key: str, parcel: Parcel) -> None:
        """Say a parcel by customer service; `SendError` when it fails."""
        if not self._able.customer_service:
            raise SendError("the account can only answer", closed=True)
        said = self._said(parcel, more=parcel.more)
        await self._spacing.turn(address)
        try:
            if not await self._offer(address, said.menu):
                await self._say(address, {"msgtype": "text", "text": {"content": said.content}})
        except ApiError as error:
            raise error.for_send(self._now()) from None
        self._told(address, said)

    async def fetch(self, attachment: Attachment) -> bytes:
        """The contents of a photo; `FetchError` when they are not to be had."""
        media_id = attachment.reference.removeprefix(MEDIA)
        if not self._able.media or media_id == attachment.reference:
            raise FetchError("the file is not to be had", permanent=True)
        try:
            return await self._api.download(media_id)
        except ApiError as error:
            raise error.for_fetch() from None

    async def set_up(self) -> None:
        """Have a tag for each language and the menus as the content says.

        What fails is tried again until it is done, or refused for good; each fault is told once.
        """
        known: set[int] = set()

        async def attempt() -> None:
            try:
                await self._set_up()
            except ApiError as error:
                if error.code not in known:
                    log.error("menus not set up", extra={"fault": str(error)})
                known.add(error.code)
                if not error.meaning.permanent:
                    raise NotYet(str(error), error.wait(self._now())) from None

        await until_done(attempt, self._sleep, FIRST_PAUSE, LONGEST_PAUSE)

    async def _set_up(self) -> None:
        tags = await self._tags.set_up() if self._able.tags else {}
        changed = await self._menus.push(tags) if self._able.menu else ()
        log.info("menus set up", extra={"pushed": len(changed)})

    async def listen(self, take: Callable[[Heard], Awaitable[None]]) -> None:
        """Return at once: the platform posts its news."""

    async def look_over(self) -> Sequence[Finding]:
        """Look at everything that may be set up wrongly."""
        return await self._look.over()

    async def qr_url(self, flow: str, days: int) -> str:
        """Where the picture of a QR code is that opens a flow for so many days; 0 is for ever."""
        made = await self._api.post(QR, scenes.order(flow, days), scenes.Ticket)
        return scenes.picture_url(made.ticket)

    def speaks(self, address: str, language: str) -> None:
        """A contact is spoken to in a language: their menu will be in it, a little later."""
        if self._able.tags:
            self._tags.speaks(address, language)

    def _in_reply(self, address: str, parcel: Parcel, more: bool) -> Parcel:
        """A parcel as it goes into a reply: who can only be answered has to ask for the rest."""
        said = self._said(parcel, more=more and not self._able.customer_service)
        self._told(address, said)
        return replace(parcel, body=said)

    def _said(self, parcel: Parcel, *, more: bool) -> Spoken:
        """What a parcel says, and how to go on where more waits for the contact to speak."""
        said = parcel.body
        assert isinstance(said, Spoken)
        if not more:
            return said
        read_on = self._words.say("read_on", said.language)
        menu = said.menu and replace(said.menu, tail=_after(said.menu.tail, read_on))
        return replace(said, content=_after(said.content, read_on), menu=menu)

    def _told(self, address: str, said: Spoken) -> None:
        self._spacing.told(address)
        self.speaks(address, said.language)

    async def _offer(self, address: str, menu: packing.Menu | None) -> bool:
        """Say a message as the platform's own menu of choices; False where that may not be."""
        if menu is None or len(menu.items) > self._longest_menu:
            return False
        items = [{"id": str(number), "content": label} for number, label in menu.items]
        said = {"head_content": menu.head, "list": items, "tail_content": menu.tail}
        try:
            await self._say(address, {"msgtype": "msgmenu", "msgmenu": said})
        except ApiError as error:
            if error.code not in (NO_MENUS, MENU_TOO_LONG):
                raise
            self._longest_menu = len(items) - 1 if error.code == MENU_TOO_LONG else 0
            return False
        return True

    async def _say(self, address: str, said: Mapping[str, object]) -> None:
        await self._api.post(SEND, {"touser": address, **said}, Done)


class _Hook:
    """The account's hook; what goes back in an answer is prepared by the channel."""

    def __init__(self, hook: WeChatHook, prepared: Callable[[str, Parcel, bool], Parcel]) -> None:
        self._hook = hook
        self._prepared = prepared

    @property
    def path(self) -> str:
        """The path under the site's address."""
        return self._hook.path

    def admit(self, posted: Posted) -> None:
        """Check what can be checked before the body is read."""
        self._hook.admit(posted)

    async def hear(self, posted: Posted) -> Heard:
        """Read a request."""
        heard = await self._hook.hear(posted)
        if heard.update is None or heard.wrap is None:
            return heard
        return replace(heard, wrap=self._preparing(heard.update.address, heard.wrap))

    def _preparing(self, address: str, wrap: Wrap) -> Wrap:
        def prepare_and_wrap(parcel: Parcel, more: bool) -> Reply:
            return wrap(self._prepared(address, parcel, more), more)

        return prepare_and_wrap


def _after(text: str, more: str) -> str:
    return f"{text}{GAP}{more}" if text else more


def _in_their_languages(
    messages: Sequence[Outgoing], parcels: Sequence[Parcel]
) -> Iterator[Parcel]:
    """The parcels with the language of the last message each carries something of."""
    done = 0
    for parcel in parcels:
        last = messages[done + max(parcel.messages - 1, 0)].message
        done += parcel.messages
        said = parcel.body
        assert isinstance(said, Text)
        yield Parcel(parcel.messages, Spoken(said.content, said.menu, last.language))

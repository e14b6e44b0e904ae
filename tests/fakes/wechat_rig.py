"""The channel and the fake platform put together, as tests need them."""

from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from functools import partial
from typing import Any, Literal

from aiohttp import web

from bot.channels.channel import Outgoing, Parcel, Posted, Unreadable, Unwanted
from bot.channels.wechat.api import Api
from bot.channels.wechat.channel import WeChat
from bot.channels.wechat.settings import WeChatSettings
from bot.content.menu import Entry, Group, Menu, Opens, Says, Visits
from bot.engine.model import Button, Message
from tests.fakes.wechat import FakeWeChat

START = datetime(2026, 11, 24, 9, 0, 20, tzinfo=UTC)
TOKEN = "atokentosignwith"
AES_KEY = "abcdefghijklmnopqrstuvwxyz0123456789ABCDEFG"
MENU = Menu(
    (
        Entry({"en": "Tea", "zh_Hans": "点茶"}, Opens("tea")),
        Group(
            {"en": "More", "zh_Hans": "更多"},
            (
                Entry({"en": "Everything", "zh_Hans": "全部"}, Says("menu")),
                Entry({"en": "Our house", "zh_Hans": "茶馆"}, Visits("https://teahouse.example/")),
            ),
        ),
    )
)


class Phrases:
    """Words of two languages."""

    languages: Sequence[str] = ("en", "zh_Hans")

    def say(self, phrase: str, language: str, **facts: str) -> str:
        """The name of the phrase."""
        return f"{phrase} ({language})"


async def recall(address: str, n: int) -> Message | None:
    """Nothing is remembered."""
    return None


def draw(count: int) -> str:
    """So many letters by no chance at all."""
    return ("abcdefghijklmnop" * 16)[:count]


async def serve_hook(channel: WeChat, request: web.Request) -> web.Response:
    """Answer a request as the program's site does, with an echo of what was said."""
    method: Literal["GET", "POST"] = "POST" if request.method == "POST" else "GET"
    posted = Posted(method, dict(request.query), {}, await request.read())
    try:
        channel.hook.admit(posted)
        heard = await channel.hook.hear(posted)
    except (Unwanted, Unreadable):
        return web.Response(status=403)
    reply = heard.reply
    if heard.wrap and heard.update:
        [parcel] = channel.pack([Outgoing(1, words(f"heard {heard.update.input}"))])
        reply = heard.wrap(parcel, False)
    return web.Response(body=reply.body, content_type=reply.content_type)


@asynccontextmanager
async def site_of(channel: WeChat) -> AsyncIterator[str]:
    """The address of a site that lets a channel hear."""
    async with serving(partial(serve_hook, channel), channel.hook.path) as url:
        yield url


@asynccontextmanager
async def serving(
    handler: Callable[[web.Request], Awaitable[web.Response]], path: str = "/"
) -> AsyncIterator[str]:
    """The address of a server on this machine."""
    app = web.Application()
    app.router.add_route("*", path, handler)
    runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.1)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    try:
        yield f"http://127.0.0.1:{runner.addresses[0][1]}"
    finally:
        await runner.cleanup()


@dataclass(slots=True)
class Rig:
    """One channel at one fake platform."""

    fake: FakeWeChat
    settings: WeChatSettings
    channel: WeChat
    slept: list[float]

    async def send(self, openid: str, *messages: Message) -> None:
        """Pack messages and send every parcel."""
        for key, parcel in enumerate(self.parcels(*messages)):
            await self.channel.send(openid, str(key), parcel)

    async def tags_are_on(self) -> None:
        """Wait for what the channel does in the background."""
        await self.channel._tags.finish()

    def parcels(self, *messages: Message) -> Sequence[Parcel]:
        """The parcels of a contact's next messages."""
        return self.channel.pack([Outgoing(n, one) for n, one in enumerate(messages, 1)])


@asynccontextmanager
async def rigged(
    fake: FakeWeChat | None = None, menu: Menu = MENU, **changes: object
) -> AsyncIterator[Rig]:
    """An open channel, at a platform that serves; its pauses pass on the platform's clock."""
    fake = fake or FakeWeChat(now=lambda: START)
    async with fake.opened():
        settings = settings_for(fake, **changes)
        slept: list[float] = []

        async def sleep(seconds: float) -> None:
            slept.append(seconds)
            fake.advance(seconds=seconds)

        channel = WeChat(settings, menu, Phrases(), recall, fake.now, draw, sleep)
        async with channel.opened():
            yield Rig(fake, settings, channel, slept)


@asynccontextmanager
async def api_of(fake: FakeWeChat, patience: float = 5.0, **changes: object) -> AsyncIterator[Api]:
    """The open API of a platform that serves."""
    async with fake.opened():
        api = Api(settings_for(fake, **changes), fake.now, patience)
        async with api.opened():
            yield api


def settings_for(fake: FakeWeChat, **changes: Any) -> WeChatSettings:
    """Settings that fit a fake platform."""
    settings = WeChatSettings(
        app_id=fake.account.app_id,
        app_secret=fake.account.app_secret,
        token=TOKEN,
        aes_key=AES_KEY,
        api_url=fake.url,
    )
    return replace(settings, **changes)


def words(text: str, language: str = "en") -> Message:
    """A message of words only."""
    return Message(text, language=language)


def question(text: str, *labels: str) -> Message:
    """A message with options."""
    buttons = tuple(Button(label, f"c.1.s.{n}") for n, label in enumerate(labels))
    return Message(text, buttons, expects="choice", language="en")

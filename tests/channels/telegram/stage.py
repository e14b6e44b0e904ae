"""The Telegram channel between a fake Bot API and a site that only notes what it heard."""

import asyncio
import contextlib
from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Literal

from aiohttp import web
from telegram import Bot

from bot.channels.channel import (
    Heard,
    Outgoing,
    Posted,
    SendError,
    Unreadable,
    Unwanted,
    Update,
)
from bot.channels.telegram.channel import Telegram
from bot.channels.telegram.pace import Limits
from bot.channels.telegram.settings import TelegramSettings
from bot.content.photos import Photos
from bot.engine.model import Message
from tests.fakes.telegram import FakeTelegram

SECRET = "a-secret-of-the-webhook"
TODAY = datetime(2026, 11, 24, 9, tzinfo=UTC)
UNHURRIED = Limits(overall=1e6, in_a_chat=1e6)
"""For what is not about the pace."""
BOT = Bot("1:a")
"""A bot of the library's, which its types ask for; it calls nobody."""
LANGUAGES = {"en": "en", "zh-hans": "zh_Hans", "de": "de"}


class PlainWords:
    """Phrases by their names, so that a test sees which one was said, and in what language."""

    languages: Sequence[str] = ("en", "zh_Hans", "de")

    def say(self, phrase: str, language: str, **facts: str) -> str:
        """The phrase's name, the language and the facts."""
        return " ".join((phrase, language or "en", *facts.values()))


@dataclass
class Stage:
    """A test's view: the fake, the channel, what the channel heard and what was said."""

    fake: FakeTelegram
    channel: Telegram
    site: str = ""
    heard: list[Heard] = field(default_factory=list)
    pauses: list[float] = field(default_factory=list)
    said: dict[tuple[str, int], Message] = field(default_factory=dict)

    @property
    def updates(self) -> list[Update]:
        """The updates that were heard."""
        return [one.update for one in self.heard if one.update]

    async def recall(self, address: str, n: int) -> Message | None:
        """A message said before."""
        return self.said.get((address, n))

    async def say(self, chat: int, message: Message, n: int = 1) -> None:
        """Send a message to a chat, as the deliverer does."""
        self.said[str(chat), n] = message
        for parcel in self.channel.pack([Outgoing(n, message)]):
            await self.channel.send(str(chat), "key", parcel)

    async def fails(self, chat: int, message: Message | None = None) -> SendError:
        """How sending fails."""
        try:
            await self.say(chat, message or Message("Hello."))
        except SendError as error:
            return error
        raise AssertionError("it did not fail")

    async def take(self, heard: Heard) -> None:
        """Take what polling brings."""
        self.heard.append(heard)
        for gesture in heard.gestures:
            await gesture()

    async def serve(self, request: web.Request) -> web.Response:
        """Take what is posted, as the program's site does."""
        headers = {name.lower(): value for name, value in request.headers.items()}
        hook = self.channel.hook
        assert hook
        try:
            hook.admit(Posted("POST", {}, headers))
            heard = await hook.hear(Posted("POST", {}, headers, await request.read()))
        except Unwanted:
            return web.Response(status=403)
        except Unreadable:
            return web.Response()
        await self.take(heard)
        reply = heard.reply
        return web.Response(body=reply.body, content_type=reply.content_type)


@contextlib.asynccontextmanager
async def staged(
    photos: Path,
    *,
    mode: Literal["webhook", "poll"] = "webhook",
    limits: Limits = UNHURRIED,
    paced: bool = False,
) -> AsyncIterator[Stage]:
    """A channel that is set up; what it does wrong towards Telegram fails the test."""
    fake = FakeTelegram(paced=paced)
    async with fake.open(), contextlib.AsyncExitStack() as stack:
        stage: Stage

        async def serve(request: web.Request) -> web.Response:
            return await stage.serve(request)

        async def recall(address: str, n: int) -> Message | None:
            return await stage.recall(address, n)

        async def sleep(seconds: float) -> None:
            stage.pauses.append(seconds)
            await asyncio.sleep(0)

        app = web.Application()
        app.router.add_post("/telegram", serve)
        runner = web.AppRunner(app, access_log=None)
        await runner.setup()
        stack.push_async_callback(runner.cleanup)
        await web.TCPSite(runner, "127.0.0.1", 0).start()
        site = f"http://127.0.0.1:{runner.addresses[0][1]}"
        settings = TelegramSettings(fake.token, fake.url, SECRET, mode, site, limits)
        find = Photos(photos, photos).find
        channel = Telegram(settings, PlainWords(), recall, find, language_of, today, sleep)
        stage = Stage(fake, channel, site)
        await stack.enter_async_context(channel.opened())
        await channel.set_up()
        yield stage
    assert not fake.violations


def today() -> datetime:
    """The moment at which all of it happens."""
    return TODAY


def language_of(tag: str) -> str:
    """Our language for an IETF tag."""
    return LANGUAGES.get(tag, "")

"""The whole program between fake platforms, over real HTTP: webhooks in, API calls out."""

import contextlib
import socket
from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path

from aiohttp import web

from bot.app import App
from bot.settings import read_settings
from tests.fakes.telegram import TOKEN, FakeTelegram
from tests.fakes.wechat import FakeWeChat
from tests.fakes.wechat_push import Pusher, Someone
from tests.runner.lodge import KEY, Watch

APP_ID, APP_SECRET, SIGNED_WITH = "wx-of-the-lodge", "its-secret", "itstoken"
AES_KEY = "abcdefghijklmnopqrstuvwxyz0123456789ABCDEFG"
FAST = "1000000"
"""Messages a second where a test is not about the pace."""


@dataclass(slots=True)
class Stage:
    """One running program, and both platforms around it."""

    app: App
    telegram: FakeTelegram
    wechat: FakeWeChat
    pusher: Pusher

    def follower(self, openid: str) -> Someone:
        """A person in WeChat."""
        return Someone(self.pusher, openid)


@contextlib.asynccontextmanager
async def staged(
    home: Path, database_url: str, watch: Watch, **settings: str
) -> AsyncIterator[Stage]:
    """The program and the platforms, for as long as the context lasts."""
    wechat = FakeWeChat(APP_ID, APP_SECRET, now=watch.now)
    with contextlib.closing(socket.create_server(("127.0.0.1", 0))) as door:
        url = f"http://127.0.0.1:{door.getsockname()[1]}"
        async with FakeTelegram().open() as telegram, wechat.opened():
            given = {
                "BOT_HOME": str(home),
                "BOT_DATA_DIR": str(home),
                "BOT_DATABASE_URL": database_url,
                "BOT_SECRET_KEY": KEY,
                "BOT_PUBLIC_URL": url,
                "BOT_TELEGRAM_TOKEN": TOKEN,
                "BOT_TELEGRAM_MODE": "webhook",
                "BOT_TELEGRAM_API_URL": telegram.url,
                "BOT_TELEGRAM_RATE": FAST,
                "BOT_TELEGRAM_CHAT_RATE": FAST,
                "BOT_WECHAT_APP_ID": APP_ID,
                "BOT_WECHAT_APP_SECRET": APP_SECRET,
                "BOT_WECHAT_TOKEN": SIGNED_WITH,
                "BOT_WECHAT_AES_KEY": AES_KEY,
                "BOT_WECHAT_API_URL": wechat.url,
                **settings,
            }
            app = App(read_settings(given), now=watch.now)
            async with app.running(), _served(app.site(), door):
                await app.set_up()
                async with Pusher(wechat, f"{url}/wechat", SIGNED_WITH, AES_KEY) as pusher:
                    yield Stage(app, telegram, wechat, pusher)
            assert not telegram.violations
            assert not wechat.violations


@contextlib.asynccontextmanager
async def _served(site: web.Application, door: socket.socket) -> AsyncIterator[None]:
    runner = web.AppRunner(site, access_log=None)
    await runner.setup()
    await web.SockSite(runner, door).start()
    try:
        yield
    finally:
        await runner.cleanup()

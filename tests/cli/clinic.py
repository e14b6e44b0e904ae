"""A program that is connected to both platforms, as an operator has set it up."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

from bot.app import now, opened
from tests.cli.front import Front, opened_front
from tests.cli.program import Ended, run
from tests.fakes import telegram
from tests.fakes.telegram import FakeTelegram
from tests.fakes.wechat import FakeWeChat
from tests.web.server import Server

OTHER_TOKEN = "7000000001:another-token-that-nobody-may-see"
OTHER_SECRET = "another-secret-that-nobody-may-see"
SECRETS = {
    "SECRET_KEY": "0123456789abcdef" * 2,
    "TELEGRAM_TOKEN": telegram.TOKEN,
    "TELEGRAM_WEBHOOK_SECRET": "a-secret-only-telegram-sends",
    "WECHAT_APP_SECRET": "an-app-secret-that-nobody-sees",
    "WECHAT_TOKEN": "atokenthatsignspushes",
    "WECHAT_AES_KEY": "abcdefghijklmnopqrstuvwxyz0123456789ABCDEFG",
}
NEVER_SHOWN = (*SECRETS.values(), OTHER_TOKEN, OTHER_SECRET)
NOBODY = "http://127.0.0.1:9"
"""An address where nothing listens."""


@dataclass(slots=True)
class Clinic:
    """A program that serves behind a front, connected to both platforms."""

    folder: Path
    front: Front
    telegram: FakeTelegram
    wechat: FakeWeChat
    settings: dict[str, str]

    async def command(self, *words: str, **changes: str) -> Ended:
        """Run a command beside the program. Whatever it prints, it is no secret."""
        given = {**self.settings, **changes}
        ended = await asyncio.to_thread(run, self.folder, *words, **given)
        printed = ended.told + ended.complained
        assert [secret for secret in NEVER_SHOWN if secret in printed] == []
        assert "Traceback" not in printed
        return ended

    async def finds(self, **changes: str) -> dict[str, str]:
        """What the doctor finds wrong, with the advice."""
        ended = await self.command("doctor", **changes)
        wrong = [line for line in ended.told.splitlines() if line.startswith("✗ ")]
        assert ended.code == (1 if wrong else 0)
        parted = (line.removeprefix("✗ ").partition(": ") for line in wrong)
        return {what: advice for what, _, advice in parted}


@asynccontextmanager
async def clinic(folder: Path) -> AsyncIterator[Clinic]:
    """Everything set up as it should be."""
    faked = FakeWeChat(app_secret=SECRETS["WECHAT_APP_SECRET"])
    async with FakeTelegram().open() as bots, faked.opened(), opened_front(folder) as front:
        settings = {
            **SECRETS,
            "PUBLIC_URL": front.url,
            "TELEGRAM_API_URL": bots.url,
            "WECHAT_APP_ID": faked.account.app_id,
            "WECHAT_API_URL": faked.url,
        }
        with Server(folder, now, **settings) as server:
            front.behind = server.address
            await set_up(server)
            port = server.address.rpartition(":")[2]
            yield Clinic(folder, front, bots, faked, {**settings, "PORT": port})


async def set_up(server: Server) -> None:
    """Tell the platforms webhooks and menus, as the program does at its start."""
    with opened(server.app.settings) as app:
        async with AsyncExitStack() as stack:
            for platform in app.platforms:
                await stack.enter_async_context(platform.opened())
            await app.set_up()

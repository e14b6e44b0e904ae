import asyncio
import contextlib
import os
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from _pytest.mark.structures import ParameterSet

from tests.conversations.player import Player, told
from tests.conversations.seats import Moment, Seat, WebSeat
from tests.conversations.telegram_seat import TelegramSeat
from tests.conversations.wechat_seat import WeChatSeat
from tests.fakes.telegram import TOKEN, FakeTelegram
from tests.fakes.wechat import FakeWeChat
from tests.fakes.wechat_push import Pusher, Someone
from tests.web.server import Server, visiting

FOLDER = Path(__file__).parent
PLATFORMS = ("telegram", "wechat")
OWN = sorted(script for name in PLATFORMS for script in FOLDER.glob(f"{name}.*.txt"))
"""What is said and done as only one platform has it."""
SCRIPTS = sorted(set(FOLDER.glob("*.txt")) - set(OWN))
RECORD = "BOT_TEST_RECORD"
"""Set in the environment, it has every conversation written anew instead of compared."""

SIGNED_WITH, AES_KEY = "itstoken", "abcdefghijklmnopqrstuvwxyz0123456789ABCDEFG"
FAST = "1000000"
"""Messages a second: no conversation is about the pace."""


def each(scripts: list[Path]) -> list[ParameterSet]:
    return [pytest.param(script, id=script.stem) for script in scripts]


@pytest.mark.parametrize("script", each(SCRIPTS))
def test_a_conversation_goes_as_it_is_written(script: Path, tmp_path: Path) -> None:
    written = script.read_text()

    went, _ = asyncio.run(played(written, tmp_path, "web"))

    if os.environ.get(RECORD):
        script.write_text(went)
    else:
        assert went == written


@pytest.mark.retold
@pytest.mark.parametrize("channel", PLATFORMS)
@pytest.mark.parametrize("script", each(SCRIPTS))
def test_a_platform_tells_the_same(script: Path, channel: str, tmp_path: Path) -> None:
    written = script.read_text()

    went, late = asyncio.run(played(written, tmp_path, channel))

    assert told(went, late) == told(written, late)
    assert not late or channel == "wechat"


@pytest.mark.parametrize("script", each(OWN))
def test_a_platform_shows_it_in_its_own_way(script: Path, tmp_path: Path) -> None:
    written = script.read_text()
    channel = script.name.partition(".")[0]

    went, _ = asyncio.run(played(written, tmp_path, channel, retells=False))

    if os.environ.get(RECORD):
        script.write_text(went)
    else:
        assert went == written


Went = tuple[str, set[int]]


async def played(written: str, folder: Path, channel: str, *, retells: bool = True) -> Went:
    moment = Moment()
    if channel == "web":
        opened = at_the_web_chat(folder, moment)
    elif channel == "telegram":
        language_code = "" if retells else language_of(written)
        opened = in_telegram(folder, moment, language_code, retells=retells)
    else:
        opened = in_wechat(folder, moment, retells=retells)
    async with opened as (server, seat):
        player = Player(server, moment, seat)
        return await player.play(written), player.late


def language_of(written: str) -> str:
    """The language of somebody's telephone, as the script's comment tells it."""
    return "zh-hans" if "zh-hans" in written.partition("\n")[0] else "en"


Opened = AsyncIterator[tuple[Server, Seat]]


@contextlib.asynccontextmanager
async def at_the_web_chat(folder: Path, moment: Moment) -> Opened:
    async with running(Server(folder, moment)) as server, visiting(server) as visitor:
        yield server, WebSeat(visitor)


@contextlib.asynccontextmanager
async def in_telegram(folder: Path, moment: Moment, language_code: str, *, retells: bool) -> Opened:
    async with FakeTelegram().open() as fake:
        settings = {
            "TELEGRAM_TOKEN": TOKEN,
            "TELEGRAM_API_URL": fake.url,
            "TELEGRAM_MODE": "webhook",
            "TELEGRAM_RATE": FAST,
            "TELEGRAM_CHAT_RATE": FAST,
        }
        async with running(Server(folder, moment, **settings)) as server:
            seat = TelegramSeat(server, moment, fake, language_code, retells=retells)
            async with contextlib.aclosing(seat.page):
                yield server, seat
        assert fake.violations == []


@contextlib.asynccontextmanager
async def in_wechat(folder: Path, moment: Moment, *, retells: bool) -> Opened:
    fake = FakeWeChat(now=moment)
    async with fake.opened():
        settings = {
            "WECHAT_APP_ID": fake.account.app_id,
            "WECHAT_APP_SECRET": fake.account.app_secret,
            "WECHAT_TOKEN": SIGNED_WITH,
            "WECHAT_AES_KEY": AES_KEY,
            "WECHAT_API_URL": fake.url,
            "WECHAT_MENU_LINKS": "yes" if retells else "no",
        }
        async with running(Server(folder, moment, **settings)) as server:
            hook = f"{server.address}/wechat"
            async with Pusher(fake, hook, SIGNED_WITH, AES_KEY) as pusher:
                seat = WeChatSeat(server, moment, Someone(pusher, "o-ana"), retells=retells)
                async with contextlib.aclosing(seat.page):
                    yield server, seat
        assert fake.violations == []


@contextlib.asynccontextmanager
async def running(server: Server) -> AsyncIterator[Server]:
    """The program, started and stopped without holding up the platforms beside it."""
    await asyncio.to_thread(server.__enter__)
    try:
        await server.set_up()
        yield server
    finally:
        await asyncio.to_thread(server.stop)

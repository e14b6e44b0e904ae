"""Where the served program is killed: its home, its database, and the platforms around it."""

import contextlib
import os
from collections.abc import AsyncIterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from bot.store.database import Database, Transaction
from bot.store.seal import Sealer
from tests.crash.driver import Server
from tests.crash.inn import make_inn
from tests.crash.keeper import Program
from tests.crash.people import OnTelegram, OnWeChat, Talker, marks
from tests.crash.stage import Fresh
from tests.crash.story import kept, lost_documents
from tests.crash.wire import Wire
from tests.fakes.telegram import TOKEN, FakeTelegram
from tests.fakes.wechat import FakeWeChat
from tests.fakes.wechat_push import Pusher
from tests.runner.lodge import KEY
from tests.waiting import until, until_at_rest

MODULE = "tests.crash.serving"
"""What forks the programs."""
SIGNED_WITH = "itsToken1"
AES_KEY = "abcdefghijklmnopqrstuvwxyz0123456789ABCDEFG"
FAST = "1000000"
"""Messages a second: no test here is about the pace."""
RULES = {"webhook": 60, "polling": 60, "wechat": 30}
"""Rules of the inn that are too long for one message, and not for what a person's words allow."""
FEW_RULES = 5
"""So few that a person's words allow an answer and, after kills, its repeats."""
SEALER = Sealer((KEY,))


@dataclass(frozen=True, slots=True, init=False)
class Kill:
    """The program ends once it has come by all these places, in this order, from an act of the
    story on: 1 is the first, 0 the time before. What was `told` by then may come once more."""

    act: int
    places: tuple[str, ...]
    told: bool

    def __init__(self, act: int, *places: str, told: bool = False) -> None:
        object.__setattr__(self, "act", act)
        object.__setattr__(self, "places", places)
        object.__setattr__(self, "told", told)


@dataclass(frozen=True, slots=True)
class Remains:
    """What is in the database in the end, as far as it may not vary: of each update whether its
    turn is done and whether it failed, of each message its number and whether it was sent."""

    conversations: int
    taken: Sequence[tuple[bool, bool]]
    said: Sequence[tuple[int, bool]]
    documents: Sequence[bytes]


@dataclass(frozen=True, slots=True)
class Lived:
    """What a run comes to."""

    said: list[str]
    remains: Remains
    was_killed: bool
    places: Mapping[str, int]


@dataclass(frozen=True, slots=True)
class Scene:
    """One run: the program, its database, somebody who talks to it, and perhaps its end."""

    program: Program
    database: Database
    talker: Talker
    kill: Kill | None

    async def plays(self) -> Lived:
        """Play the story, and wait after each act until nothing is left to be done."""
        for number in range(1, len(self.talker.story()) + 1):
            await self.act(number)
        return self.look()

    async def act(self, number: int) -> None:
        """One act of the story, until all that follows is said."""
        if self.kill and self.kill.act == number:
            self.program.places.arm(*self.kill.places)
        await self.talker.story()[number - 1]()
        await self._rests()

    async def reads(self, mark: str) -> None:
        """Wait until something was said."""
        await until(lambda: mark in marks(self.talker.read()))

    def look(self) -> Lived:
        """What it has come to."""
        places = self.program.places
        return Lived(
            marks(self.talker.read()),
            self.database.look(remains_of),
            bool(places.kills),
            dict(places.counts),
        )

    async def _rests(self) -> None:
        """Wait until nothing is left to be fetched, taken or sent."""
        await until_at_rest(self.database)


@dataclass(frozen=True, slots=True)
class Crowd:
    """One run with many people."""

    program: Program
    database: Database
    talkers: Sequence[Talker]


def remains_of(tx: Transaction) -> Remains:
    """Read it; a document that an answer names has to be there."""
    found = kept(tx, SEALER)
    assert not lost_documents(tx, SEALER)
    taken = sorted((done, failed) for _, done, failed in found.inbox)
    return Remains(len(found.conversations), taken, found.said, found.documents)


@dataclass(frozen=True, slots=True)
class Stage:
    """Where the runs of a test are played."""

    folder: Path
    fresh: Fresh

    def home(self, rules: int) -> Path:
        """The inn, with so many rules."""
        folder = self.folder / f"{rules} rules"
        if not folder.exists():
            folder.mkdir()
            make_inn(folder, rules)
        return folder / "home"

    @contextlib.asynccontextmanager
    async def scene(
        self, server: Server, platform: str, kill: Kill | None = None
    ) -> AsyncIterator[Scene]:
        """The program on one platform, with an empty database, and one person there."""
        program = Program(server, self.folder)
        if kill and not kill.act:
            program.places.arm(*kill.places)
        with self.fresh.database() as database:
            own = self._settings(database, RULES[platform])
            if platform == "wechat":
                async with _wechat(program, own) as pusher, program.alive(own):
                    yield Scene(program, database, OnWeChat(program, pusher), kill)
                return
            async with _telegram(program, own, platform) as fake, program.alive(own):
                if platform == "webhook":
                    await fake.until(lambda: fake.bot.webhook)
                asked = platform == "polling"
                yield Scene(program, database, OnTelegram(program, fake, is_asked=asked), kill)

    @contextlib.asynccontextmanager
    async def crowd(self, server: Server, count: int) -> AsyncIterator[Crowd]:
        """The program on both platforms, with so many people on each."""
        program = Program(server, self.folder)
        with self.fresh.database() as database:
            own = self._settings(database, FEW_RULES)
            async with (
                _telegram(program, own, "webhook") as fake,
                _wechat(program, own) as pusher,
                program.alive(own),
            ):
                await fake.until(lambda: fake.bot.webhook)
                numbers = range(1, count + 1)
                ana = [OnTelegram(program, fake, id=n) for n in numbers]
                bo = [OnWeChat(program, pusher, f"oBo{n}") for n in numbers]
                yield Crowd(program, database, (*ana, *bo))

    def _settings(self, database: Database, rules: int) -> dict[str, str]:
        return {
            "BOT_HOME": str(self.home(rules)),
            "BOT_DATA_DIR": str(self.folder / os.urandom(4).hex()),
            "BOT_DATABASE_URL": database.url,
            "BOT_SECRET_KEY": KEY,
            "BOT_PORT": "0",
            "BOT_PUBLIC_URL": "https://inn.example",
            "BOT_LOG_LEVEL": "ERROR",
        }


@contextlib.asynccontextmanager
async def _telegram(
    program: Program, settings: dict[str, str], mode: str
) -> AsyncIterator[FakeTelegram]:
    """Telegram, which the settings then name."""
    async with FakeTelegram().open() as fake, Wire(fake.url, program).opened() as wire:
        settings |= {
            "BOT_TELEGRAM_TOKEN": TOKEN,
            "BOT_TELEGRAM_MODE": "poll" if mode == "polling" else mode,
            "BOT_TELEGRAM_API_URL": wire.url,
            "BOT_TELEGRAM_RATE": FAST,
            "BOT_TELEGRAM_CHAT_RATE": FAST,
        }
        yield fake
        assert not fake.violations


@contextlib.asynccontextmanager
async def _wechat(program: Program, settings: dict[str, str]) -> AsyncIterator[Pusher]:
    """WeChat, which the settings then name."""
    fake = FakeWeChat()
    async with (
        fake.opened(),
        Wire(fake.url, program).opened() as wire,
        Pusher(fake, "", SIGNED_WITH, AES_KEY) as pusher,
    ):
        settings |= {
            "BOT_WECHAT_APP_ID": fake.account.app_id,
            "BOT_WECHAT_APP_SECRET": fake.account.app_secret,
            "BOT_WECHAT_TOKEN": SIGNED_WITH,
            "BOT_WECHAT_AES_KEY": AES_KEY,
            "BOT_WECHAT_API_URL": wire.url,
        }
        yield pusher
        assert not fake.violations

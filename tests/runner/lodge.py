"""The Lodge: an invented centre for tests of the runner, with guests, a clock and staff."""

import shutil
import uuid
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import msgspec
from sqlalchemy import Table, func, select

from bot.app import App
from bot.channels.channel import Update
from bot.channels.fetched import TERMINAL
from bot.engine.model import Conversation, File, Input, Said, Start, Tapped, Uploaded
from bot.runner.perform import Performer
from bot.runner.receive import Taken
from bot.services.action import Acting, Outcome
from bot.services.became import Became
from bot.settings import Settings, read_settings
from bot.store.case_list import CaseFilter, CaseSort, case_list
from bot.store.cases import Case, find_case
from bot.store.database import Transaction
from bot.store.deposits import (
    CANCELLED,
    CONFIRMED,
    EXPIRED,
    ORDERED,
    REFUNDED,
    REPORTED,
    Deposit,
    list_deposits,
)
from bot.store.documents import NewDocument
from bot.store.turns import lock_conversations
from tests.waiting import until_read

TESTS = Path(__file__).resolve().parents[1]
KEY = "5a" * 16
OLDER_KEY = "17" * 16
JPEG = b"\xff\xd8\xff" + b"the photograph of a passport" * 9 + b"\xff\xd9"
MORNING = datetime(2026, 12, 1, 8, 30, tzinfo=UTC)
HOLD = timedelta(hours=2)
"""How long the toy centre holds a room."""

DEPOSIT_STATES = (ORDERED, REPORTED, CONFIRMED, REFUNDED, EXPIRED, CANCELLED)


def make_home(folder: Path) -> Path:
    """A folder with the toy centre's facts, the Lodge's one flow, and the usual phrases."""
    home = folder / "home"
    shutil.copytree(TESTS / "toy", home)
    shutil.rmtree(home / "flows")
    (home / "flows").mkdir()
    (home / "content" / "menu.yaml").unlink()
    shutil.copy(TESTS.parent / "flows" / "system.yaml", home / "flows" / "system.yaml")
    shutil.copy(TESTS / "runner" / "lodge.yaml", home / "flows" / "lodge.yaml")
    return home


def settings_for(
    home: Path,
    database_url: str,
    *,
    data: Path | None = None,
    worker: str = "here",
    keys: str = KEY,
) -> Settings:
    """Settings of one process that serves the Lodge."""
    return read_settings(
        {
            "BOT_HOME": str(home),
            "BOT_DATA_DIR": str(data or home),
            "BOT_DATABASE_URL": database_url,
            "BOT_SECRET_KEY": keys,
            "BOT_WORKER": worker,
        }
    )


class Broken(Exception):
    """What an action is not supposed to raise."""


class Watch:
    """A clock that stands still until the test moves it."""

    def __init__(self, at: datetime = MORNING) -> None:
        self.at = at

    def now(self) -> datetime:
        """The moment it shows."""
        return self.at

    def passes(self, time: timedelta) -> None:
        """Let time pass."""
        self.at += time


def document(content: bytes = JPEG) -> NewDocument:
    """A photograph as the intake hands it on."""
    return NewDocument(uuid.uuid4().hex, "image/jpeg", b"digest", 1, (content,))


def upload(*documents: NewDocument) -> Uploaded:
    """The input that goes with documents."""
    return Uploaded(tuple(File(one.id, one.kind, one.pages) for one in documents))


class Guest:
    """One contact of the Lodge. Each thing they do is taken before they do the next."""

    def __init__(self, app: App, address: str, channel: str = TERMINAL) -> None:
        self.app = app
        self.address = address
        self.channel = channel
        self.heard: list[str] = []
        self.contact_id = 0
        self._count = 0

    def update(self, given: Input, documents: Sequence[NewDocument] = ()) -> Update:
        """The next update of this guest."""
        self._count += 1
        update_id = f"{self.address}:{self._count}"
        return Update(self.channel, update_id, self.address, given, tuple(documents))

    async def does(self, given: Input, documents: Sequence[NewDocument] = ()) -> Taken:
        """Do something; the answer is kept in `heard`."""
        taken = await self.app.converser.receive(self.update(given, documents))
        self.contact_id = taken.contact_id
        self.heard = [message.text for message in taken.messages]
        return taken

    async def says(self, *texts: str) -> list[str]:
        """Say one thing after the other; what was answered to the last."""
        for text in texts:
            await self.does(Said(text))
        return self.heard

    async def sends(self, content: bytes = JPEG) -> list[str]:
        """Send a photograph."""
        one = document(content)
        await self.does(upload(one), [one])
        return self.heard

    async def taps_room(self, taken: Taken, n: int) -> list[str]:
        """Tap the `n`th room that was shown."""
        button = taken.messages[-1].cards[n].button
        assert button is not None
        await self.does(Tapped(button.tap, button.label))
        return self.heard

    async def submits(self, name: str = "Ana Núñez") -> None:
        """Go from the first word to a request that waits for staff."""
        await self.does(Start("lodge", "en"))
        await self.says("1", name)
        await self.sends()
        await self.says("1")
        assert self.heard[-1] == "We are reading your request."

    async def is_approved(self, name: str = "Ana Núñez") -> None:
        """Go on until the free rooms are shown."""
        await self.submits(name)
        approve(self)
        await self.app.clock.tick()

    async def holds(self, name: str = "Ana Núñez") -> None:
        """Go on until a room is held."""
        await self.is_approved(name)
        await self.says("1")
        assert self.heard[0].startswith("We hold ")

    async def listens(self) -> list[str]:
        """Everything that was ever said to this guest."""
        spoken = await self.app.reader.after(self.contact_id, 0, 1000, self.channel)
        return [one.message.text for one in spoken]


def cases_of(guest: Guest) -> list[Case]:
    """The requests of a guest, the newest last."""

    def look(tx: Transaction) -> list[Case]:
        rows, _ = case_list(tx, CaseFilter(), CaseSort("submitted"), 100)
        mine = (one for one in rows if one.contact_id == guest.contact_id)
        return [case for one in mine if (case := find_case(tx, one.reference))]

    return guest.app.database.look(look)


def deposits_of(guest: Guest) -> list[Deposit]:
    """The deposits of a guest, the newest last."""
    found = guest.app.database.look(lambda tx: list_deposits(tx, DEPOSIT_STATES, 100))
    return [one for one in found if one.contact_id == guest.contact_id]


def approve(guest: Guest) -> bool:
    """Staff approve a guest's newest request; whether it was still open."""
    app, reference = guest.app, cases_of(guest)[-1].reference
    came = app.database.transact(
        lambda tx: app.services.cases.decide(tx, reference, approve=True, by="Staff", now=app.now())
    )
    return came is Became.DONE


def confirm(guest: Guest) -> bool:
    """Staff confirm a guest's newest deposit; whether it was still open."""
    app, reference = guest.app, deposits_of(guest)[-1].reference
    confirmed = app.database.transact(
        lambda tx: app.services.deposits.confirm(tx, reference, "Staff", app.now())
    )
    return confirmed is Became.DONE


def conversation_of(guest: Guest) -> Conversation:
    """What is remembered of a guest."""
    app, contact_id = guest.app, guest.contact_id
    kept = app.database.look(lambda tx: lock_conversations(tx, [contact_id]))[contact_id]
    plain = app.sealer.open(kept.state, f"conversation:{contact_id}")
    return msgspec.json.decode(plain, type=Conversation)


def break_action(app: App, name: str) -> None:
    """From now on an action raises, and quotes its guest while it does."""

    def run(acting: Acting) -> Outcome:
        raise Broken(f"cannot serve {acting.do.answers['guest'].value}")

    actions = dict(app.services.actions())
    actions[name] = replace(actions[name], run=run)
    app.minds.performer = Performer(actions)


def mend_actions(app: App) -> None:
    """From now on every action works again."""
    app.minds.performer = Performer(app.services.actions())


def count(app: App, table: Table) -> int:
    """How many rows a table has."""
    counted = select(func.count()).select_from(table)
    return app.database.look(lambda tx: tx.execute(counted).scalar_one())


def phrase(app: App, name: str, **facts: str) -> str:
    """What the assistant itself says, in English."""
    return app.renderer.text(app.minds.catalogue.phrases[name], "en", facts)


async def eventually(app: App, holds: Callable[[Transaction], bool]) -> None:
    """Wait until something is so in the database, which another task brings about."""
    await until_read(app.database, holds)

"""A contact who sends files that lie with the platform, and what became of them."""

from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy import func, select

from bot.app import App
from bot.channels.channel import Update
from bot.engine.model import Said, Start, Uploaded
from bot.store.attachments import Attachment
from bot.store.database import Transaction
from bot.store.tables import attachments, inbox
from bot.store.turns import WAITS_FOR_FILES
from tests.runner.lodge import Guest, Watch, eventually, phrase
from tests.toy_channel import TOY, ToyPlatform
from tests.web.papers import photo

PAPER = "Please send your identity paper."
CHECK = "Please check:"
HEARD_BEFORE = 4
"""Messages until the paper is asked for."""


@dataclass(slots=True)
class Sender:
    """Ana on the toy channel: what she sends lies on the platform."""

    app: App
    platform: ToyPlatform
    count: int = 0
    guest: Guest = field(init=False)

    def __post_init__(self) -> None:
        self.guest = Guest(self.app, "ana", TOY)

    async def is_asked_for_a_paper(self) -> "Sender":
        await self.guest.does(Start("lodge", "en"))
        await self.guest.says("1", "Ana Núñez")
        await self.platform.has("ana", HEARD_BEFORE)
        return self

    def picture(self, *, album: str = "", failed: str = "", size: int = 0) -> Update:
        """The next picture, put on the platform."""
        self.count += 1
        name = f"picture {self.count}"
        self.platform.files[name] = photo(name)
        one = Attachment(name, size, album, failed)
        return Update(TOY, name, "ana", Uploaded(), attachments=(one,))

    async def sends(self, *updates: Update) -> None:
        for one in updates:
            await self.app.converser.receive(one)

    async def sends_what_fails(self, *updates: Update) -> None:
        """Send what the platform does not give out at the first try."""
        self.platform.file_answers = iter([500] * len(updates))
        await self.sends(*updates)
        await eventually(self.app, have_failed)

    async def is_told_that_a_picture_is_lost(self, watch: Watch) -> "Sender":
        await self.is_asked_for_a_paper()
        await self.sends_what_fails(self.picture())
        self.platform.file_answers = iter([500])
        watch.passes(WAITS_FOR_FILES)
        assert await self.hears(2) == [phrase(self.app, "file_lost"), PAPER]
        await eventually(self.app, have_failed)
        return self

    async def says(self, text: str) -> None:
        await self.guest.does(Said(text))

    async def hears(self, more: int) -> list[str]:
        """What was said after the paper was asked for."""
        await self.platform.has("ana", HEARD_BEFORE + more)
        return self.platform.texts("ana")[HEARD_BEFORE:]


def have_failed(tx: Transaction) -> bool:
    """Whether every file has been tried and waits for its next try."""
    tried = select(attachments.c.worker, attachments.c.attempts)
    return all(worker is None and attempts for worker, attempts in tx.execute(tried))


def nothing_left(tx: Transaction) -> bool:
    left = select(inbox.c.id).where(inbox.c.done_at.is_(None))
    return not tx.execute(left).all() and not tx.execute(select(attachments.c.id)).all()


def due_at(tx: Transaction) -> datetime:
    """When a file is tried next, the first of all."""
    due: datetime = tx.execute(select(func.min(attachments.c.due_at))).scalar_one()
    return due

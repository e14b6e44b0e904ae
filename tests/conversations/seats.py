"""Where a person sits: at the web chat, or at a telephone with one of the platforms."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Protocol

from sqlalchemy import func, select

from bot.platforms import Spoken
from bot.simulator import Transcript
from bot.store.database import Transaction
from bot.store.tables import attachments, outbox
from tests.waiting import until
from tests.web.papers import FILM, HEIC, photo, scan
from tests.web.server import Entry, Server, Visitor, as_message, fresh_id

BEGIN = datetime(2026, 11, 24, 2, 0, tzinfo=UTC)
"""Ten in the morning in Shanghai, on a working day with the calendar of its year known."""


@dataclass(slots=True)
class Moment:
    """A clock that moves only when a conversation says so."""

    now: datetime = BEGIN

    def __call__(self) -> datetime:
        return self.now

    def passes(self, time: timedelta) -> None:
        """Let time pass."""
        self.now += time


@dataclass(frozen=True, slots=True)
class Sight:
    """One thing that a person sees, line by line; `on_page` where that is the centre's own page."""

    lines: Sequence[str]
    on_page: bool = False


class Seat(Protocol):
    """One person on one channel. What they do returns once all that follows from it has come."""

    async def opens(self) -> None:
        """Come for the first time."""

    async def says(self, words: str) -> None:
        """Type something."""

    async def taps(self, label: str) -> None:
        """Choose an option by its label; a card by its title."""

    async def sends(self, names: Sequence[str]) -> None:
        """Send files of these names, all at once."""

    async def does(self, deed: str) -> None:
        """Do what only this channel knows."""

    async def sees(self) -> list[Sight]:
        """What is to be seen since the last look."""


async def all_is_said(server: Server) -> None:
    """Wait until no file is to be fetched, and no message to be sent before somebody speaks."""

    def count(tx: Transaction) -> int:
        files = select(func.count()).select_from(attachments)
        waiting = select(func.count()).select_from(outbox)
        waiting = waiting.where(outbox.c.due_at.is_not(None), ~outbox.c.is_held)
        return int(tx.execute(files).scalar_one() + tx.execute(waiting).scalar_one())

    await until(lambda: not server.app.database.look(count))


def something_waits(server: Server) -> bool:
    """Whether a message waits until its contact speaks."""
    waiting = select(outbox.c.id).where(outbox.c.due_at.is_not(None), outbox.c.is_held).limit(1)
    return server.app.database.look(lambda tx: tx.execute(waiting).first() is not None)


def words_of(server: Server, phrases: Collection[str], **facts: str) -> frozenset[str]:
    """The lines of some phrases, in every language."""
    words = Spoken(server.app.renderer, server.app.content.catalogue)
    return frozenset(
        line
        for language in words.languages
        for phrase in phrases
        for line in words.say(phrase, language, **facts).split("\n")
    )


def paper(name: str) -> bytes:
    """What a person sends under a name."""
    match name.rpartition(".")[2]:
        case "pdf":
            return scan(1)
        case "heic":
            return HEIC
        case "mp4":
            return FILM
        case "txt":
            return b""
        case _:
            return photo(name)


def as_seen(entries: Sequence[Entry], *, on_page: bool = False) -> list[Sight]:
    """What a page shows of the assistant, as the simulator writes it down."""
    sights = []
    for entry in entries:
        if entry["from"] == "bot":
            shown = Transcript()
            shown.assistant(as_message(entry))
            lines = [line[2:] for line in shown.lines]
            sights.append(Sight(lines, on_page))
    return sights


class WebSeat:
    """A person at the web chat."""

    def __init__(self, visitor: Visitor) -> None:
        self.visitor = visitor
        self._heard: list[Entry] = []

    async def opens(self) -> None:
        """Load the page and begin."""
        await self.visitor.page()
        await self.visitor.looks()
        self._heard += await self.visitor.posts(start="")

    async def says(self, words: str) -> None:
        """Type something."""
        self._heard += await self.visitor.says(words)

    async def taps(self, label: str) -> None:
        """Tap the newest button with this label."""
        token = self.visitor.token(label)
        self._heard += await self.visitor.posts(tap=token, label=label, id=fresh_id())

    async def sends(self, names: Sequence[str]) -> None:
        """Upload files."""
        self._heard += await self.visitor.sends(*map(paper, names))

    async def does(self, deed: str) -> None:
        """There is nothing else."""
        raise ValueError(f"nobody can do this here: {deed}")

    async def sees(self) -> list[Sight]:
        """The entries since the last look."""
        entries, self._heard = self._heard + await self.visitor.looks(), []
        return as_seen(entries)

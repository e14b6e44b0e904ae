"""One applicant played by the real program, and what it kept of them at each stage."""

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from sqlalchemy import select

from bot.app import App
from bot.channels.channel import Update
from bot.channels.fetched import WEB
from bot.engine.model import Event, File, Input, Said, Uploaded
from bot.services.letterbox import Letterbox
from bot.store.database import Transaction
from bot.store.documents import NewDocument
from bot.store.tables import cases, conversations, deposits, documents, inbox, outbox

NAME, PHONE, EMAIL = "Qwxyz Vandersee", "+86 138 0013 8000", "qwxyz@example.org"
"""What everybody else has another of. Telephones are kept in this form."""

CAME_BACK = timedelta(days=100)
"""How long ago they came back to China: the scheme is for those who did within a year."""


@dataclass(frozen=True, slots=True)
class Turn:
    """An input and the messages it led to, each with its number: opened, as JSON."""

    origin: str
    input: bytes
    messages: tuple[tuple[int, bytes], ...]


@dataclass(frozen=True, slots=True)
class Kept:
    """What the program keeps of an applicant at one stage; sealed values are opened, as JSON.

    `case` is the row of their case, None of a draft. `documents` and `references` name what
    everybody else has others of.
    """

    stage: str
    language: str
    state: bytes
    places: str
    turns: tuple[Turn, ...]
    documents: tuple[str, ...]
    references: tuple[str, ...]
    case: Any = None
    answers: bytes = b""


class Applicant:
    """Talks to the program turn by turn. Staff's answers come by the letterbox, as theirs do."""

    def __init__(self, app: App, address: str, language: str, picture: bytes) -> None:
        self.kept: list[Kept] = []
        self._app = app
        self._address = address
        self.language = language
        self.came_back = (app.now() - CAME_BACK).date().isoformat()
        self._picture = picture
        self._count = 0
        self._contact = 0

    async def does(self, given: Input, papers: Sequence[NewDocument] = ()) -> None:
        """One turn."""
        self._count += 1
        update_id = f"{self._address}:{self._count}"
        update = Update(WEB, update_id, self._address, given, tuple(papers))
        self._contact = (await self._app.converser.receive(update)).contact_id

    async def says(self, *words: str) -> None:
        """One turn for each."""
        for one in words:
            await self.does(Said(one))

    async def sends(self, count: int) -> None:
        """So many papers in one turn."""
        papers = [
            NewDocument(uuid.uuid4().hex, "image/jpeg", uuid.uuid4().bytes * 2, 1, (self._picture,))
            for _ in range(count)
        ]
        await self.does(Uploaded(tuple(File(one.id, one.kind) for one in papers)), papers)

    async def hears(self, name: str, outcome: str, **facts: str) -> None:
        """Staff answer."""
        app, event = self._app, Event(name, 1, outcome, dict(facts))
        self._count += 1
        key = f"{self._address}:{self._count}"
        letterbox = Letterbox(app.sealer)
        await app.database.write(
            lambda tx: letterbox.leave(tx, "staff", key, self._contact, event, app.now())
        )
        while await self._waits():
            await app.converser.take_undone()

    async def _waits(self) -> bool:
        mine = select(inbox.c.id).where(
            inbox.c.contact_id == self._contact, inbox.c.done_at.is_(None)
        )
        return await self._app.database.read(lambda tx: tx.execute(mine).first()) is not None

    def keep(self, stage: str) -> None:
        """Note what the program keeps now, under the name of this stage."""
        self.kept.append(self._app.database.look(lambda tx: self._look(tx, stage)))

    def _look(self, tx: Transaction, stage: str) -> Kept:
        me, opened = self._contact, self._app.sealer.open
        row = tx.execute(select(conversations).where(conversations.c.contact_id == me)).one()
        case = tx.execute(select(cases).where(cases.c.contact_id == me)).one_or_none()
        ordered = select(deposits.c.reference).where(deposits.c.contact_id == me)
        papers = (
            select(documents.c.id)
            .where(documents.c.contact_id == me)
            .order_by(documents.c.received_at)
        )
        named = [case.reference] if case else []
        return Kept(
            stage=stage,
            language=self.language,
            state=opened(row.state, f"conversation:{me}"),
            places=row.places,
            turns=self._turns(tx),
            documents=tuple(tx.execute(papers).scalars()),
            references=(*named, *tx.execute(ordered).scalars()),
            case=case,
            answers=opened(case.answers, f"case:{case.reference}") if case else b"",
        )

    def _turns(self, tx: Transaction) -> tuple[Turn, ...]:
        said: dict[int, list[tuple[int, bytes]]] = {}
        mine = select(outbox).where(outbox.c.contact_id == self._contact).order_by(outbox.c.n)
        for row in tx.execute(mine):
            plain = self._app.sealer.open(row.message, f"outbox:{self._contact}:{row.n}")
            said.setdefault(row.inbox_id, []).append((row.n, plain))
        heard = select(inbox).where(inbox.c.contact_id == self._contact).order_by(inbox.c.id)
        return tuple(
            Turn(
                row.channel,
                self._app.sealer.open(row.input, f"inbox:{row.channel}:{row.update_id}"),
                tuple(said.get(row.id, ())),
            )
            for row in tx.execute(heard)
        )

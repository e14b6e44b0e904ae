"""The story that a victim lives through, and what must be the same however often it dies."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import TypeAlias

import msgspec
from sqlalchemy import func, select

from bot.content.load import read_content
from bot.engine.model import Conversation
from bot.services.became import Became
from bot.services.services import Services, make_services
from bot.store.case_list import CaseFilter, CaseSort, case_list
from bot.store.database import Database, Transaction
from bot.store.deposits import REPORTED, list_deposits
from bot.store.documents import open_part
from bot.store.seal import Sealer
from bot.store.tables import cases, conversations, deposits, documents, holds, inbox, outbox
from tests.crash.victim import Doing
from tests.runner.lodge import KEY, MORNING

ANA = "ana"
RECEIPT = "receipt"
"""A picture that lies with the platform until it is fetched."""
VARIES = (
    (re.compile(r"\b([AD])-[0-9A-Z]{7}\b"), r"\1-reference"),
    (re.compile(r"\b[0-9a-f]{32}\b"), "document"),
    (re.compile(r'"hold":\d+'), '"hold":0'),
    (re.compile(r'"id":"\w+"'), '"id":""'),
)
"""What is drawn anew when a turn has to be taken again."""


@dataclass(frozen=True, slots=True)
class At:
    """The clock shows so many hours after the start."""

    hours: float


@dataclass(frozen=True, slots=True)
class Decide:
    """Staff approve the case, in another process."""


@dataclass(frozen=True, slots=True)
class Confirm:
    """Staff confirm the deposit, in another process."""


Act: TypeAlias = Doing | At | Decide | Confirm


def a_start(address: str = ANA) -> tuple[Doing, ...]:
    """From the first word to the submitted case."""
    return (
        Doing(address, f"{address}:1"),
        Doing(address, f"{address}:2", text="1"),
        Doing(address, f"{address}:3", text="Ana Núñez"),
        Doing(address, f"{address}:4", photograph=True),
        Doing(address, f"{address}:5", text="1"),
    )


def whole_story() -> tuple[Act, ...]:
    """From the first word to the room: a wake, a repeat, a hold that runs out, a picture that has
    to be fetched, two decisions."""
    start, stay, name, paper, submit = a_start()
    return (
        *(start, stay),
        At(21),
        *(name, name, paper, submit),
        Decide(),
        Doing(ANA, "ana:6", text="1"),
        At(24),
        Doing(ANA, "ana:7", text="1"),
        Doing(ANA, "ana:8", picture=RECEIPT),
        Confirm(),
    )


class Staff:
    """Staff, at a command of their own: another process that leaves inputs in the inbox."""

    def __init__(self, home: Path) -> None:
        content, problems = read_content(home)
        assert not problems
        self.sealer = Sealer((KEY,))
        self.services: Services = make_services(content, self.sealer)

    def decide(self, database: Database) -> None:
        """Approve the one case."""
        database.transact(lambda tx: self._decide(tx, MORNING))

    def _decide(self, tx: Transaction, now: datetime) -> None:
        (case,), _ = case_list(tx, CaseFilter(), CaseSort(), 9)
        decide = self.services.cases.decide
        came = decide(tx, case.reference, approve=True, by="Staff", now=now)
        assert came is Became.DONE

    def confirm(self, database: Database) -> None:
        """Confirm the one deposit that is open."""
        database.transact(lambda tx: self._confirm(tx, MORNING))

    def _confirm(self, tx: Transaction, now: datetime) -> None:
        (deposit,) = list_deposits(tx, (REPORTED,), 9)
        confirmed = self.services.deposits.confirm(tx, deposit.reference, "Staff", now)
        assert confirmed is Became.DONE


@dataclass(frozen=True, slots=True)
class Kept:
    """What is in the database at the end of a run, as far as it may not vary."""

    conversations: Sequence[str]
    inbox: Sequence[tuple[str, bool, bool]]
    said: Sequence[tuple[int, bool]]
    cases: Sequence[str]
    holds: Sequence[str]
    deposits: Sequence[str]
    documents: Sequence[bytes]


def kept(tx: Transaction, sealer: Sealer) -> Kept:
    """Read it."""
    states = tx.execute(select(conversations.c.contact_id, conversations.c.state)).all()
    rows = tx.execute(select(inbox.c.update_id, inbox.c.done_at.is_not(None), inbox.c.failed)).all()
    said = tx.execute(
        select(outbox.c.n, outbox.c.sent_at.is_not(None)).order_by(outbox.c.contact_id, outbox.c.n)
    ).all()
    ids = tx.execute(select(documents.c.id)).scalars().all()
    return Kept(
        sorted(without_draws(_opened(sealer, *row)) for row in states),
        sorted((without_ids(row[0]), bool(row[1]), bool(row[2])) for row in rows),
        [(n, bool(sent)) for n, sent in said],
        tx.execute(select(cases.c.state).order_by(cases.c.id)).scalars().all(),
        tx.execute(select(holds.c.state).order_by(holds.c.id)).scalars().all(),
        tx.execute(select(deposits.c.state).order_by(deposits.c.id)).scalars().all(),
        sorted(open_part(tx, sealer, one) or b"" for one in ids),
    )


def _opened(sealer: Sealer, contact_id: int, state: bytes) -> str:
    """A conversation as JSON; its documents have to be there."""
    plain = sealer.open(state, f"conversation:{contact_id}")
    msgspec.json.decode(plain, type=Conversation)
    return plain.decode()


def lost_documents(tx: Transaction, sealer: Sealer) -> set[str]:
    """Documents that an answer names and nobody keeps."""
    named: set[str] = set()
    for contact_id, state in tx.execute(select(conversations.c.contact_id, conversations.c.state)):
        named |= set(re.findall(r"\b[0-9a-f]{32}\b", _opened(sealer, contact_id, state)))
    return named - set(tx.execute(select(documents.c.id)).scalars())


def count_said(tx: Transaction) -> int:
    """How many messages there are to one contact."""
    return tx.execute(select(func.count()).select_from(outbox)).scalar_one()


def without_draws(text: str) -> str:
    """A text without what is drawn anew."""
    for pattern, instead in VARIES:
        text = pattern.sub(instead, text)
    return text


def without_ids(update_id: str) -> str:
    """The id of an update without the numbers the database gave."""
    return re.sub(r"^(hold:)?\d+", r"\1n", without_draws(update_id))

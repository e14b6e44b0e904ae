"""Seeds a large centre: a year of cases, talk and books, by one number the same each time."""

import contextlib
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path
from random import Random

import msgspec
from sqlalchemy import text

from bench.centre.books import CLERKS, LOGGED_DAYS, count_steps, enter_flats, hire, log
from bench.centre.fill import count, settle
from bench.centre.likeness import Likeness
from bench.centre.office import Office
from bench.centre.people import Crowd, Person, batches
from bench.centre.plays import FLOW, picture, play_all, settings_for
from bench.centre.talk import Correspondence
from bot.app import App, opened
from bot.engine.answers import review_lines
from bot.engine.model import Answer, Conversation, Fact, Frame
from bot.engine.talk import Talk
from bot.store.cases import Case, find_case
from bot.store.database import Database, Transaction
from bot.store.documents import open_part
from bot.store.migrate import upgrade
from bot.store.tables import contacts, metadata

SEED = 20_261_124
BATCH = 5000
"""People in one transaction."""
ENTRIES = 2
"""Entries of the audit log for each case."""
SHOWN_ANSWERS = 15
"""A case has more answers than these: one that does not fit the flow shows few."""
SHOWN = ("contacts", "cases", "case_terms", "documents", "inbox", "outbox", "audit")


class Unsound(Exception):
    """What was seeded is not what the program would have kept."""


@dataclass(frozen=True, slots=True)
class Seeded:
    """How long it took, and what there is: rows by table, bytes of the whole database."""

    seconds: float
    rows: dict[str, int]
    size: int

    def __str__(self) -> str:
        rows = ", ".join(f"{name} {self.rows[name]:,}" for name in SHOWN)
        return f"seeded in {self.seconds:.0f} s, {self.size / 1e6:.0f} MB: {rows}"


async def seed(folder: Path, database_url: str, cases: int) -> Seeded:
    """Fill an empty database at an address; `folder` holds what else the program needs."""
    started = time.perf_counter()
    with upgraded(database_url) as database:
        if database.look(lambda tx: count(tx, contacts)):
            raise Unsound("the database is not empty")
    with opened(settings_for(folder, database_url)) as app:
        await _fill(app, cases)
        _check(app)
        rows, size = app.database.look(_rows), app.database.look(_size)
    return Seeded(time.perf_counter() - started, rows, size)


@contextlib.contextmanager
def upgraded(database_url: str) -> Iterator[Database]:
    """A database with every table, for as long as the context lasts."""
    with contextlib.closing(Database(database_url)) as database:
        upgrade(database)
        yield database


async def _fill(app: App, cases: int) -> None:
    now, draw = datetime.now(UTC), Random(SEED)
    kept = await play_all()
    likenesses = {id(one): Likeness(one, now.date()) for one in kept}
    amounts = enter_flats(app)
    hire(app, now - timedelta(days=LOGGED_DAYS))
    crowd = Crowd(kept, CLERKS, sorted(amounts), now, SEED)
    letters = Correspondence(app.sealer, now)
    office = Office(app.sealer, app.content, now, picture(), amounts)
    references: list[str] = []
    for batch in batches(crowd.people(cases), BATCH):
        pairs = [(one, likenesses[id(one.kept)]) for one in batch]
        app.database.transact(partial(_write, letters, office, pairs))
        references += [one.references[0] for one in batch if one.case_id]
    catalogue = app.content.catalogue
    flow, languages = catalogue.flows[FLOW], tuple(catalogue.languages)

    def close(tx: Transaction) -> None:
        log(tx, app.sealer, references, cases * ENTRIES, now, draw)
        count_steps(tx, flow, languages, now.date(), draw)

    app.database.transact(close)
    settle(app.database, metadata.sorted_tables)


def _write(
    letters: Correspondence,
    office: Office,
    pairs: Sequence[tuple[Person, Likeness]],
    tx: Transaction,
) -> None:
    letters.write(tx, pairs)
    office.write(tx, pairs)


def _check(app: App) -> None:
    """Read back one case, one paper and the whole log as the console will."""

    def look(tx: Transaction) -> bool:
        some = text(
            "SELECT reference, documents.id FROM cases"
            " JOIN documents ON case_reference = reference WHERE cases.id = 7"
        )
        reference, paper = tx.execute(some).first() or ("", "")
        case = find_case(tx, reference)
        if case is None or not open_part(tx, app.sealer, paper):
            return False
        return len(_shown(app, case)) > SHOWN_ANSWERS and not app.audit.unsound(tx)

    if not app.database.look(look):
        raise Unsound("a case, a paper or the log does not open")


def _shown(app: App, case: Case) -> list[Fact]:
    """The answers of a case as its page draws them."""
    plain = app.sealer.open(case.answers, f"case:{case.reference}")
    answers = msgspec.json.decode(plain, type=dict[str, Answer])
    frame = Frame(case.frame, case.flow, case.version, case.submitted_at, answers)
    talk = Talk(app.content.catalogue, Conversation("", case.channel), case.submitted_at)
    return review_lines(talk, frame, talk.position(frame))


def _rows(tx: Transaction) -> dict[str, int]:
    return {table.name: count(tx, table) for table in metadata.sorted_tables}


def _size(tx: Transaction) -> int:
    sizes = {
        "sqlite": "SELECT page_count * page_size FROM pragma_page_count(), pragma_page_size()",
        "postgresql": "SELECT pg_database_size(current_database())",
    }
    return int(tx.execute(text(sizes[tx.dialect.name])).scalar_one())

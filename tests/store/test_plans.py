"""No statement of the running program reads a whole table that grows, or all of one channel."""

import asyncio
import contextlib
import inspect
import re
import shutil
import sys
from collections.abc import Iterator
from dataclasses import dataclass, field
from importlib import import_module
from pathlib import Path
from types import FrameType
from typing import Any

import pytest
from sqlalchemy import Engine, event, make_url

import bot
import tests
from bot.store.database import Database
from bot.store.tables import metadata
from tests.conftest import POSTGRES, SQLITE
from tests.runner.lodge import make_home
from tests.store.everyday import make_guarded_home, play

BOT, TESTS = (str(Path(next(iter(one.__path__)))) + "/" for one in (bot, tests))
STORE = f"{BOT}store/"
MACHINERY = (f"{STORE}database.py", f"{STORE}writer.py")

GROWING = metadata.tables.keys() - {"editions", "buildings", "unit_types", "flats", "events"}
"""What is there for each contact, and not for the centre."""
READ = re.compile(r"\b(?P<how>SCAN|SEARCH|Seq Scan on) (?P<name>\w+)")
"""A step that reads rows, in a plan of SQLite or of PostgreSQL."""
BROAD = re.compile(r"\((channel|state)=\?\)")
"""What SQLite looks for in an index where nothing else narrows it."""
ALIAS = re.compile(r"\b(\w+) AS (\w+)")

MAY_READ_MUCH = {
    "additions.in_force": "staff add few, and they are read when one is added or removed",
    "additions.names": "staff add few, and these are read when they write another",
    "audit.write_entry": "the last entry only",
    "attachments.release_attachments": "at the start only; there are but those yet to be fetched",
    "case_list.case_list": "staff may want all; indexes alone are read to find and count a page",
    "case_list.count_cases": "one index is read to count all, when staff look",
    "deposit_pages.deposits_page": "staff read a page, and how many there are",
    "audit.unsound": "who asks whether the log is sound has all of it read",
    "deposits.list_deposits": "staff read those that are open, a page of them",
    "holds.list_holds": "staff read a page of those that last; as many as there are flats",
    "inventory.is_used": "staff look at one flat; the ledger has a few lines for each deposit",
    "ledger.sums": "staff sum the books, all of them",
    "overview.files_to_fetch": "counts only those yet to be fetched",
    "overview.office": "counts those who wait now, and what staff have yet to look at",
    "overview.purses_by_channel": "a short row for each contact of a metered channel",
    "questions.count_open": "those that wait for staff now",
    "questions.newest": "staff read the newest of those that wait now",
    "questions.settle": "a few of those that wait now",
    "retention.closed_cases": "every ten minutes; cases are deleted by it",
    "staff.drop_sessions": "staff are few, and so are their browsers",
    "staff.list_people": "staff are few",
    "staff.lock_admins": "staff are few",
    "stock.all_flats": "staff read every flat",
    "waiting.first_for": "the first of those who wait now",
    "waiting.waiters": "staff read a page of those who wait now",
    "waiting.waits_since": "those who wait now",
}
"""Who may read much, and why."""


@dataclass(frozen=True, slots=True)
class Asked:
    """A statement with the parameters it had, and who in the store asked it."""

    by: str
    statement: str
    parameters: Any


@dataclass(slots=True)
class Listener:
    """Collects each statement that the program asks of one database once; a program of other
    tests may run in a thread meanwhile."""

    url: str
    asked: dict[str, Asked] = field(default_factory=dict)
    seen: set[str] = field(default_factory=set)

    def hear(
        self, connection: Any, cursor: Any, statement: str, parameters: Any, context: Any, many: Any
    ) -> None:
        """Note a statement, unless a test asks it."""
        if make_url(self.url).database != connection.engine.url.database:
            return
        callers = list(_callers())
        self.seen.update(callers)
        if callers and statement not in self.asked:
            one = parameters[0] if many else parameters
            self.asked[statement] = Asked(callers[0], statement, one)


def _callers() -> Iterator[str]:
    """The functions of the store on the way to a statement, the innermost first."""
    frame: FrameType | None = sys._getframe(2)
    while frame is not None:
        name = frame.f_code.co_filename
        if name.startswith(TESTS):
            return
        if name.startswith(STORE) and name not in MACHINERY:
            yield f"{Path(name).stem}.{frame.f_code.co_name}"
        frame = frame.f_back


@dataclass(frozen=True, slots=True)
class Played:
    """A database in which everything was done once, and what was asked of it."""

    database: Database
    listener: Listener

    def wasteful(self) -> dict[str, list[str]]:
        """Who in the store asks for more than it wants, with the steps of the plans that do."""
        found: dict[str, list[str]] = {}
        for asked in self.listener.asked.values():
            steps = [one for one in self._plan(asked) if _is_wasteful(one, asked.statement)]
            if steps:
                found.setdefault(asked.by, []).extend(steps)
        return found

    def _plan(self, asked: Asked) -> list[str]:
        if not asked.statement.startswith(("SELECT", "UPDATE", "DELETE")):
            return []
        explain = "EXPLAIN QUERY PLAN" if self.database.is_sqlite else "EXPLAIN"
        with self.database.engine.connect() as connection:
            if not self.database.is_sqlite:  # tables are small here, and small ones always scanned
                connection.exec_driver_sql("SET enable_seqscan = off")
            rows = connection.exec_driver_sql(f"{explain} {asked.statement}", asked.parameters)
            return [row[-1] for row in rows]


def _is_wasteful(step: str, statement: str) -> bool:
    """Whether a step of a plan reads a whole table that grows, or all of one channel or state."""
    read = READ.search(step)
    if read is None:
        return False
    aliases = {alias: name for name, alias in ALIAS.findall(statement)}
    name = aliases.get(read["name"], read["name"])
    is_all = read["how"] != "SEARCH" or BROAD.search(step) is not None
    return name in GROWING and is_all


@pytest.fixture(scope="module", params=[SQLITE, POSTGRES])
def played(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Played]:
    """Everything was done once."""
    folder = tmp_path_factory.mktemp("plans")
    if request.param == SQLITE:
        template = request.getfixturevalue("sqlite_template")
        url = f"sqlite:///{shutil.copy(template, folder / 'bot.db')}"
    else:
        template = request.getfixturevalue("postgres_template")
        url = request.getfixturevalue("postgres").create_database(template)
    listener = Listener(url)
    event.listen(Engine, "before_cursor_execute", listener.hear)
    try:
        asyncio.run(play(url, make_home(folder / "open"), make_guarded_home(folder / "guarded")))
    finally:
        event.remove(Engine, "before_cursor_execute", listener.hear)
    with contextlib.closing(Database(url)) as database:
        yield Played(database, listener)


def test_no_statement_reads_a_whole_table_that_grows(played: Played) -> None:
    wasteful = played.wasteful()

    assert {by: steps for by, steps in wasteful.items() if by not in MAY_READ_MUCH} == {}


@pytest.mark.parametrize("played", [SQLITE], indirect=True)
def test_only_those_are_excused_who_need_it(played: Played) -> None:
    assert MAY_READ_MUCH.keys() <= played.wasteful().keys()


def test_every_statement_of_the_store_was_looked_at(played: Played) -> None:
    asking = {
        f"{name}.{function}"
        for name in (one.stem for one in Path(STORE).glob("*.py") if one.stem != "migrate")
        for function, it in inspect.getmembers(import_module(f"bot.store.{name}"))
        if inspect.isfunction(it) and it.__module__ == f"bot.store.{name}"
        if next(iter(inspect.signature(it).parameters), "") == "tx"
    }

    assert asking - played.listener.seen == set()

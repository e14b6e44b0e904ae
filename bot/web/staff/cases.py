"""The list of cases: of every flow that submits one, those due first on top."""

import asyncio
import re
from collections.abc import Mapping
from dataclasses import dataclass, replace

import msgspec
from aiohttp import web

from bot.engine.catalogue import Catalogue
from bot.engine.model import Value
from bot.services.audit import AuditLog
from bot.services.cases import Cases
from bot.services.reference import tidy_reference
from bot.services.staff import Signed
from bot.store.case_list import SORTS, CaseFilter, CaseSort, case_list
from bot.store.cases import OPEN, STATES, Case, CaseRow
from bot.store.database import Database, Transaction
from bot.store.staff import list_people
from bot.web.staff.case_words import STATE_NAMES
from bot.web.staff.guard import Guard
from bot.web.staff.lists import PAGE, Column, Filter, Listing, Query, export, read_query
from bot.web.staff.names import Names, names_for
from bot.web.staff.page import BASE, Pages
from bot.web.staff.words import N_

PATH = f"{BASE}/cases"
REFERENCE = re.compile(r"[aA]-[0-9a-zA-Z]*$")
"""What looks like a reference, or the beginning of one."""
MINE, NOBODY = "~me", "~nobody"
"""In place of an assignee's name, which has no such sign."""


@dataclass(frozen=True, slots=True)
class Exported:
    """A case as a file holds it, with its answers by step."""

    case: Case
    answers: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class CaseList:
    """The handlers of the list of cases."""

    guard: Guard
    pages: Pages
    database: Database
    catalogue: Catalogue
    cases: Cases
    audit: AuditLog

    def routes(self) -> list[web.RouteDef]:
        """The door's routes."""
        return [web.get(PATH, self.guard.look("cases", self.page))]

    async def page(self, request: web.Request, signed: Signed) -> web.StreamResponse:
        """A page of the list; with a format the whole list as a file."""
        names = names_for(self.pages, self.catalogue, signed)
        people = [one.name for one in await self.database.read(list_people) if not one.closed_at]
        filters = _filters(names, people)
        query = read_query(request, filters, SORTS, "due")
        wanted = self._wanted(query, signed)
        if query.format:
            return await self._export(request, signed, query, wanted)
        sort = CaseSort(query.sort, query.is_down)
        rows, total = await self.database.read(
            lambda tx: case_list(tx, wanted, sort, PAGE, query.offset)
        )
        may_export = signed.may("export")
        listing = Listing(query, self._columns(names), filters, rows, total, may_export)
        return self.pages.render(request, signed, "cases.html", listing=listing)

    def _wanted(self, query: Query, signed: Signed) -> CaseFilter:
        state = query.value("state") or "open"
        assignee = query.value("assignee")
        wanted = CaseFilter(
            states={"open": OPEN, "overdue": (), "any": ()}.get(state, (state,)),
            overdue_on=self.pages.today() if state == "overdue" else None,
            flow=query.value("flow"),
            assignee={"": None, MINE: signed.name, NOBODY: ""}.get(assignee, assignee),
            channel=query.value("channel"),
            submitted_from=self.pages.begin(query.day("from")),
            submitted_to=self.pages.begin(query.day("to"), days=1),
        )
        return self._searched(wanted, query.value("search"))

    def _searched(self, wanted: CaseFilter, words: str) -> CaseFilter:
        """Narrowed to a reference, or the beginning of one, or to words of the answers."""
        if not words:
            return wanted
        if REFERENCE.match(words):
            return replace(wanted, reference=tidy_reference(words))
        return self.cases.found(wanted, words)

    def _columns(self, names: Names) -> list[Column[CaseRow]]:
        words, voice, today = names.words, names.voice, self.pages.today()
        overdue = words(N_("overdue"))

        def due(row: CaseRow) -> str:
            late = row.state in OPEN and row.due_on < today
            return f"{voice.day(row.due_on)} {overdue}" if late else voice.day(row.due_on)

        return [
            Column(
                "reference",
                N_("Reference"),
                lambda row: row.reference,
                link=lambda row: f"{PATH}/{row.reference}",
                is_sorted=True,
            ),
            Column("flow", N_("Flow"), lambda row: row.flow, lambda row: names.flow(row.flow)),
            Column(
                "state",
                N_("State"),
                lambda row: row.state,
                lambda row: words(STATE_NAMES[row.state]),
                is_sorted=True,
                is_badge=True,
            ),
            Column("due", N_("Due"), lambda row: row.due_on.isoformat(), due, is_sorted=True),
            Column(
                "submitted",
                N_("Submitted"),
                lambda row: row.submitted_at.isoformat(),
                lambda row: voice.moment(row.submitted_at),
                is_sorted=True,
            ),
            Column("assignee", N_("Assigned to"), lambda row: row.assignee, is_sorted=True),
            Column(
                "channel",
                N_("Channel"),
                lambda row: row.channel,
                lambda row: names.channel(row.channel),
            ),
            Column("language", N_("Language"), lambda row: row.language),
        ]

    async def _export(
        self, request: web.Request, signed: Signed, query: Query, wanted: CaseFilter
    ) -> web.StreamResponse:
        """The list as a file with every answer: for those who may, and kept in the audit log."""
        if not signed.may("export"):
            return await self.guard.refuse(request, signed, "role")
        now = self.pages.now()
        rows = await self.database.read(lambda tx: self._exported(tx, wanted))
        await self.database.write(
            lambda tx: self.audit.write(
                tx, signed.actor, "exported", "cases", now, rows=len(rows), format=query.format
            )
        )
        columns = self._export_columns(rows)
        return await asyncio.to_thread(export, columns, rows, query.format, "cases")

    def _exported(self, tx: Transaction, wanted: CaseFilter) -> list[Exported]:
        return [
            Exported(case, {step: shown_of(answer.value) for step, answer in answers.items()})
            for chunk in self.cases.export(tx, wanted)
            for case, answers in chunk
        ]

    def _export_columns(self, rows: list[Exported]) -> list[Column[Exported]]:
        """What every case has, and behind it a column for each step that somebody answered."""
        steps = dict.fromkeys(step for row in rows for step in row.answers)

        def answer(step: str) -> Column[Exported]:
            return Column(step, step, lambda row: row.answers.get(step))

        return [
            Column("reference", "", lambda row: row.case.reference),
            Column("flow", "", lambda row: row.case.flow),
            Column("state", "", lambda row: row.case.state),
            Column("due", "", lambda row: row.case.due_on.isoformat()),
            Column("submitted", "", lambda row: row.case.submitted_at.isoformat()),
            Column("assignee", "", lambda row: row.case.assignee),
            Column("channel", "", lambda row: row.case.channel),
            Column("language", "", lambda row: row.case.language),
            *map(answer, steps),
        ]


def _filters(names: Names, people: list[str]) -> list[Filter]:
    words, catalogue = names.words, names.catalogue
    states = [("open", words(N_("Open"))), ("overdue", words(N_("Overdue")))]
    states += [(state, words(STATE_NAMES[state])) for state in STATES]
    flows = [(name, names.flow(name)) for name in catalogue.flows]
    channels = [(one, names.channel(one)) for one in catalogue.channels]
    whose = [(MINE, words(N_("mine"))), (NOBODY, words(N_("nobody")))]
    whose += [(name, name) for name in people]
    everything = ("", words(N_("all")))
    return [
        Filter("state", N_("State"), (*states, ("any", words(N_("all"))))),
        Filter("flow", N_("Flow"), (everything, *flows)),
        Filter("assignee", N_("Assigned to"), (everything, *whose)),
        Filter("channel", N_("Channel"), (everything, *channels)),
        Filter("from", N_("Submitted from"), is_day=True),
        Filter("to", N_("to"), is_day=True),
        Filter("search", N_("Reference, name, telephone or e-mail")),
    ]


def shown_of(value: Value) -> str:
    """An answer as a file holds it: its id, words or number; of documents their ids."""
    match value:
        case str(words) | {"text": str(words)} | {"option": str(words)} | {"outcome": str(words)}:
            return words
        case {"options": [*several]}:
            return " ".join(several)
        case {"files": [*files]}:
            return " ".join(file["id"] for file in files)
        case _:
            return msgspec.json.encode(value).decode()

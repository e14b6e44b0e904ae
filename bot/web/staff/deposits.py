"""Deposits: the list, and the day's lines of the ledger to reconcile with the bank."""

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from aiohttp import web

from bot.engine.model import Fact
from bot.services.audit import AuditLog
from bot.services.reference import tidy_reference
from bot.services.staff import Signed
from bot.services.stock import FEN
from bot.store import ledger
from bot.store.database import Database, Transaction
from bot.store.deposit_pages import SORTS, ListedDeposit, Wanted, deposits_page
from bot.store.stock import building_names
from bot.web.request import Malformed
from bot.web.staff.deposit_words import LINE_NAMES, STATE_NAMES
from bot.web.staff.guard import Guard
from bot.web.staff.lists import PAGE, Column, Filter, Listing, Query, export, read_query
from bot.web.staff.page import BASE, Pages, Voice
from bot.web.staff.words import N_, Words

PATH = f"{BASE}/deposits"
MOST_EXPORTED = 100_000
"""Rows of a file: more than a spreadsheet is comfortable with."""


@dataclass(frozen=True, slots=True)
class DepositList:
    """The handlers of the list and of a day."""

    guard: Guard
    pages: Pages
    database: Database
    audit: AuditLog

    def routes(self) -> list[web.RouteDef]:
        """The door's routes."""
        return [
            web.get(PATH, self.guard.look("deposits", self.page)),
            web.get(f"{PATH}/day", self.guard.look("deposits", self.day)),
        ]

    # the list

    async def page(self, request: web.Request, signed: Signed) -> web.StreamResponse:
        """A page of the list; with a format the whole list as a file."""
        words, voice = self.pages.words[signed.language], self.pages.voices[signed.language]
        names = await self.database.read(building_names)
        filters = self._filters(words, voice, names)
        query = read_query(request, filters, SORTS, "ordered_at")
        wanted = self._wanted(query)
        columns = self._columns(words, voice, names)
        if query.format:
            return await self._export(request, signed, query, wanted, columns)
        rows, total = await self.database.read(
            lambda tx: deposits_page(
                tx, wanted, PAGE, query.offset, query.sort, descending=not query.is_down
            )
        )
        listing = Listing(query, columns, filters, rows, total, signed.may("export"))
        return self.pages.render(request, signed, "deposits.html", listing=listing)

    def _filters(self, words: Words, voice: Voice, names: Mapping[str, Fact]) -> list[Filter]:
        everything = ("", words(N_("all")))
        states = [(state, words(name)) for state, name in STATE_NAMES.items()]
        buildings = [(one, voice.fact(name)) for one, name in names.items()]
        return [
            Filter("state", N_("State"), (everything, *states)),
            Filter("building", N_("Building"), (everything, *buildings)),
            Filter("from", N_("Asked for from"), is_day=True),
            Filter("to", N_("to"), is_day=True),
            Filter("reference", N_("Reference")),
        ]

    def _wanted(self, query: Query) -> Wanted:
        state = query.value("state")
        return Wanted(
            states=(state,) if state else (),
            since=self.pages.begin(query.day("from")),
            before=self.pages.begin(query.day("to"), days=1),
            building=query.value("building"),
            reference=tidy_reference(query.value("reference")),
        )

    def _columns(
        self, words: Words, voice: Voice, names: Mapping[str, Fact]
    ) -> list[Column[ListedDeposit]]:
        return [
            Column(
                "reference",
                N_("Reference"),
                lambda row: row.reference,
                link=lambda row: f"{PATH}/{row.reference}",
            ),
            Column(
                "state",
                N_("State"),
                lambda row: row.state,
                lambda row: words(STATE_NAMES[row.state]),
                is_sorted=True,
                is_badge=True,
            ),
            Column(
                "amount",
                N_("Amount"),
                lambda row: yuan(row.amount_fen),
                lambda row: voice.money(row.amount_fen),
                is_sorted=True,
                is_number=True,
            ),
            Column(
                "ordered_at",
                N_("Asked for"),
                lambda row: row.ordered_at.isoformat(),
                lambda row: voice.moment(row.ordered_at),
                is_sorted=True,
            ),
            Column(
                "expires_at",
                N_("Flat held until"),
                lambda row: row.expires_at.isoformat(),
                lambda row: voice.moment(row.expires_at),
            ),
            Column(
                "building",
                N_("Building"),
                lambda row: row.building_id,
                lambda row: voice.fact(names.get(row.building_id, row.building_id)),
            ),
            Column("flat", N_("Flat"), lambda row: row.flat_id),
            Column(
                "case",
                N_("Case"),
                lambda row: row.case,
                link=lambda row: f"{BASE}/cases/{row.case}" if row.case else "",
            ),
        ]

    async def _export(
        self,
        request: web.Request,
        signed: Signed,
        query: Query,
        wanted: Wanted,
        columns: list[Column[ListedDeposit]],
    ) -> web.StreamResponse:
        if not signed.may("export"):
            return await self.guard.refuse(request, signed, "role")
        now = self.pages.now()

        def read(tx: Transaction) -> list[ListedDeposit]:
            self.audit.write(tx, signed.actor, "exported", "deposits", now, format=query.format)
            return deposits_page(tx, wanted, MOST_EXPORTED)[0]

        rows = await self.database.write(read)
        return await asyncio.to_thread(export, columns, rows, query.format, "deposits")

    # a day

    async def day(self, request: web.Request, signed: Signed) -> web.StreamResponse:
        """The lines of one day at the centre, with their sums by building."""
        words, voice = self.pages.words[signed.language], self.pages.voices[signed.language]
        typed = request.query.get("day", "") or self.pages.today().isoformat()
        try:
            day = date.fromisoformat(typed)
        except ValueError as error:
            raise Malformed("day is no day") from error
        start, end = self.pages.begin(day), self.pages.begin(day, days=1)
        assert start is not None
        assert end is not None
        found = await self.database.read(lambda tx: ledger.day(tx, start, end))
        if kind := request.query.get("format"):
            columns = self._day_columns(words, voice)
            return export(columns, found.lines, "csv" if kind == "csv" else "json", f"day-{day}")
        names = await self.database.read(building_names)
        return self.pages.render(
            request,
            signed,
            "deposit_day.html",
            day=day,
            lines=found.lines,
            sums=found.sums,
            received=sum(one.amount_fen for one in found.sums if one.kind in ledger.RECEIVED),
            refunded=-sum(one.amount_fen for one in found.sums if one.kind == ledger.REFUNDED),
            building_names=names,
            line_names=LINE_NAMES,
        )

    def _day_columns(self, words: Words, voice: Voice) -> list[Column[ledger.DayLine]]:
        return [
            Column("at", "", lambda row: row.line.at.astimezone(self.pages.zone).isoformat()),
            Column("reference", "", lambda row: row.line.reference),
            Column("kind", "", lambda row: row.line.kind),
            Column("amount", "", lambda row: yuan(row.line.amount_fen)),
            Column("building", "", lambda row: row.building_id),
            Column("flat", "", lambda row: row.line.flat_id),
            Column("by", "", lambda row: row.line.who),
        ]


def yuan(fen: int) -> str:
    """An amount as files hold it: yuan with two decimals, exact."""
    sign = "-" if fen < 0 else ""
    return f"{sign}{abs(fen) // FEN}.{abs(fen) % FEN:02d}"

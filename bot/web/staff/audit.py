"""The audit log as staff search it: who looked at what, and who did what."""

import asyncio
from dataclasses import dataclass, field
from datetime import datetime, time, timedelta

from aiohttp import web

from bot.services.audit import AuditLog
from bot.services.staff import Signed
from bot.store.audit import NEWEST, Entry, Wanted, entries
from bot.store.database import Database
from bot.web.request import whole
from bot.web.staff.audit_words import ACTIONS, action_words, detail_words, role_words
from bot.web.staff.guard import Form, Guard
from bot.web.staff.lists import PAGE, Column, Filter, Listing, Query, export, read_query
from bot.web.staff.page import BASE, Pages, back
from bot.web.staff.words import N_, Words

PLACE = f"{BASE}/audit"
MOST_ROWS = 50_000
"""Entries of one export: some twenty megabytes. Who needs more asks for fewer days at a time."""
MOST_SHOWN = 20
"""Ids of unsound entries that a page names."""
DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class AuditPages:
    """The handlers of the section Audit log."""

    database: Database
    audit: AuditLog
    guard: Guard
    pages: Pages
    checking: asyncio.Lock = field(default_factory=asyncio.Lock)

    def routes(self) -> list[web.RouteDef]:
        """The door's routes."""
        return [
            web.get(PLACE, self.guard.look("audit", self.page)),
            web.post(f"{PLACE}/check", self.guard.act("audit", self.check)),
        ]

    async def page(self, request: web.Request, signed: Signed) -> web.StreamResponse:
        """A part of the log, the newest first."""
        query = read_query(request, _filters(self.pages.words[signed.language]), (), "id")
        before, wanted = whole(request, "before", 0) or NEWEST, self._wanted(query)
        if query.format and signed.may("export"):
            return await self._exported(signed, query.format, wanted)
        found = await self.database.read(lambda tx: entries(tx, wanted, PAGE + 1, before))
        return self._shown(request, signed, query, found)

    def _shown(
        self, request: web.Request, signed: Signed, query: Query, found: list[Entry]
    ) -> web.Response:
        """A page of entries; one entry more says that there are older ones."""
        rows, words = found[:PAGE], self.pages.words[signed.language]
        filters, may_export = _filters(words), signed.may("export")
        listing = Listing(query, self._columns(signed), filters, rows, len(rows), may_export)
        older = query.address(before=rows[-1].id) if len(found) > PAGE else ""
        is_newest = "before" not in request.query
        return self.pages.render(
            request, signed, "audit.html", listing=listing, older=older, is_newest=is_newest
        )

    def _wanted(self, query: Query) -> Wanted:
        since, until = query.day("since"), query.day("until")
        return Wanted(
            query.value("who"),
            query.value("action"),
            query.value("about"),
            datetime.combine(since, time.min, self.pages.zone) if since else None,
            datetime.combine(until, time.min, self.pages.zone) + DAY if until else None,
        )

    def _columns(self, signed: Signed) -> list[Column[Entry]]:
        words, voice = self.pages.words[signed.language], self.pages.voices[signed.language]
        return [
            Column("id", N_("No."), lambda one: one.id, is_number=True),
            Column("at", N_("When"), lambda one: one.at, lambda one: voice.moment(one.at)),
            Column("who", N_("Who"), lambda one: one.who),
            Column(
                "role", N_("Role"), lambda one: one.role, lambda one: role_words(words, one.role)
            ),
            Column(
                "action",
                N_("What"),
                lambda one: one.action,
                lambda one: action_words(words, one.action),
            ),
            Column("about", N_("About"), lambda one: one.about),
            Column(
                "details",
                N_("Details"),
                lambda one: one.details,
                lambda one: detail_words(words, one.details),
            ),
        ]

    async def _exported(self, signed: Signed, kind: str, wanted: Wanted) -> web.Response:
        rows = await self.database.read(lambda tx: entries(tx, wanted, MOST_ROWS))
        now, said = self.pages.now(), {"format": kind, "rows": len(rows)}
        await self.database.write(
            lambda tx: self.audit.write(tx, signed.actor, "exported", "audit", now, **said)
        )
        columns = self._columns(signed)
        return await asyncio.to_thread(export, columns, rows, kind, "audit")

    async def check(self, request: web.Request, signed: Signed, form: Form) -> web.StreamResponse:
        """Read the whole log and say whether it is sound; one at a time, since that takes long."""
        async with self.checking:
            unsound = await self.database.read(self.audit.unsound)
        now = self.pages.now()
        await self.database.write(
            lambda tx: self.audit.write(
                tx, signed.actor, "checked_log", "audit", now, unsound=len(unsound)
            )
        )
        if not unsound:
            return back(PLACE, "log_sound")
        ids = ", ".join(map(str, unsound[:MOST_SHOWN]))
        return self.pages.render(
            request, signed, "unsound.html", ids=ids, more=max(0, len(unsound) - MOST_SHOWN)
        )


def _filters(words: Words) -> list[Filter]:
    actions = sorted(((one, words(name)) for one, name in ACTIONS.items()), key=lambda one: one[1])
    return [
        Filter("who", N_("Who")),
        Filter("action", N_("What"), [("", words(N_("All"))), *actions]),
        Filter("about", N_("About (a reference, a flat, a name)")),
        Filter("since", N_("From"), is_day=True),
        Filter("until", N_("To"), is_day=True),
    ]

"""The answers as staff look at them: how often each is told, whether it helps, what is added."""

import asyncio
from dataclasses import dataclass, replace
from datetime import date, timedelta

from aiohttp import web

from bot.content.faq.export import plan_export
from bot.content.faq.overlay import AddedWay, holds
from bot.runner.refresh import Refresh
from bot.services.additions import Additions, added_of
from bot.services.audit import AuditLog
from bot.services.became import Became
from bot.services.staff import Signed
from bot.store.additions import WAY, Addition, in_force
from bot.store.answers import Tally, tallies
from bot.store.database import Database
from bot.web.staff.answer_list import Row, answer_list, rows_of
from bot.web.staff.guard import Form, Guard
from bot.web.staff.lists import PAGE, Listing, export
from bot.web.staff.names import Names, names_for
from bot.web.staff.page import BASE, Pages, back
from bot.web.staff.questions import numbers

PLACE = f"{BASE}/answers"
COUNTED = 30
"""Days of which the figures are."""


@dataclass(frozen=True, slots=True)
class Shown:
    """An addition as its entry's page shows it."""

    kept: Addition
    text: str
    is_written: bool


@dataclass(frozen=True, slots=True)
class Answers:
    """The handlers of the answers' pages."""

    guard: Guard
    pages: Pages
    database: Database
    refresh: Refresh
    additions: Additions
    audit: AuditLog

    def routes(self) -> list[web.RouteDef]:
        """The door's routes."""
        look, act = self.guard.look, self.guard.act
        return [
            web.get(PLACE, look("answers", self.page)),
            web.post(f"{PLACE}/tidy", act("answers", self.tidy)),
            web.get(f"{BASE}/additions.yaml", look("answers", self.file)),
            web.get(f"{PLACE}/{{entry}}", look("answers", self.one)),
            web.post(f"{PLACE}/{{entry}}/remove", act("answers", self.remove)),
        ]

    async def page(self, request: web.Request, signed: Signed) -> web.StreamResponse:
        """Every answer, those first that somebody has to look at again."""
        names, today, days = self._names(signed), self.pages.today(), self._days()
        counted = await self.database.read(lambda tx: tallies(tx, days))
        added = await self.database.read(in_force)
        library = self.refresh.content.library

        def listed() -> Listing[Row]:
            return answer_list(
                request, rows_of(library, counted, added, names), library, names, today
            )

        listing = await asyncio.to_thread(listed)
        if listing.query.format:
            return export(listing.columns, listing.rows, listing.query.format, "answers")
        begin = listing.query.offset
        return self.pages.render(
            request,
            signed,
            "answers.html",
            listing=replace(listing, rows=listing.rows[begin : begin + PAGE]),
            additions=len(added),
            written=sum(holds(self.refresh.written, added_of(one)) for one in added),
        )

    async def one(self, request: web.Request, signed: Signed) -> web.StreamResponse:
        """One answer with its words in each language, and what was added to it."""
        names, entry = self._names(signed), request.match_info["entry"]
        library, days = self.refresh.content.library, self._days()
        facts = next((one for one in library.facts() if one.entry == entry), None)
        if facts is None:
            raise web.HTTPNotFound
        counted = await self.database.read(lambda tx: tallies(tx, days, entry))
        added = [one for one in await self.database.read(in_force) if one.entry == entry]
        return self.pages.render(
            request,
            signed,
            "answer.html",
            facts=facts,
            title=names.text(names.catalogue.faq.entries[entry].title),
            category=names.text(names.catalogue.faq.categories[facts.category].title),
            words=[
                (code, library.wordings[code][entry])
                for code in names.catalogue.languages
                if entry in library.wordings.get(code, {})
            ],
            counts=[
                (code, counted.get((entry, code), Tally()))
                for code in names.catalogue.languages
                if entry in library.wordings.get(code, {}) or (entry, code) in counted
            ],
            additions=[self._shown(one) for one in added],
            names=names,
        )

    def _shown(self, kept: Addition) -> Shown:
        added = added_of(kept)
        text = added.text if isinstance(added, AddedWay) else ""
        return Shown(kept, text, holds(self.refresh.written, added))

    async def remove(self, request: web.Request, signed: Signed, form: Form) -> web.StreamResponse:
        """Let an addition answer no longer."""
        entry, ids = request.match_info["entry"], numbers([form.get("addition", "")])
        here = f"{PLACE}/{entry}"
        if entry not in self.refresh.content.catalogue.faq.entries:
            raise web.HTTPNotFound
        if "sure" not in form:
            return back(here, "not_ticked")
        now, remove = self.pages.now(), self.additions.remove
        became = await self.database.write(lambda tx: remove(tx, entry, ids[0], signed.actor, now))
        is_gone = became is Became.DONE and form.get("kind") != WAY
        return back(PLACE if is_gone else here, became.value)

    async def tidy(self, request: web.Request, signed: Signed, form: Form) -> web.StreamResponse:
        """Remove what the files hold by now."""
        if "sure" not in form:
            return back(PLACE, "not_ticked")
        now, tidy, written = self.pages.now(), self.additions.tidy, self.refresh.written
        became = await self.database.write(lambda tx: tidy(tx, written, signed.actor, now))
        return back(PLACE, became.value)

    async def file(self, request: web.Request, signed: Signed) -> web.StreamResponse:
        """What is added and not in the files yet, as YAML by file and entry."""
        now = self.pages.now()
        added = await self.database.read(in_force)
        await self.database.write(
            lambda tx: self.audit.write(
                tx, signed.actor, "exported", "additions", now, rows=len(added)
            )
        )
        languages = tuple(self.refresh.content.catalogue.languages)
        plan = plan_export(self.refresh.written, languages, [added_of(one) for one in added])
        return web.Response(
            text=plan.as_yaml(),
            content_type="application/yaml",
            charset="utf-8",
            headers={
                "Content-Disposition": 'attachment; filename="additions.yaml"',
                "Cache-Control": "no-store",
            },
        )

    def _days(self) -> list[date]:
        """The days of which the figures are, today included."""
        return [self.pages.today() - timedelta(days=n) for n in range(COUNTED)]

    def _names(self, signed: Signed) -> Names:
        return names_for(self.pages, self.refresh.content.catalogue, signed)

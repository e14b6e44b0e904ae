"""The page where staff write a new answer to questions that have none."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from aiohttp import web

from bot.runner.refresh import Refresh
from bot.services.additions import Additions
from bot.services.became import Became
from bot.services.grouping import MOST
from bot.services.staff import Signed
from bot.store.database import Database
from bot.store.questions import OPEN, KeptQuestion, find
from bot.web.staff.answer_form import Typed, read_answer, typed_in
from bot.web.staff.guard import Form, Guard
from bot.web.staff.names import names_for
from bot.web.staff.page import Pages, back
from bot.web.staff.questions import PLACE, ids_of, numbers

HERE = f"{PLACE}/answer"


@dataclass(frozen=True, slots=True)
class NewAnswer:
    """The handlers of the form for a new answer."""

    guard: Guard
    pages: Pages
    database: Database
    refresh: Refresh
    additions: Additions

    def routes(self) -> list[web.RouteDef]:
        """The door's routes."""
        return [
            web.get(HERE, self.guard.look("answers", self.blank)),
            web.post(HERE, self.guard.act("answers", self.add)),
        ]

    async def blank(self, request: web.Request, signed: Signed) -> web.StreamResponse:
        """The form, with what was asked as ways of asking."""
        ids = numbers([one for one in request.query.get("ids", "").split(",") if one][:MOST])
        asked = await self._asked(ids)
        if len(asked) < len(ids):
            raise web.HTTPNotFound
        if any(one.state != OPEN for one in asked):
            return back(PLACE, "not_open")
        typed = {code: Typed(code) for code in self._languages(asked, signed)}
        for code in typed:
            ways = [self.additions.words(one) for one in asked if one.language == code]
            typed[code] = Typed(code, ways="\n".join(ways))
        review_by = self._next_year().isoformat()
        return self._shown(request, signed, ids, typed, {"review_by": review_by}, ())

    async def add(self, request: web.Request, signed: Signed, form: Form) -> web.StreamResponse:
        """Add the answer, and settle the questions."""
        ids, content = ids_of(form), self.refresh.content
        languages = self._languages(await self._asked(ids), signed)
        typed = {code: typed_in(form, code) for code in languages}
        names = names_for(self.pages, content.catalogue, signed)
        today = self.pages.today()
        new, problems = read_answer(form, typed, content.catalogue, today, names.words)
        if new is None:
            return self._shown(request, signed, ids, typed, form, problems)
        now, add, taken = self.pages.now(), self.additions.add_entry, content.catalogue.faq.entries
        became = await self.database.write(
            lambda tx: add(tx, new, ids, taken.keys(), signed.actor, now)
        )
        return back(PLACE, "answer_added" if became is Became.DONE else became.value)

    async def _asked(self, ids: Sequence[int]) -> list[KeptQuestion]:
        return await self.database.read(lambda tx: find(tx, ids)) if ids else []

    def _languages(self, asked: Sequence[KeptQuestion], signed: Signed) -> list[str]:
        """In which an answer can be written: those of the questions first, then the whole ones."""
        known = self.refresh.content.catalogue
        wanted = (*(one.language for one in asked), signed.language, *known.whole_languages)
        return [one for one in dict.fromkeys(wanted) if one in known.languages]

    def _next_year(self) -> date:
        today = self.pages.today()
        return today.replace(year=today.year + 1, day=min(today.day, 28))

    def _shown(
        self,
        request: web.Request,
        signed: Signed,
        ids: Sequence[int],
        typed: Mapping[str, Typed],
        form: Mapping[str, str],
        problems: Sequence[str],
    ) -> web.StreamResponse:
        names = names_for(self.pages, self.refresh.content.catalogue, signed)
        categories = names.catalogue.faq.categories.values()
        return self.pages.render(
            request,
            signed,
            "new_answer.html",
            422 if problems else 200,
            ids=ids,
            typed=list(typed.values()),
            form=form,
            categories=[(one.id, names.text(one.title)) for one in categories],
            problems_found=problems,
            names=names,
        )

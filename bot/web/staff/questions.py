"""The questions that were not answered: staff say what each of them means."""

import asyncio
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from aiohttp import web

from bot.runner.refresh import Refresh
from bot.services.additions import Additions
from bot.services.became import Became
from bot.services.grouping import Group, Worded, grouped
from bot.services.staff import Signed
from bot.store.database import Database, Transaction
from bot.store.questions import ASIDE, OPEN, KeptQuestion, newest
from bot.web.request import Malformed
from bot.web.staff.guard import Form, Guard
from bot.web.staff.lists import Filter, Listing, Query, read_query
from bot.web.staff.names import Names, names_for
from bot.web.staff.page import BASE, Pages, back
from bot.web.staff.words import N_

PLACE = f"{BASE}/questions"
NEWEST = 500
"""Questions looked at: more than staff settle in a day."""
SHOWN = 20
"""Groups on a page: each is searched for anew."""
OUTCOMES = {"unknown": N_("Nothing was found"), "missed": N_("Something else was meant")}
STATES = {OPEN: N_("Open"), ASIDE: N_("Put aside")}
LONGEST_ID = 15
"""Digits of a question's number."""


@dataclass(frozen=True, slots=True)
class Shown:
    """A group of questions with the entries that may be meant, each with its title."""

    group: Group
    nearest: tuple[tuple[str, str], ...]


class Nearest:
    """Finds the entries a question may mean, each question once until the answers change."""

    def __init__(self, refresh: Refresh) -> None:
        self._refresh = refresh
        self._content = refresh.content
        self._found: dict[int, tuple[str, ...]] = {}

    def to(self, one: Worded) -> tuple[str, ...]:
        """The entries, the likeliest first, without those that were not meant."""
        if self._content is not self._refresh.content or len(self._found) > NEWEST:
            self._content, self._found = self._refresh.content, {}
        if one.kept.id not in self._found:
            finder = self._content.catalogue.faq.finder
            found = finder.find(one.words, one.kept.language).entries
            self._found[one.kept.id] = tuple(scored.entry for scored in found)
        wrong = one.kept.entries.split() if one.kept.outcome == "missed" else []
        return tuple(entry for entry in self._found[one.kept.id] if entry not in wrong)


@dataclass(frozen=True, slots=True)
class Questions:
    """The handlers of the list of questions."""

    guard: Guard
    pages: Pages
    database: Database
    refresh: Refresh
    additions: Additions
    nearest: Nearest

    def routes(self) -> list[web.RouteDef]:
        """The door's routes."""
        act = self.guard.act
        return [
            web.get(PLACE, self.guard.look("answers", self.page)),
            web.post(f"{PLACE}/way", act("answers", self.add_ways)),
            web.post(f"{PLACE}/aside", act("answers", self.put_aside)),
            web.post(f"{PLACE}/open", act("answers", self.reopen)),
        ]

    async def page(self, request: web.Request, signed: Signed) -> web.StreamResponse:
        """The newest questions in groups, with the answers they may mean."""
        names = names_for(self.pages, self.refresh.content.catalogue, signed)
        filters = _filters(names)
        query = read_query(request, filters, (), "")
        state = query.value("state") or OPEN
        kept = await self.database.read(lambda tx: newest(tx, state, NEWEST))
        wanted = [one for one in kept if _is_wanted(one, query)]
        groups = await asyncio.to_thread(self._grouped, wanted)
        begin = (query.page - 1) * SHOWN
        rows = await asyncio.to_thread(self._shown, groups[begin : begin + SHOWN], names)
        return self.pages.render(
            request,
            signed,
            "questions.html",
            listing=Listing(query, (), filters, rows, len(groups)),
            pages=max(1, -(-len(groups) // SHOWN)),
            state=state,
            outcomes=OUTCOMES,
            names=names,
            entries=[
                (one.id, names.text(one.title)) for one in names.catalogue.faq.entries.values()
            ],
        )

    def _grouped(self, kept: Sequence[KeptQuestion]) -> list[Group]:
        return grouped([Worded(one, self.additions.words(one)) for one in kept])

    def _shown(self, groups: Sequence[Group], names: Names) -> list[Shown]:
        return [Shown(group, tuple(self._nearest(group.first, names))) for group in groups]

    def _nearest(self, one: Worded, names: Names) -> Iterator[tuple[str, str]]:
        known = names.catalogue.faq.entries
        for entry in self.nearest.to(one):
            if entry in known:
                yield entry, names.text(known[entry].title)

    async def add_ways(
        self, request: web.Request, signed: Signed, form: Form
    ) -> web.StreamResponse:
        """Make questions ways of asking an entry."""
        entry = form.get("other", "").strip() or form.get("entry", "")
        if entry not in self.refresh.content.catalogue.faq.entries:
            return back(PLACE, "no_answer")
        now, add = self.pages.now(), self.additions.add_ways
        return await self._settled(
            form, lambda tx, ids: add(tx, ids, entry, signed.actor, now), "way_added"
        )

    async def put_aside(
        self, request: web.Request, signed: Signed, form: Form
    ) -> web.StreamResponse:
        """Say that questions need no answer."""
        now, put = self.pages.now(), self.additions.put_aside
        return await self._settled(form, lambda tx, ids: put(tx, ids, signed.actor, now))

    async def reopen(self, request: web.Request, signed: Signed, form: Form) -> web.StreamResponse:
        """Let questions that were put aside wait again."""
        now, reopen = self.pages.now(), self.additions.reopen
        return await self._settled(form, lambda tx, ids: reopen(tx, ids, signed.actor, now))

    async def _settled(
        self, form: Form, work: Callable[[Transaction, list[int]], Became], said: str = "done"
    ) -> web.StreamResponse:
        ids = ids_of(form)
        if not ids:
            return back(PLACE, "no_words")
        became = await self.database.write(lambda tx: work(tx, ids))
        return back(PLACE, said if became is Became.DONE else became.value)


def ids_of(form: Form) -> list[int]:
    """The numbers of the questions that are ticked in a form."""
    return numbers([name.removeprefix("q-") for name in form if name.startswith("q-")])


def numbers(typed: Sequence[str]) -> list[int]:
    """The numbers of questions, as an address or a form has them."""
    if not all(one.isascii() and one.isdigit() and len(one) <= LONGEST_ID for one in typed):
        raise Malformed("no number of a question")
    return sorted({int(one) for one in typed})


def _is_wanted(one: KeptQuestion, query: Query) -> bool:
    language, outcome = query.value("language"), query.value("outcome")
    return language in ("", one.language) and outcome in ("", one.outcome)


def _filters(names: Names) -> list[Filter]:
    words = names.words
    languages = [(code, one.name) for code, one in names.catalogue.languages.items()]
    outcomes = [(name, words(label)) for name, label in OUTCOMES.items()]
    return [
        Filter("language", N_("Language"), [("", words("All")), *languages]),
        Filter("outcome", N_("What was shown"), [("", words("All")), *outcomes]),
        Filter("state", N_("State"), [(name, words(label)) for name, label in STATES.items()]),
    ]

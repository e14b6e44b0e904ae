"""The first page of the console: how things stand."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from aiohttp import web

from bot.channels.channel import Channel
from bot.engine.catalogue import Catalogue
from bot.services.staff import Signed
from bot.store import overview as store
from bot.store.case_list import CaseCounts, count_cases
from bot.store.database import Database, Transaction
from bot.store.funnel import Passage, places, reached
from bot.store.questions import count_open
from bot.web.staff.guard import Guard
from bot.web.staff.names import names_for
from bot.web.staff.overview_funnel import FunnelQuery, funnel_of, funnel_query
from bot.web.staff.overview_tiles import cases_of, deliveries_of, purses_of
from bot.web.staff.page import BASE, Pages

FAILED_WITHIN = timedelta(days=7)


@dataclass(frozen=True, slots=True)
class Figures:
    """Everything the page shows, read at one moment."""

    cases: CaseCounts
    failures: list[store.Failure]
    due: Mapping[str, int]
    held: Mapping[str, int]
    to_fetch: int
    purses: Mapping[str, store.Purses]
    office: store.Office
    questions: int
    passages: list[Passage]
    standing: Mapping[str, int]


@dataclass(frozen=True, slots=True)
class Overview:
    """The handlers of the overview."""

    guard: Guard
    pages: Pages
    database: Database
    catalogue: Catalogue
    channels: Mapping[str, Channel]

    def routes(self) -> list[web.RouteDef]:
        """The door's routes."""
        return [web.get(BASE, self.guard.look("overview", self.page))]

    async def page(self, request: web.Request, signed: Signed) -> web.StreamResponse:
        """How things stand."""
        names = names_for(self.pages, self.catalogue, signed)
        asked = funnel_query(request, names, tuple(self.channels), self.pages.today())
        now, today = self.pages.now(), self.pages.today()
        tonight = datetime.combine(today + timedelta(days=1), time(), self.pages.zone)
        figures = await self.database.read(lambda tx: _figures(tx, asked, now, tonight, today))
        metered = [one.name for one in self.channels.values() if one.is_metered]
        return self.pages.render(
            request,
            signed,
            "overview.html",
            figures=figures,
            cases=cases_of(figures.cases.by_flow, names),
            deliveries=deliveries_of(figures.due, figures.held, figures.failures, names),
            purses=purses_of(figures.purses, metered, names),
            funnel=funnel_of(asked, figures.passages, figures.standing, names),
        )


def _figures(
    tx: Transaction, asked: FunnelQuery, now: datetime, tonight: datetime, today: date
) -> Figures:
    flow = asked.flow.name if asked.flow else ""
    return Figures(
        cases=count_cases(tx, today),
        failures=store.failures(tx, now - FAILED_WITHIN),
        due=store.due_now(tx, now),
        held=store.held_back(tx),
        to_fetch=store.files_to_fetch(tx),
        purses=store.purses_by_channel(tx, now, tonight),
        office=store.office(tx, now, tonight),
        questions=count_open(tx),
        passages=reached(tx, flow, asked.since, today),
        standing=places(tx),
    )

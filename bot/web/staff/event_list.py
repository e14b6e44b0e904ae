"""The list of events: coming, past or hidden, of one kind or all."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from aiohttp import web

from bot.services.event_facts import title
from bot.services.event_items import said_of
from bot.services.staff import Signed
from bot.store.events import SORTS, CalendarEvent, Wanted, events_page
from bot.web.staff.event_parts import EVENTS, KIND_NAMES, SEE, STATES, EventParts
from bot.web.staff.lists import PAGE, Column, Filter, Listing, export, read_query
from bot.web.staff.page import Voice
from bot.web.staff.words import N_, Words

MOST_EXPORTED = 10_000


@dataclass(frozen=True, slots=True)
class EventListDoor:
    """The handler of the list."""

    parts: EventParts

    def routes(self) -> list[web.RouteDef]:
        """The door's routes."""
        return [web.get(EVENTS, self.parts.guard.look(SEE, self.page))]

    async def page(self, request: web.Request, signed: Signed) -> web.StreamResponse:
        """The events: filtered, sorted, a page of them, or all as a file."""
        words, voice = self.parts.words(request, signed), self.parts.voice(request, signed)
        filters = _filters(words)
        query = read_query(request, filters, SORTS, "starts_at")
        state = query.value("state") or "coming"
        wanted, now = Wanted("" if state == "all" else state, query.value("kind")), self._now()
        limit, offset = (MOST_EXPORTED, 0) if query.format else (PAGE, query.offset)
        rows, total = await self.parts.database.read(
            lambda tx: events_page(
                tx, wanted, now, limit, offset, query.sort, descending=query.is_down
            )
        )
        columns = self._columns(words, voice, now)
        if query.format:
            return export(columns, rows, query.format, "events")
        listing = Listing(query, columns, filters, rows, total, may_export=True)
        return self.parts.pages.render(
            request, signed, "events.html", listing=listing, part="events"
        )

    def _now(self) -> datetime:
        return self.parts.pages.now()

    def _columns(self, words: Words, voice: Voice, now: datetime) -> list[Column[CalendarEvent]]:
        zone = self.parts.zone

        def place(event: CalendarEvent) -> str:
            words = event.words.get("place")
            return voice.fact({"names": dict(words)}) if words else ""

        def state(event: CalendarEvent) -> str:
            if not event.is_shown:
                return "hidden"
            return "coming" if event.ends_at > now else "past"

        return [
            Column(
                "title",
                N_("Title"),
                lambda row: voice.fact(title(row)),
                link=lambda row: f"{EVENTS}/{row.id}",
            ),
            _time("starts_at", N_("Starts at"), lambda row: said_of(row, zone)["starts"]),
            Column("ends", N_("Ends at"), lambda row: said_of(row, zone)["ends"]),
            Column(
                "kind",
                N_("Kind"),
                lambda row: row.kind,
                cell=lambda row: words(KIND_NAMES.get(row.kind, row.kind)),
                is_sorted=True,
            ),
            Column("place", N_("Venue"), place),
            Column(
                "state",
                N_("State"),
                state,
                cell=lambda row: words(STATES[state(row)]),
                is_badge=True,
            ),
        ]


def _time(name: str, label: str, raw: Callable[[CalendarEvent], str]) -> Column[CalendarEvent]:
    return Column(name, label, raw, is_sorted=True)


def _filters(words: Words) -> list[Filter]:
    states = [(name, words(STATES[name])) for name in STATES]
    kinds = [(name, words(called)) for name, called in KIND_NAMES.items()]
    return [
        Filter("state", N_("State"), [*states, ("all", words(N_("All")))]),
        Filter("kind", N_("Kind"), [("", words(N_("All"))), *kinds]),
    ]

"""Events for people's own calendars: one, or all that are coming as a calendar to follow."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from aiohttp import web

from bot.content.render import Renderer
from bot.engine.catalogue import Catalogue
from bot.services.event_calendar import calendar_of
from bot.services.event_times import span_of
from bot.store.database import Database
from bot.store.events import CalendarEvent, find_event, shown_events

MOST_FOLLOWED = 500
CALLED = "centre.short_name"
"""The fact that calendars are called by."""


@dataclass(frozen=True, slots=True)
class EventsDoor:
    """The handlers of calendars; whatever is not hidden is public."""

    database: Database
    catalogue: Catalogue
    renderer: Renderer
    zone: ZoneInfo
    now: Callable[[], datetime]

    def routes(self) -> list[web.RouteDef]:
        """The door's routes."""
        return [
            web.get("/events.ics", self.all),
            web.get(r"/events/{id:[1-9][0-9]{0,15}}.ics", self.one),
        ]

    async def one(self, request: web.Request) -> web.StreamResponse:
        """One event."""
        event_id = int(request.match_info["id"])
        event = await self.database.read(lambda tx: find_event(tx, event_id))
        if event is None or not event.is_shown:
            raise web.HTTPNotFound
        return self._answer(request, [event], f"event-{event_id}")

    async def all(self, request: web.Request) -> web.StreamResponse:
        """What is on in the coming year."""
        begin, end = span_of("", self.now(), self.zone)
        found = await self.database.read(lambda tx: shown_events(tx, begin, end, MOST_FOLLOWED))
        return self._answer(request, found, "events")

    def _answer(
        self, request: web.Request, events: Iterable[CalendarEvent], name: str
    ) -> web.Response:
        asked, known = request.query.get("language", ""), self.catalogue.languages
        voice = self.renderer.voice(asked if asked in known else next(iter(known)))
        title = voice.fact(self.catalogue.facts.get(CALLED, name))
        return web.Response(
            body=calendar_of(events, title, voice.fact, self.zone, self.now()),
            content_type="text/calendar",
            charset="utf-8",
            headers={"Content-Disposition": f'attachment; filename="{name}.ics"'},
        )

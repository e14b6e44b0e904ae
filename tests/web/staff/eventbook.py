"""What staff do on the pages of events, and what of it is kept."""

from bot.store.events import CalendarEvent, Wanted, events_page, find_event
from tests.web.server import Server
from tests.web.staff.clerks import Clerk, Page
from tests.web.staff.stockroom import uploads

EVENTS = "/staff/events"
IMPORT = f"{EVENTS}/import"
SWAN = {
    "kind": "performance",
    "start_day": "2026-12-05",
    "start_time": "19:30",
    "end_day": "2026-12-05",
    "end_time": "21:30",
    "title.en": "Swan Lake",
    "title.zh_Hans": "天鹅湖",
    "place.en": "Sample Theatre",
    "link": "https://tickets.example.org/swan",
    "needs_id": "yes",
    "shown": "yes",
}


def kept(server: Server) -> list[CalendarEvent]:
    """Every event, the first that begins first."""
    return server.app.database.look(lambda tx: events_page(tx, Wanted(), server.clock(), 2000)[0])


def found(server: Server, event_id: int) -> CalendarEvent:
    """One event."""
    event = server.app.database.look(lambda tx: find_event(tx, event_id))
    assert event is not None
    return event


async def enters(one: Clerk, **changes: str) -> Page:
    """Enter the ballet, with some fields changed."""
    return await one.sends(f"{EVENTS}/new", f"{EVENTS}/new", **{**SWAN, **changes})


async def saves(one: Clerk, at: str, **changes: str) -> Page:
    """Save the ballet's page, with some fields changed."""
    page = await one.gets(at)
    given = {"csrf": page.field("csrf"), "revision": page.field("revision"), **SWAN}
    return await one.posts(at, None, **{**given, **changes})


async def checks(one: Clerk, content: str | bytes) -> Page:
    """Have a file of events checked."""
    given = content.encode() if isinstance(content, str) else content
    return await uploads(one, IMPORT, IMPORT, given)


async def imports(one: Clerk, content: str | bytes) -> Page:
    """Import a file of events as it was shown."""
    page = await checks(one, content)
    given = {"csrf": page.field("csrf"), "proposal": page.field("proposal")}
    return await one.posts(f"{IMPORT}/apply", None, **given)

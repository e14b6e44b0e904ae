"""Writes events as an iCalendar file, by which people have them in their own calendar."""

from collections.abc import Callable, Iterable
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from icalendar import Calendar, Event

from bot.engine.model import Fact
from bot.services.event_facts import TOLD, days_of, title
from bot.store.events import CalendarEvent

Say = Callable[[Fact], str]
"""Says a fact in the language of who asks."""
REFRESH = timedelta(hours=6)
"""How often calendars that follow us look again."""


def calendar_of(
    events: Iterable[CalendarEvent], name: str, say: Say, zone: ZoneInfo, now: datetime
) -> bytes:
    """Events as one calendar; `name` is what calendars that follow it call it."""
    calendar = Calendar()
    calendar.add("prodid", "-//talent-bot//events//EN")
    calendar.add("version", "2.0")
    calendar.add("x-wr-calname", name)
    calendar.add("refresh-interval", REFRESH, parameters={"value": "DURATION"})
    for event in events:
        calendar.add_component(_component(event, say, zone, now))
    calendar.add_missing_timezones()
    return bytes(calendar.to_ical())


def _component(event: CalendarEvent, say: Say, zone: ZoneInfo, now: datetime) -> Event:
    component = Event()
    component.add("uid", event.uid or f"event-{event.id}@talent-bot")
    component.add("dtstamp", now)
    component.add("sequence", event.revision)
    component.add("summary", say(title(event)))
    if event.is_all_day:
        first, last = days_of(event, zone)
        component.add("dtstart", first)
        component.add("dtend", last + timedelta(days=1))
    else:
        component.add("dtstart", event.starts_at.astimezone(zone))
        component.add("dtend", event.ends_at.astimezone(zone))
    told = {name: say({"names": dict(words)}) for name in TOLD if (words := event.words.get(name))}
    if place := told.pop("place", ""):
        component.add("location", place)
    if told:
        component.add("description", "\n".join(told.values()))
    if event.link:
        component.add("url", event.link)
    return component

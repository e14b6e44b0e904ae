"""How an event is told: its facts for a card, and a line of the month's overview."""

from datetime import date, datetime, timedelta, tzinfo

from bot.engine.model import Fact, Offer
from bot.services.event_times import DAY
from bot.store.events import CalendarEvent

TOLD = ("place", "metro", "price", "spoken", "about")
"""Words of an event that its card shows, where it has them."""
FREE: Fact = {"phrase": "event_free"}


def title(event: CalendarEvent) -> Fact:
    """An event's name."""
    return {"names": dict(event.words["title"])}


def offer_of(event: CalendarEvent, zone: tzinfo, calendar: str) -> Offer:
    """An event as a card offers it; `calendar` is where it is had for one's own calendar."""
    facts: dict[str, Fact] = {
        **{name: {"names": dict(event.words[name])} for name in TOLD if event.words.get(name)},
        **when(event, zone),
        "calendar": calendar,
    }
    if event.is_free and "price" not in facts:
        facts["price"] = FREE
    if event.needs_id:
        facts["id_needed"] = {"phrase": "event_needs_id"}
    if event.link:
        facts["link"] = event.link
    return Offer(str(event.id), title(event), facts, event.photo)


def days_of(event: CalendarEvent, zone: tzinfo) -> tuple[date, date]:
    """The first and the last day of an event."""
    first = event.starts_at.astimezone(zone).date()
    last = (event.ends_at - timedelta(microseconds=1)).astimezone(zone).date()
    return first, max(first, last)


def when(event: CalendarEvent, zone: tzinfo) -> dict[str, Fact]:
    """When it is: a day, a first and a last day, a moment, or a moment and the hour it ends."""
    first, last = days_of(event, zone)
    if last > first and (event.is_all_day or event.ends_at - event.starts_at > DAY):
        return {"first_day": _day(first), "last_day": _day(last)}
    if event.is_all_day:
        return {"day": _day(first)}
    begins: Fact = {"moment": event.starts_at.isoformat()}
    if event.ends_at == event.starts_at:
        return {"at": begins}
    return {"begins": begins, "until": clock(event.ends_at, zone)}


def overview_line(event: CalendarEvent, zone: tzinfo) -> Fact:
    """An event below its day: the hour, where it has one, and its title, or how long it lasts."""
    first, last = days_of(event, zone)
    if last > first:
        facts = {"title": title(event), "last_day": _day(last)}
        return {"phrase": "event_until", "facts": facts}
    if event.is_all_day:
        return title(event)
    facts = {"clock": clock(event.starts_at, zone), "title": title(event)}
    return {"phrase": "event_at", "facts": facts}


def clock(moment: datetime, zone: tzinfo) -> str:
    """The hour and minute of a moment at the centre."""
    return f"{moment.astimezone(zone):%H:%M}"


def _day(day: date) -> Fact:
    return {"date": day.isoformat()}

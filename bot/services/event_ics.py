"""Reads iCalendar (RFC 5545): each event, and of recurring ones those of the coming weeks."""

import contextlib
from collections.abc import Iterable, Iterator
from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from icalendar import Calendar

from bot.content.notes import Notes
from bot.content.problem import Place

AHEAD = timedelta(days=120)
"""How far recurring events are read."""
MOST_BEFORE = timedelta(days=3 * 365)
"""How long before a recurring event may have begun."""
MOST_TIMES = 1000
MOST_EVENTS = 1000
READ = frozenset({"FREQ", "INTERVAL", "COUNT", "UNTIL", "BYDAY", "WKST"})
STEPS = {"DAILY": 1, "WEEKLY": 7}
DAYS = ("MO", "TU", "WE", "TH", "FR", "SA", "SU")
DAY = timedelta(days=1)

Row = tuple[int, dict[str, str]]


def events_in(source: str, zone: ZoneInfo, today: date, notes: Notes) -> Iterator[Row]:
    """Each event field by field, with the line it begins on."""
    try:
        components = list(Calendar.from_ical(source).walk("VEVENT"))
    except Exception as error:  # whatever a hostile file makes the library stumble over
        notes.add(Place("", 1), f"not iCalendar: {type(error).__name__}")
        return
    if len(components) > MOST_EVENTS:
        notes.add(Place("", 1), f"the file has more than {MOST_EVENTS} events")
        return
    lines, moved = _lines(source), frozenset(_moved(components, zone))
    for number, component in enumerate(components):
        line = lines[number] if number < len(lines) else 1
        try:
            rows = list(_times(component, zone, today, moved))
        except Exception as error:  # a property is read only when it is asked for
            said = str(error) if isinstance(error, Unreadable) else type(error).__name__
            notes.add(Place("", line), f"this event cannot be read: {said}")
            continue
        yield from ((line, row) for row in rows)


class Unreadable(Exception):
    """An event says something that is not read here."""


def _lines(source: str) -> list[int]:
    return [
        number
        for number, line in enumerate(source.splitlines(), 1)
        if line.strip().upper() == "BEGIN:VEVENT"
    ]


def _moved(events: Iterable[Any], zone: ZoneInfo) -> Iterator[str]:
    """The ids of those times of recurring events which the file describes on their own."""
    for event in events:
        with contextlib.suppress(Exception):  # it is told when the event itself is read
            if "RECURRENCE-ID" in event:
                yield _id_of(event, zone)


def _id_of(event: Any, zone: ZoneInfo) -> str:
    uid = str(event.get("UID", ""))
    if not uid or "RECURRENCE-ID" not in event:
        return uid
    return f"{uid}/{_local(event.decoded('RECURRENCE-ID'), zone):%Y%m%d}"


def _times(
    event: Any, zone: ZoneInfo, today: date, moved: frozenset[str]
) -> Iterator[dict[str, str]]:
    """The event as often as it takes place."""
    if "DTSTART" not in event:
        raise Unreadable("it has no DTSTART")
    first = _local(event.decoded("DTSTART"), zone)
    said = {**_said(event), "id": _id_of(event, zone)}
    lasts = _lasts(event, first, zone)
    if str(event.get("STATUS", "")).upper() == "CANCELLED":
        said["shown"] = "no"
    if "RRULE" not in event:
        yield _at(said, first, lasts)
        return
    left_out = set(_left_out(event, zone))
    for start in _recurring(event["RRULE"], first, today):
        name = f"{said['id']}/{start:%Y%m%d}"
        if start not in left_out and name not in moved:
            yield {**_at(said, start, lasts), "id": name}


def _at(said: dict[str, str], start: date, lasts: timedelta) -> dict[str, str]:
    if isinstance(start, datetime):
        ends: date = start + lasts
        return {**said, "starts": f"{start:%Y-%m-%d %H:%M}", "ends": f"{ends:%Y-%m-%d %H:%M}"}
    last = start + max(lasts, DAY) - DAY
    return {**said, "starts": start.isoformat(), "ends": last.isoformat()}


def _local(value: Any, zone: ZoneInfo) -> date:
    """A day, or a moment by the clock of the centre; one without a zone is meant so already."""
    if isinstance(value, datetime):
        return value.astimezone(zone).replace(tzinfo=None) if value.tzinfo else value
    if isinstance(value, date):
        return value
    raise Unreadable("a time is neither a day nor a moment")


def _lasts(event: Any, first: date, zone: ZoneInfo) -> timedelta:
    if "DURATION" in event:
        lasts = event.decoded("DURATION")
        return lasts if isinstance(lasts, timedelta) else timedelta()
    if "DTEND" not in event:
        return timedelta()
    last = _local(event.decoded("DTEND"), zone)
    if isinstance(last, datetime) != isinstance(first, datetime):
        raise Unreadable("DTSTART and DTEND are not of one kind")
    return last - first


def _said(event: Any) -> dict[str, str]:
    said = {"link": str(event.get("URL", ""))}
    if not said["link"].startswith("https:"):
        said["link"] = ""
    categories = " ".join(str(one) for one in _categories(event)).casefold()
    kinds = (kind for kind, words in KIND_WORDS.items() if any(w in categories for w in words))
    said["kind"] = next(kinds, "other")
    said["free"] = "yes" if "free" in categories.split() or "免费" in categories else "no"
    for name, field in (("SUMMARY", "title"), ("LOCATION", "place"), ("DESCRIPTION", "about")):
        text = str(event.get(name, ""))[: LONGEST[field]]
        said[f"{field}.{_language(text)}"] = text
    return said


def _categories(event: Any) -> Iterable[Any]:
    found = event.get("CATEGORIES", ())
    every = found if isinstance(found, list) else [found]
    return [one for part in every for one in getattr(part, "cats", ())]


KIND_WORDS = {
    "performance": ("performance", "concert", "theatre", "theater", "dance", "演出", "音乐会"),
    "exhibition": ("exhibition", "展览"),
    "talk": ("talk", "lecture", "讲座"),
    "course": ("course", "workshop", "课程"),
    "deadline": ("deadline", "截止"),
}
"""By which categories of a file an event is of a kind."""
LONGEST = {"title": 120, "place": 200, "about": 500}
"""Letters of a file's words that are taken: descriptions of others are long."""


def _language(text: str) -> str:
    """Chinese where there is a Han character, else English: files do not say."""
    return "zh_Hans" if any("\u4e00" <= letter <= "\u9fff" for letter in text) else "en"


# recurring


def _left_out(event: Any, zone: ZoneInfo) -> Iterator[date]:
    found = event.get("EXDATE", ())
    for one in found if isinstance(found, list) else [found]:
        yield from (_local(each.dt, zone) for each in getattr(one, "dts", ()))


def _recurring(rule: Any, first: date, today: date) -> list[date]:
    """The times from today on that a rule by days or weeks names, within the time ahead."""
    if not READ.issuperset(str(name).upper() for name in rule):
        raise Unreadable("it recurs in a way that is not read here")
    begun = first.date() if isinstance(first, datetime) else first
    frequency, interval = str(_one(rule, "FREQ", "")).upper(), int(_one(rule, "INTERVAL", 1))
    if frequency not in STEPS or interval < 1 or begun < today - MOST_BEFORE:
        raise Unreadable("it recurs in a way that is not read here, or since too long")
    days = _weekdays(rule, frequency, begun)
    end = min(today + AHEAD, _until(rule, today + AHEAD))
    count, found = int(_one(rule, "COUNT", MOST_TIMES)), list[date]()
    monday, ahead = begun - DAY * begun.weekday(), 0
    while begun + DAY * ahead <= end and count > 0:
        day = begun + DAY * ahead
        passed = (day - (monday if frequency == "WEEKLY" else begun)).days // STEPS[frequency]
        if passed % interval == 0 and day.weekday() in days:
            count -= 1
            if day >= today:
                found.append(first + DAY * ahead)
        ahead += 1
    return found


def _one(rule: Any, name: str, usual: Any) -> Any:
    found = rule.get(name, usual)
    return found[0] if isinstance(found, list) else found


def _weekdays(rule: Any, frequency: str, begun: date) -> frozenset[int]:
    named = rule.get("BYDAY", [])
    found = [str(one).upper() for one in (named if isinstance(named, list) else [named])]
    if any(one not in DAYS for one in found):
        raise Unreadable("it recurs in a way that is not read here")
    usual = [begun.weekday()] if frequency == "WEEKLY" else range(7)
    return frozenset(DAYS.index(one) for one in found) or frozenset(usual)


def _until(rule: Any, usual: date) -> date:
    found = _one(rule, "UNTIL", usual)
    return (
        found.date() if isinstance(found, datetime) else found if isinstance(found, date) else usual
    )

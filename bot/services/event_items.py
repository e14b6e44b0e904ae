"""Between an event as people write it, field by field, and the event that is kept."""

import unicodedata
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

from bot.services.event_facts import days_of
from bot.services.event_times import DAY, midnight
from bot.services.events import KINDS
from bot.store.events import CalendarEvent

LONGEST: Mapping[str, int] = {
    "title": 120,
    "place": 200,
    "metro": 120,
    "price": 120,
    "spoken": 80,
    "about": 500,
}
"""The words of an event, each in several languages, and how many letters they may have."""
LONGEST_LINK = 500
LONGEST_ID = 200
MOST_DAYS = 400
YEARS = range(2020, 2100)
FLAGS = {"yes": True, "no": False, "": False, "是": True, "否": False}
OWN = ("id", "kind", "starts", "ends", "free", "needs_id", "link", "photo", "shown")
"""The fields of an event beside its words, which are called `title.en` and so on."""


@dataclass(frozen=True, slots=True)
class EventRules:
    """What events of one centre have to keep to."""

    languages: tuple[str, ...]
    zone: ZoneInfo
    has_photo: Callable[[str], bool]

    @property
    def fields(self) -> tuple[str, ...]:
        """The name of every field."""
        return (*OWN, *(f"{name}.{one}" for name in LONGEST for one in self.languages))


def event_of(
    said: Mapping[str, str], rules: EventRules
) -> tuple[CalendarEvent | None, tuple[str, ...]]:
    """The event that fields describe, or everything that is wrong with them."""
    given = {name: value.strip() for name, value in said.items() if value.strip()}
    wrong = list(_wrong(given, rules))
    span = _span(given, rules.zone)
    if isinstance(span, str):
        return None, (span, *wrong)
    if wrong:
        return None, tuple(wrong)
    starts_at, ends_at, is_all_day = span
    return CalendarEvent(
        kind=given["kind"],
        starts_at=starts_at,
        ends_at=ends_at,
        words=_words(given, rules.languages),
        is_all_day=is_all_day,
        is_free=FLAGS[given.get("free", "")],
        needs_id=FLAGS[given.get("needs_id", "")],
        link=given.get("link", ""),
        photo=given.get("photo", ""),
        is_shown=FLAGS[given.get("shown", "yes")],
        uid=given.get("id"),
    ), ()


def _words(given: Mapping[str, str], languages: tuple[str, ...]) -> dict[str, dict[str, str]]:
    known = {
        name: {one: given[f"{name}.{one}"] for one in languages if f"{name}.{one}" in given}
        for name in LONGEST
    }
    return {name: words for name, words in known.items() if words}


def _wrong(given: Mapping[str, str], rules: EventRules) -> Iterator[str]:
    if given.get("kind") not in KINDS:
        yield f"'kind' must be one of {', '.join(KINDS)}"
    if not any(f"title.{one}" in given for one in rules.languages):
        yield "there is no title in any language"
    for name in ("free", "needs_id", "shown"):
        if given.get(name, "") not in FLAGS:
            yield f"{name!r} must be yes or no"
    link, photo = given.get("link", ""), given.get("photo", "")
    if link and not _is_https(link):
        yield "'link' must be an https address"
    if photo and not rules.has_photo(photo):
        yield f"there is no photo {photo!r}"
    if len(given.get("id", "")) > LONGEST_ID:
        yield f"'id' has more than {LONGEST_ID} letters"
    yield from _unwritable(given)


def _unwritable(given: Mapping[str, str]) -> Iterator[str]:
    for name, value in given.items():
        longest = LONGEST.get(name.partition(".")[0])
        if longest is not None and len(value) > longest:
            yield f"{name!r} has more than {longest} letters"
        if any(unicodedata.category(one) in ("Cc", "Cs") and one not in "\n\r" for one in value):
            yield f"{name!r} holds a sign that cannot be shown"


def _is_https(link: str) -> bool:
    try:
        parts = urlsplit(link)
        host = parts.hostname
    except ValueError:
        return False
    is_plain = link.isprintable() and " " not in link and '"' not in link
    return parts.scheme == "https" and bool(host) and is_plain and len(link) <= LONGEST_LINK


# times


def _span(given: Mapping[str, str], zone: ZoneInfo) -> tuple[datetime, datetime, bool] | str:
    """When it is, and whether all day; or what is wrong with that."""
    starts = given.get("starts", "")
    first, last = _time(starts, zone), _time(given.get("ends", starts), zone)
    if first is None or last is None:
        return "'starts' and 'ends' must be a day, such as 2026-12-05, or 2026-12-05 19:30"
    is_all_day = not isinstance(first, datetime)
    if is_all_day != (not isinstance(last, datetime)):
        return "'starts' and 'ends' must both have an hour, or neither"
    if isinstance(first, datetime) and isinstance(last, datetime):
        begin, end = first, last
    else:
        begin, end = midnight(first, zone), midnight(last + DAY, zone)
    if end < begin:
        return "it ends before it starts"
    if end - begin > timedelta(days=MOST_DAYS):
        return f"it lasts more than {MOST_DAYS} days"
    return begin, end, is_all_day


def _time(typed: str, zone: ZoneInfo) -> date | datetime | None:
    """A day, or a moment by the clock of the centre."""
    text = typed.strip().replace("/", "-").replace("T", " ")
    for form in ("%Y-%m-%d", "%Y-%m-%d %H:%M", "%Y-%m-%d %H:%M:%S"):
        try:
            found = datetime.strptime(text, form).replace(tzinfo=zone)
        except ValueError:
            continue
        if found.year not in YEARS:
            return None
        return found.date() if form == "%Y-%m-%d" else found
    return None


def said_of(event: CalendarEvent, zone: ZoneInfo) -> dict[str, str]:
    """An event field by field, as people write it."""
    first, last = days_of(event, zone)
    starts, ends = first.isoformat(), last.isoformat()
    if not event.is_all_day:
        starts, ends = (
            f"{moment.astimezone(zone):%Y-%m-%d %H:%M}"
            for moment in (event.starts_at, event.ends_at)
        )
    flags = {"free": event.is_free, "needs_id": event.needs_id, "shown": event.is_shown}
    return {
        "kind": event.kind,
        "starts": starts,
        "ends": ends,
        "link": event.link,
        "photo": event.photo,
        **{name: "yes" if flag else "no" for name, flag in flags.items()},
        **{f"{name}.{one}": said for name, by in event.words.items() for one, said in by.items()},
        **({"id": event.uid} if event.uid else {}),
    }

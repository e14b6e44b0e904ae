"""Times of events at the centre: what “this weekend” is, and when to remind of one."""

from collections.abc import Mapping
from datetime import date, datetime, time, timedelta, tzinfo
from typing import TypeAlias

Span: TypeAlias = tuple[datetime, datetime]
"""From a moment up to another."""

DAY = timedelta(days=1)
SATURDAY = 5
FAR = timedelta(days=365)
"""How far ahead “any time” looks."""
REMIND_AT = time(18)
"""When on the day before people are reminded."""
SHORTLY = timedelta(hours=2)
"""How long before an event they are reminded for whom the day before is over."""


def midnight(day: date, zone: tzinfo) -> datetime:
    """When a day begins at the centre."""
    return datetime.combine(day, time.min, zone)


def span_of(when: str, now: datetime, zone: tzinfo) -> Span:
    """The time that an option such as `weekend` means; it begins now at the earliest."""
    today = now.astimezone(zone).date()
    begin, end = _days(today).get(when, (today, today + FAR))
    return max(now, midnight(begin, zone)), midnight(end, zone)


def _days(today: date) -> Mapping[str, tuple[date, date]]:
    """First day, and the first day after."""
    ahead = SATURDAY - today.weekday()
    saturday, month = today + DAY * ahead, today.replace(day=1)
    next_month = _month_after(month)
    return {
        "today": (today, today + DAY),
        "tomorrow": (today + DAY, today + 2 * DAY),
        "weekend": (saturday, saturday + 2 * DAY),
        "week": (today, today + 7 * DAY),
        "month": (month, next_month),
        "next_month": (next_month, _month_after(next_month)),
        "days": (today, today + 31 * DAY),
    }


def _month_after(first: date) -> date:
    return (first + 31 * DAY).replace(day=1)


def remind_at(starts_at: datetime, now: datetime, zone: tzinfo) -> datetime | None:
    """When to remind of what begins then; None when it is too late for that."""
    day_before = starts_at.astimezone(zone).date() - DAY
    evening = datetime.combine(day_before, REMIND_AT, zone)
    at = evening if evening > now else starts_at - SHORTLY
    return at if at > now else None

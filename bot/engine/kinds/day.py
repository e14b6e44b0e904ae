"""A day, typed in any of the ways people type days."""

import re
import unicodedata
from datetime import date, timedelta

from msgspec import Struct

from bot.engine.kinds.kind import Accepted, Ground, Kind, Reading, Refusal, Unsure
from bot.engine.model import Fact, Value

MONTHS = {
    name: number
    for number, names in enumerate(
        (
            "jan january",
            "feb february",
            "mar march",
            "apr april",
            "may",
            "jun june",
            "jul july",
            "aug august",
            "sep sept september",
            "oct october",
            "nov november",
            "dec december",
        ),
        1,
    )
    for name in names.split()
}

LONGEST_DAY = 60
"""No way to write a day needs more characters; it also bounds the numbers that are read."""


class Span(Struct, frozen=True):
    """A distance from today; negative is the past."""

    years: int = 0
    months: int = 0
    days: int = 0

    def from_day(self, day: date) -> date:
        """The day this far from `day`; a day that does not exist becomes the last of its month."""
        months = day.year * 12 + day.month - 1 + self.years * 12 + self.months
        year, month = divmod(months, 12)
        last = (date(year + (month == 11), (month + 1) % 12 + 1, 1) - timedelta(days=1)).day
        return date(year, month + 1, min(day.day, last)) + timedelta(days=self.days)


class Day(Kind, frozen=True, kw_only=True):
    """A date between two distances from today, each optional."""

    expects: str = "date"
    earliest: Span | None = None
    latest: Span | None = None

    def read_words(self, text: str, ground: Ground) -> Reading:
        days = read_days(text, ground.today)
        if days is None:
            unclear = Refusal("date_unclear", {"example": {"date": ground.today.isoformat()}})
            return self.otherwise(text, ground, unclear)
        if not days:
            return Refusal("no_such_day")
        allowed = [day for day in days if self._allows(day, ground.today)]
        if not allowed:
            return self._out_of_range(days[0], ground.today)
        if len(allowed) > 1:
            return Unsure(tuple(day.isoformat() for day in allowed))
        return Accepted({"date": allowed[0].isoformat()})

    def chosen(self, option: str, ground: Ground) -> Reading | None:
        if re.fullmatch(r"\d{4}-\d\d-\d\d", option):
            return self.read_words(option, ground)
        return super().chosen(option, ground)

    def _allows(self, day: date, today: date) -> bool:
        first = self.earliest.from_day(today) if self.earliest else date.min
        last = self.latest.from_day(today) if self.latest else date.max
        return first <= day <= last

    def _out_of_range(self, day: date, today: date) -> Refusal:
        if self.latest and day > self.latest.from_day(today):
            last = self.latest.from_day(today)
            return Refusal("date_too_late", {"latest": {"date": last.isoformat()}})
        first = self.earliest.from_day(today) if self.earliest else date.min
        return Refusal("date_too_early", {"earliest": {"date": first.isoformat()}})

    def show(self, value: Value, ground: Ground) -> Fact:
        if isinstance(value, str):
            return {"date": value}
        return super().show(value, ground)

    def has_shape(self, value: Value) -> bool:
        return isinstance(value, dict) and isinstance(value.get("date"), str)

    def examples(self, ground: Ground) -> tuple[str, ...]:
        near = [ground.today + timedelta(days=n) for n in (0, -1, 1, -40, 40)]
        return tuple(day.isoformat() for day in near if self._allows(day, ground.today))[:2]


def read_days(text: str, today: date) -> tuple[date, ...] | None:
    """Read a typed day; two when day and month could be swapped.

    None when it is not written like a day, nothing when it is but the calendar has no such day.
    """
    if len(text) > LONGEST_DAY:
        return None
    typed = " ".join(unicodedata.normalize("NFKC", text).casefold().split())
    near = {"today": 0, "今天": 0, "yesterday": -1, "昨天": -1, "tomorrow": 1, "明天": 1}
    if typed in near:
        return (today + timedelta(days=near[typed]),)
    numbers = _by_number(typed)
    return _by_month_name(typed) if numbers is None else numbers


def _by_number(typed: str) -> tuple[date, ...] | None:
    found = re.fullmatch(r"(\d{4})(\d\d)(\d\d)", typed) or re.fullmatch(
        r"(\d{4})\s*[-/.年\s]\s*(\d{1,2})\s*[-/.月\s]\s*(\d{1,2})\s*[日号]?", typed
    )
    if found:
        return _days((int(found[1]), int(found[2]), int(found[3])))
    found = re.fullmatch(r"(\d{1,2})\s*[-/. ]\s*(\d{1,2})\s*[-/. ]\s*(\d{4})", typed)
    if not found:
        return None
    first, second, year = (int(part) for part in found.groups())
    return _days((year, second, first), (year, first, second))


def _by_month_name(typed: str) -> tuple[date, ...] | None:
    parts = re.findall(r"[a-z]+|\d+", re.sub(r"(?<=\d)(st|nd|rd|th)\b|\bof\b", "", typed))
    names = [part for part in parts if part in MONTHS]
    numbers = sorted((int(part) for part in parts if part.isdecimal()), reverse=True)
    if len(parts) != 3 or len(names) != 1 or len(numbers) != 2 or not 1000 <= numbers[0] <= 9999:
        return None
    return _days((numbers[0], MONTHS[names[0]], numbers[1]))


def _days(*readings: tuple[int, int, int]) -> tuple[date, ...]:
    days = []
    for year, month, day in readings:
        try:
            days.append(date(year, month, day))
        except ValueError:
            continue
    return tuple(dict.fromkeys(days))

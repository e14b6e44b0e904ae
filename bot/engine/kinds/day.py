"""A day, typed in any of the ways people type days."""

import re
from datetime import date, timedelta

from msgspec import Struct

from bot.engine.days import read_days
from bot.engine.kinds.kind import Accepted, Ground, Kind, Reading, Refusal, Unsure
from bot.engine.model import Fact, Value


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
        days = read_days(text, ground.today, ground.days)
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

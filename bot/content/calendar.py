"""Counts working days by the centre's calendar."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta

from bot.content.form import Form, form_of
from bot.content.node import Items, Node
from bot.content.notes import Notes

SATURDAY = 5
LONGEST = 3660
"""Days a count looks ahead: ten years, so that a calendar of holidays only cannot hang it."""


@dataclass(frozen=True, slots=True)
class Calendar:
    """Public holidays and worked weekends; after `known_until` only the holidays listed."""

    holidays: frozenset[date] = frozenset()
    working_weekends: frozenset[date] = frozenset()
    known_until: date = date.max

    def is_working_day(self, day: date) -> bool:
        """Whether the centre works on a day."""
        if day in self.working_weekends:
            return True
        return day.weekday() < SATURDAY and day not in self.holidays

    def is_known(self, day: date) -> bool:
        """Whether the calendar of a day is published; else it can only be called approximate."""
        return day <= self.known_until

    def add_working_days(self, day: date, days: int) -> date:
        """The day that many working days after `day`."""
        for _ in range(LONGEST):
            if days <= 0:
                break
            day += timedelta(days=1)
            days -= self.is_working_day(day)
        return day

    def working_days_between(self, day: date, later: date) -> int:
        """How many working days there are after `day`, up to `later` and with it."""
        days = (day + timedelta(days=n) for n in range(1, (later - day).days + 1))
        return sum(map(self.is_working_day, days))


def calendar_of(node: Node, notes: Notes) -> Calendar:
    """The calendar that the file's node describes."""
    form = form_of(node, "the calendar", notes)
    if form is None:
        return Calendar()
    form.check_names(("known_until", "public_holidays"), ("working_weekends",))
    holidays = _days(form, "public_holidays")
    weekends = _days(form, "working_weekends")
    for day in weekends:
        if day.weekday() < SATURDAY:
            notes.add(form.place_of("working_weekends"), f"{day} is no day of a weekend")
        if day in holidays:
            notes.add(form.place_of("working_weekends"), f"{day} is a public holiday as well")
    return Calendar(frozenset(holidays), frozenset(weekends), form.day("known_until"))


def _days(form: Form, name: str) -> Mapping[date, None]:
    """Days listed by year; a day under another year's heading is a slip."""
    days: dict[date, None] = {}
    for year, node in form.free(name).items():
        if not isinstance(node, Items):
            form.notes.add(node.place, f"the days of {year} must be a list")
            continue
        for one in node.nodes:
            day = form.day_at(one, name)
            if day != date.min and str(day.year) != year:
                form.notes.add(one.place, f"{day} stands under {year}")
            if day in days:
                form.notes.add(one.place, f"{day} is written twice")
            days[day] = None
    return days

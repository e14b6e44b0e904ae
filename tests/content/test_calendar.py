from datetime import date
from pathlib import Path

import pytest

from bot.content.calendar import Calendar
from bot.content.load import read_content


@pytest.fixture
def calendar(toy: Path) -> Calendar:
    return read_content(toy)[0].calendar


@pytest.mark.parametrize(
    ("day", "works"),
    [
        ("2026-09-30", True),
        ("2026-10-01", False),  # a holiday
        ("2026-10-03", False),  # a Saturday
        ("2026-10-10", True),  # a worked Saturday
        ("2027-10-01", True),  # nobody knows yet
    ],
)
def test_a_working_day_is_one_on_which_the_centre_works(
    day: str, works: bool, calendar: Calendar
) -> None:
    assert calendar.is_working_day(date.fromisoformat(day)) is works


def test_working_days_are_counted_from_the_next_day(calendar: Calendar) -> None:
    wednesday = date(2026, 9, 30)

    assert calendar.add_working_days(wednesday, 0) == wednesday
    assert calendar.add_working_days(wednesday, 1) == date(2026, 10, 2)
    assert calendar.add_working_days(wednesday, 7) == date(2026, 10, 10)


@pytest.mark.parametrize(
    ("day", "later", "days"),
    [
        ("2026-09-30", "2026-09-30", 0),
        ("2026-09-30", "2026-10-01", 0),  # a holiday
        ("2026-09-30", "2026-10-05", 2),  # behind a holiday and a weekend
        ("2026-10-09", "2026-10-12", 2),  # over a weekend with a worked Saturday
        ("2026-10-05", "2026-09-30", 0),
    ],
)
def test_working_days_between_two_days_count_the_later_one(
    day: str, later: str, days: int, calendar: Calendar
) -> None:
    between = calendar.working_days_between(date.fromisoformat(day), date.fromisoformat(later))

    assert between == days


def test_a_day_beyond_the_published_calendar_is_known_as_such(calendar: Calendar) -> None:
    assert calendar.is_known(date(2026, 12, 31))
    assert not calendar.is_known(date(2027, 1, 1))


def test_a_calendar_of_holidays_only_comes_to_an_end() -> None:
    closed = Calendar(holidays=frozenset(map(date.fromordinal, range(730_000, 750_000))))

    assert closed.add_working_days(date(2026, 1, 1), 1) > date(2035, 1, 1)

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from bot.services.event_times import remind_at, span_of

ZONE = ZoneInfo("Asia/Shanghai")


def at(text: str) -> datetime:
    """A moment by the clock of the centre."""
    return datetime.fromisoformat(text).replace(tzinfo=ZONE)


@pytest.mark.parametrize(
    ("when", "now", "begin", "end"),
    [
        ("today", "2026-12-02 10:00", "2026-12-02 10:00", "2026-12-03 00:00"),
        ("tomorrow", "2026-12-31 10:00", "2027-01-01 00:00", "2027-01-02 00:00"),
        ("weekend", "2026-12-02 10:00", "2026-12-05 00:00", "2026-12-07 00:00"),
        ("weekend", "2026-12-05 10:00", "2026-12-05 10:00", "2026-12-07 00:00"),
        ("weekend", "2026-12-06 23:00", "2026-12-06 23:00", "2026-12-07 00:00"),
        ("week", "2026-12-02 10:00", "2026-12-02 10:00", "2026-12-09 00:00"),
        ("month", "2026-12-31 10:00", "2026-12-31 10:00", "2027-01-01 00:00"),
        ("next_month", "2026-12-31 10:00", "2027-01-01 00:00", "2027-02-01 00:00"),
        ("next_month", "2027-01-31 10:00", "2027-02-01 00:00", "2027-03-01 00:00"),
        ("days", "2026-12-02 10:00", "2026-12-02 10:00", "2027-01-02 00:00"),
    ],
)
def test_a_time_in_words_is_a_time_at_the_centre(when: str, now: str, begin: str, end: str) -> None:
    assert span_of(when, at(now), ZONE) == (at(begin), at(end))


def test_a_day_is_that_of_the_centre_and_not_of_greenwich() -> None:
    late = datetime(2026, 12, 1, 17, 0, tzinfo=UTC)  # one o'clock on the 2nd in Shanghai

    assert span_of("today", late, ZONE)[1] == at("2026-12-03 00:00")


@pytest.mark.parametrize(
    ("now", "reminded"),
    [
        ("2026-12-01 10:00", "2026-12-04 18:00"),
        ("2026-12-04 17:59", "2026-12-04 18:00"),
        ("2026-12-04 18:00", "2026-12-05 17:30"),
        ("2026-12-05 17:29", "2026-12-05 17:30"),
    ],
)
def test_people_are_reminded_on_the_evening_before_or_two_hours_before(
    now: str, reminded: str
) -> None:
    assert remind_at(at("2026-12-05 19:30"), at(now), ZONE) == at(reminded)


def test_it_is_too_late_to_remind_of_what_is_about_to_begin() -> None:
    starts = at("2026-12-05 19:30")

    assert remind_at(starts, starts - timedelta(hours=2), ZONE) is None
    assert remind_at(starts, starts + timedelta(hours=2), ZONE) is None

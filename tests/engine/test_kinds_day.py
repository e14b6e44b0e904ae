from datetime import date, datetime

import pytest

from bot.engine.days import read_days
from bot.engine.kinds.day import Day, Span
from bot.engine.kinds.kind import Accepted, Refusal, Unsure
from tests.catalogues import real
from tests.engine.asking import SHANGHAI, ground, options, read

TODAY = date(2026, 11, 24)
FREE = Day()
PAST = Day(earliest=Span(years=-30), latest=Span())
STAY = {"not_yet": ("I am still abroad", "我还在国外")}
RETURNED = Day(options=options(STAY), latest=Span(), earliest=Span(years=-30))


@pytest.mark.parametrize(
    "typed",
    [
        "2026-09-01",
        "2026-9-1",
        "2026/9/1",
        "2026.9.1",
        "2026. 9. 1",
        "2026 9 1",
        "20260901",
        "2026年9月1日",
        "2026年09月01号",
        "2026 年 9 月 1 日",
        "２０２６年９月１日",
        "２０２６－０９－０１",
        "1 September 2026",
        "1 sep 2026",
        "1st of September, 2026",
        "1. Sept. 2026",
        "September 1, 2026",
        "sep 1st 2026",
        "SEPTEMBER 01 2026",
        "2026 September 1",
        "1-Sep-2026",
        "  2026-09-01  ",
    ],
)
def test_a_day_is_read_in_every_way_people_type_it(typed: str) -> None:
    assert read(FREE, typed) == Accepted({"date": "2026-09-01"})


@pytest.mark.parametrize(
    ("typed", "day"),
    [
        ("today", "2026-11-24"),
        ("今天", "2026-11-24"),
        ("Yesterday", "2026-11-23"),
        ("昨天", "2026-11-23"),
        ("tomorrow", "2026-11-25"),
        ("明天", "2026-11-25"),
        ("13/9/2026", "2026-09-13"),
        ("9/13/2026", "2026-09-13"),
        ("1.1.2026", "2026-01-01"),
        ("29 Feb 2024", "2024-02-29"),
        ("2024-02-29", "2024-02-29"),
        ("31 dec 1999", "1999-12-31"),
    ],
)
def test_near_days_and_unmistakable_orders_are_read(typed: str, day: str) -> None:
    assert read(FREE, typed) == Accepted({"date": day})


@pytest.mark.parametrize("typed", ["1/9/2026", "01.09.2026", "1-9-2026", "1 9 2026"])
def test_a_day_that_could_be_a_month_is_asked_back(typed: str) -> None:
    assert read(FREE, typed) == Unsure(("2026-09-01", "2026-01-09"))


def test_of_two_readings_the_one_within_bounds_is_meant() -> None:
    assert read(PAST, "1/12/2026") == Accepted({"date": "2026-01-12"})
    assert read(PAST, "12/12/2026") == Refusal("date_too_late", {"latest": {"date": "2026-11-24"}})


@pytest.mark.parametrize(
    "typed",
    [
        "",
        "soon",
        "September",
        "September 2026",
        "1 September",
        "9/1",
        "2026",
        "2026-09-01 2026-09-02",
        "1 sep oct 2026",
        "1 2 3 sep 2026",
        "2026年",
        "😀",
        "9" * 5000,
    ],
)
def test_what_is_not_written_like_a_day_is_refused_with_an_example(typed: str) -> None:
    expected = Refusal("date_unclear", {"example": {"date": "2026-11-24"}})

    assert read(FREE, typed) == expected
    assert read_days(typed, TODAY, ground().days) is None


@pytest.mark.parametrize(
    "typed",
    [
        "29 Feb 2025",
        "2025-02-29",
        "2025年2月29日",
        "2026-02-30",
        "31.2.2026",
        "31 April 2026",
        "2026-13-01",
        "2026-00-10",
        "0000-01-01",
        "32/1/2026",
        "99999999",
    ],
)
def test_a_day_the_calendar_does_not_have_is_refused_as_such(typed: str) -> None:
    assert read(FREE, typed) == Refusal("no_such_day")
    assert read(RETURNED, typed) == Refusal("no_such_day")
    assert read_days(typed, TODAY, ground().days) == ()


@pytest.mark.parametrize(
    ("typed", "refused"),
    [
        ("2026-11-24", ""),
        ("2026-11-25", "date_too_late"),
        ("1996-11-24", ""),
        ("1996-11-23", "date_too_early"),
        ("0001-01-01", "date_too_early"),
        ("9999-12-31", "date_too_late"),
    ],
)
def test_bounds_are_inclusive(typed: str, refused: str) -> None:
    reading = read(PAST, typed)

    assert (reading.phrase if isinstance(reading, Refusal) else "") == refused


def test_today_is_the_day_at_the_centre() -> None:
    late = ground(now=datetime(2026, 11, 25, 0, 30, tzinfo=SHANGHAI))

    assert read(PAST, "2026-11-25", late) == Accepted({"date": "2026-11-25"})


@pytest.mark.parametrize("typed", ["I am still abroad", "我还在国外", "1", "i am stil abroad"])
def test_the_step_s_own_option_may_be_typed(typed: str) -> None:
    assert read(RETURNED, typed, ground(STAY)) == Accepted({"option": "not_yet"})


def test_a_tapped_day_is_held_to_the_same_bounds() -> None:
    assert PAST.chosen("2026-11-24", ground()) == Accepted({"date": "2026-11-24"})
    assert isinstance(PAST.chosen("2026-11-25", ground()), Refusal)
    assert isinstance(PAST.chosen("2026-99-99", ground()), Refusal)
    assert PAST.chosen("not_yet", ground()) is None


@pytest.mark.parametrize(
    ("day", "span", "result"),
    [
        (date(2024, 2, 29), Span(years=1), date(2025, 2, 28)),
        (date(2024, 2, 29), Span(years=-1), date(2023, 2, 28)),
        (date(2024, 2, 29), Span(years=4), date(2028, 2, 29)),
        (date(2026, 1, 31), Span(months=1), date(2026, 2, 28)),
        (date(2024, 1, 31), Span(months=1), date(2024, 2, 29)),
        (date(2026, 3, 31), Span(months=-1), date(2026, 2, 28)),
        (date(2026, 12, 31), Span(months=2), date(2027, 2, 28)),
        (date(2026, 11, 24), Span(months=1), date(2026, 12, 24)),
        (date(2026, 12, 24), Span(months=1), date(2027, 1, 24)),
        (date(2026, 1, 1), Span(days=-1), date(2025, 12, 31)),
        (date(2026, 1, 15), Span(years=1, months=1, days=1), date(2027, 2, 16)),
        (date(2026, 11, 24), Span(), date(2026, 11, 24)),
    ],
)
def test_a_distance_ends_on_a_day_that_exists(day: date, span: Span, result: date) -> None:
    assert span.from_day(day) == result


@pytest.mark.parametrize(
    "typed",
    [
        "1 septembre 2026",
        "1er septembre 2026",
        "1. September 2026",
        "1 de septiembre de 2026",
        "1 сентября 2026 г.",
        "сентябрь 1, 2026",
        "2026년 9월 1일",
        "2026年9月1號",
        "١ سبتمبر ٢٠٢٦",
    ],
)
def test_a_day_is_read_as_each_language_of_the_centre_writes_it(typed: str) -> None:
    assert read_days(typed, TODAY, real().catalogue.days) == (date(2026, 9, 1),)


@pytest.mark.parametrize("typed", ["明日", "내일", "demain", "mañana", "завтра", "غدًا", "morgen"])
def test_near_days_have_words_in_each_language(typed: str) -> None:
    assert read_days(typed, TODAY, real().catalogue.days) == (date(2026, 11, 25),)


def test_eastern_digits_are_digits() -> None:
    assert read_days("٢٠٢٦-٠٩-٠١", TODAY, ground().days) == (date(2026, 9, 1),)

"""Reads a day in any of the ways people type days, in any language the centre speaks."""

import re
import unicodedata
from collections.abc import Mapping
from datetime import date, timedelta

from msgspec import Struct

from bot.engine.match import fold

LONGEST_DAY = 60
"""No way to write a day needs more characters; it also bounds the numbers that are read."""
FILLERS = frozenset(["of", "the", "st", "nd", "rd", "th", "de", "del", "er", "г", "года"])
"""What stands between or behind the parts of a date and says nothing."""


class DayWords(Struct, frozen=True):
    """Folded words for days: the months by number, and those near today by their distance."""

    months: Mapping[str, int] = {}
    near: Mapping[str, int] = {}


def read_days(text: str, today: date, words: DayWords) -> tuple[date, ...] | None:
    """Read a typed day; two when day and month could be swapped.

    None when it is not written like a day, nothing when it is but the calendar has no such day.
    """
    if len(text) > LONGEST_DAY:
        return None
    near = words.near.get(fold(text))
    if near is not None:
        return (today + timedelta(days=near),)
    typed = " ".join(unicodedata.normalize("NFKC", text).casefold().split())
    numbers = _by_number(typed)
    return _by_month_name(fold(text), words.months) if numbers is None else numbers


def _by_number(typed: str) -> tuple[date, ...] | None:
    found = re.fullmatch(r"(\d{4})(\d\d)(\d\d)", typed) or re.fullmatch(
        r"(\d{4})\s*[-/.年년\s]\s*(\d{1,2})\s*[-/.月월\s]\s*(\d{1,2})\s*[日号號일]?", typed
    )
    if found:
        return _days((int(found[1]), int(found[2]), int(found[3])))
    found = re.fullmatch(r"(\d{1,2})\s*[-/. ]\s*(\d{1,2})\s*[-/. ]\s*(\d{4})", typed)
    if not found:
        return None
    first, second, year = (int(part) for part in found.groups())
    return _days((year, second, first), (year, first, second))


def _by_month_name(typed: str, months: Mapping[str, int]) -> tuple[date, ...] | None:
    parts = [one for one in re.findall(r"[^\W\d_]+|\d+", typed) if one not in FILLERS]
    names = [part for part in parts if part in months]
    numbers = sorted((int(part) for part in parts if part.isdecimal()), reverse=True)
    if len(parts) != 3 or len(names) != 1 or len(numbers) != 2 or not 1000 <= numbers[0] <= 9999:
        return None
    return _days((numbers[0], months[names[0]], numbers[1]))


def _days(*readings: tuple[int, int, int]) -> tuple[date, ...]:
    days = []
    for year, month, day in readings:
        try:
            days.append(date(year, month, day))
        except ValueError:
            continue
    return tuple(dict.fromkeys(days))

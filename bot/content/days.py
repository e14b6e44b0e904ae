"""The words for days in a centre's languages: months from Unicode's data, near days as typed."""

from collections.abc import Iterable, Iterator, Mapping

from babel import Locale

from bot.engine.days import DayWords
from bot.engine.match import fold

NEAR: Mapping[str, int] = {"yesterday": -1, "today": 0, "tomorrow": 1}
"""The words for near days that a centre may give, with their distance from today."""
USUAL = {"sept": 9}
"""What people type for a month beside the names in Unicode's data."""


def day_words(languages: Iterable[str], near: Mapping[str, Iterable[str]]) -> DayWords:
    """Every word for a month in these languages, and those typed for near days."""
    months = {fold(name): number for one in languages for name, number in _months(one)}
    distances = {fold(word): NEAR[name] for name, words in near.items() for word in words}
    return DayWords({**USUAL, **months}, distances)


def _months(language: str) -> Iterator[tuple[str, int]]:
    """The months' names, as within a date and by themselves, whole and shortened."""
    for context in Locale.parse(language).months.values():
        for width in ("wide", "abbreviated"):
            yield from ((name, number) for number, name in context.get(width, {}).items())

"""Reads a centre's files as they are now, beside the content that the program runs with."""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

from bot.content.check import check
from bot.content.load import texts_under
from bot.content.notes import Placed
from bot.content.problem import Problem
from bot.content.texts import BrokenTranslations, Known, Translations, read_catalogues
from bot.content.vocabulary import Vocabulary
from bot.engine.model import Text

KEPT_FOR = timedelta(minutes=1)
"""An author who mends a problem sees it gone while they still wonder."""


@dataclass(frozen=True, slots=True)
class Written:
    """A text with its file and line, and its words in each language that has any."""

    text: Text
    path: str
    line: int
    words: dict[str, str]


@dataclass(frozen=True, slots=True)
class Files:
    """What stands in the files: their problems, and every text that is said."""

    problems: tuple[Problem, ...]
    texts: tuple[Written, ...]


class ContentFiles:
    """Looks at the files in a thread, and not again for a minute."""

    def __init__(self, home: Path, vocabulary: Vocabulary, now: Callable[[], datetime]) -> None:
        self._home = home
        self._vocabulary = vocabulary
        self._now = now
        self._lock = asyncio.Lock()
        self._last: tuple[datetime, Files] | None = None

    async def look(self) -> Files:
        """The files as they were a minute ago at most."""
        async with self._lock:
            now = self._now()
            if self._last is None or now - self._last[0] >= KEPT_FOR:
                self._last = now, await asyncio.to_thread(self._read)
            return self._last[1]

    def _read(self) -> Files:
        problems = check(self._home, self._vocabulary)
        try:
            translations = Translations(read_catalogues(self._home))
        except BrokenTranslations:  # which is among the problems
            translations = Translations({})
        placed = texts_under(self._home)
        texts = (one for one in placed if one.text.source and not one.inline)
        return Files(problems, tuple(_written(one, translations) for one in texts))


def _written(placed: Placed, translations: Translations) -> Written:
    text, place = placed.text, placed.place
    words = {code: _words(text, known) for code, known in translations.known.items()}
    return Written(
        text, place.path, place.line, {code: found for code, found in words.items() if found}
    )


def _words(text: Text, known: Known) -> str:
    found = known.get((text.context, text.source), "")
    return found if isinstance(found, str) else "\n".join(found)

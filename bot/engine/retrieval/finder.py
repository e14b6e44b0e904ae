"""Finds the answer to a text over all languages: one entry, a few to choose from, or none."""

from collections.abc import Callable, Collection
from dataclasses import dataclass
from typing import Literal, TypeAlias

from msgspec import Struct

from bot.engine.retrieval.index import Index, Scored
from bot.engine.retrieval.languages import Guesser

Outcome: TypeAlias = Literal["answer", "choices", "unknown"]

CHOICES = 4
"""How many entries are offered, at most."""
SURE = 0.9
"""How sure the guesser must be of another language than the person's, and only of two words on."""
LIKELY = 0.1
"""How likely it must be where the script says that it is not the person's."""


class Thresholds(Struct, frozen=True):
    """From which chance an entry is answered, offered, or answered where mistakes hurt."""

    answer: float = 0.8
    offer: float = 0.25
    careful: float = 0.9


class Found(Struct, frozen=True):
    """What to do, the likeliest entries (best first, at most 4), and the language they are in."""

    outcome: Outcome
    entries: tuple[Scored, ...]
    language: str


@dataclass(frozen=True, slots=True)
class Finder:
    """Finds entries by the indexes of all languages; `careful` ones are answered only when sure.

    `indexes` gives the index of a language, or None; a dict's `get` will do.
    """

    indexes: Callable[[str], Index | None]
    guesser: Guesser
    careful: Collection[str] = ()
    thresholds: Thresholds = Thresholds()

    def find(self, text: str, language: str) -> Found:
        """What a person of a language means by a text; never raises."""
        best, spoken = self._rank(text, language), language
        for other in self._others(text, language):
            found = self._rank(text, other)
            if _top(found) > _top(best):
                best, spoken = found, other
        return Found(self._outcome(best), best[:CHOICES], spoken)

    def _rank(self, text: str, language: str) -> tuple[Scored, ...]:
        index = self.indexes(language)
        return index.rank(text) if index else ()

    def _others(self, text: str, language: str) -> tuple[str, ...]:
        """Other languages the text may be in: kin of the person's, and what it surely is.

        Where the person's language is not written like that at all, whatever is likely counts.
        """
        chances = dict(self.guesser.guess(text))
        if language not in chances:
            return tuple(one for one, p in chances.items() if p >= LIKELY)
        root = _root(next(iter(chances)))
        kin = [one for one in chances if self._helps(one, language)]
        sure = sum(p for one, p in chances.items() if _root(one) == root) >= SURE
        if sure and root != _root(language) and len(text.split()) > 1:
            return (*kin, *(one for one in chances if _root(one) == root))
        return tuple(kin)

    def _helps(self, other: str, language: str) -> bool:
        """Whether another language of the same root knows entries that the person's does not."""
        if other == language or _root(other) != _root(language):
            return False
        return bool(self._known(other) - self._known(language))

    def _known(self, language: str) -> set[str]:
        index = self.indexes(language)
        return set(index.kept.entries.all()) if index else set()

    def _outcome(self, best: tuple[Scored, ...]) -> Outcome:
        if not best or best[0].p < self.thresholds.offer:
            return "unknown"
        careful = best[0].entry in self.careful
        needed = self.thresholds.careful if careful else self.thresholds.answer
        return "answer" if best[0].p >= needed else "choices"


def _top(found: tuple[Scored, ...]) -> float:
    return found[0].p if found else 0.0


def _root(language: str) -> str:
    return language.split("_")[0]

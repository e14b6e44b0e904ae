"""Finds the entry a question means: an index a language, made when it is first wanted."""

import threading
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

from threadpoolctl import threadpool_limits

from bot.engine.retrieval.finder import Finder, Found, Thresholds
from bot.engine.retrieval.index import Index, Way, build
from bot.engine.retrieval.languages import build_guesser

Makes = Callable[[str, Sequence[Way], Sequence[Sequence[str]], Sequence[str]], Index]
"""Makes the index of a language out of its ways of asking, its synonyms, and what is not ours."""

ONE_THREAD = threadpool_limits(limits=1, user_api="blas")
"""What is multiplied here is small: more threads wait for each other longer than they work."""


@dataclass(frozen=True, slots=True)
class Material:
    """What is found by: ways of asking, synonyms and what is not ours, by language.

    `careful` entries are answered at once only from a higher chance.
    """

    ways: Mapping[str, tuple[Way, ...]]
    synonyms: Mapping[str, Sequence[Sequence[str]]] = field(default_factory=dict)
    not_ours: Mapping[str, Sequence[str]] = field(default_factory=dict)
    careful: frozenset[str] = frozenset()
    thresholds: Thresholds = Thresholds()

    def of(self, language: str) -> tuple[object, ...]:
        """All that the index of a language is made of."""
        mine = (self.ways, self.synonyms, self.not_ours)
        return tuple(by_language.get(language, ()) for by_language in mine)


class Indexes:
    """Knows every way of asking; makes the index of a language once, when it is first wanted."""

    def __init__(self, material: Material, make: Makes = build) -> None:
        self.material = material
        self._make = make
        self._made: dict[str, Index] = {}
        self._finder: Finder | None = None
        self._lock = threading.RLock()

    def find(self, text: str, language: str) -> Found:
        """What is found for a question, the person's language preferred."""
        return self.finder().find(text, language)

    def finder(self) -> Finder:
        """What finds, made on the first call; others wait for it."""
        with self._lock:
            if self._finder is None:
                asked = {one: _asked(ways) for one, ways in self.material.ways.items()}
                guesser, rules = build_guesser(asked), self.material
                self._finder = Finder(self.index, guesser, rules.careful, rules.thresholds)
            return self._finder

    def index(self, language: str) -> Index | None:
        """The index of a language, made on the first call; None where nobody asks in it."""
        ways = self.material.ways.get(language)
        if not ways:
            return None
        with self._lock:
            if language not in self._made:
                synonyms = self.material.synonyms.get(language, ())
                junk = self.material.not_ours.get(language, ())
                self._made[language] = self._make(language, ways, synonyms, junk)
            return self._made[language]

    def renewed(self, material: Material) -> "Indexes":
        """Those of other material; of a language where that is the same, the index at hand."""
        found = Indexes(material, self._make)
        found.take_over(self._made, self.material)
        return found

    def take_over(self, made: Mapping[str, Index], material: Material) -> None:
        """Have the indexes already that were made of the same as they would be now."""
        same = (one for one in tuple(made) if material.of(one) == self.material.of(one))
        self._made.update({one: made[one] for one in same})

    def keep_in(self, make: Makes) -> None:
        """Make indexes in another way from now on: with files to keep them in."""
        self._make = make

    def warm(self) -> None:
        """Make everything now, so that nobody has to wait for it."""
        for language in self.material.ways:
            self.index(language)
        self.finder()


def _asked(ways: Sequence[Way]) -> list[str]:
    return [way.text for way in ways if way.asked]

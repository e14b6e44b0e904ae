"""Repairs slips of the keyboard: beside a word nobody used stands the nearest that was used."""

import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from itertools import chain

from msgspec import Struct
from rapidfuzz import process
from rapidfuzz.distance import OSA

CLOSE = 0.7
"""Similarity from which a known word is meant: one slip in four letters, two in seven."""
SHORTEST = 4
"""Words with fewer letters are left alone."""
REPAIRS = 8
"""How many words of a text are repaired; it bounds the work."""
_ALPHABETIC = re.compile("[a-z\u0370-\u06ff]+")


class Speller(Struct, frozen=True):
    """The words of an index: which there are, and those of each length, the commonest first."""

    known: frozenset[str]
    by_length: Mapping[int, Sequence[str]]

    def repair(self, text: str) -> str:
        """A folded text, and after it the known words that unknown ones of it are close to."""
        unknown = [word for word in dict.fromkeys(text.split()) if self._is_slip(word)]
        meant = map(self._closest, unknown[:REPAIRS])
        return " ".join((text, *(word for word in meant if word)))

    def _is_slip(self, word: str) -> bool:
        return (
            len(word) >= SHORTEST
            and word not in self.known
            and _ALPHABETIC.fullmatch(word) is not None
        )

    def _closest(self, word: str) -> str:
        """The known word closest to a word, or nothing."""
        slips = int(len(word) * (1 - CLOSE) / CLOSE)
        lengths = range(len(word) - slips, len(word) + slips + 1)
        known = chain.from_iterable(self.by_length.get(length, ()) for length in lengths)
        found = process.extractOne(
            word, tuple(known), scorer=OSA.normalized_similarity, score_cutoff=CLOSE
        )
        return found[0] if found else ""


def vocabulary(texts: Iterable[str]) -> list[str]:
    """The words that may be meant, the commonest first."""
    counted = Counter(word for text in texts for word in text.split())
    return sorted(
        (word for word in counted if _ALPHABETIC.fullmatch(word)),
        key=lambda word: (-counted[word], word),
    )


def spelling(words: Sequence[str]) -> Speller:
    """The speller of some words."""
    by_length: dict[int, list[str]] = {}
    for word in words:
        if len(word) >= SHORTEST:
            by_length.setdefault(len(word), []).append(word)
    return Speller(frozenset(words), by_length)

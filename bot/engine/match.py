"""Understand free text as one of several options: the number, the label, a close label."""

import re
import unicodedata
from collections.abc import Iterable
from functools import cached_property, lru_cache
from typing import TypeAlias

from msgspec import Struct
from rapidfuzz import fuzz, process

CLOSE = 82.0
"""Similarity (0-100) from which a label counts as meant: one slip in six letters still passes."""
MARGIN = 9.0
"""How much better the best must be than the next option, else we ask which."""
MENTION = 3
"""A label longer than this counts where it occurs in a text; a Han character counts twice."""
MOST_UNSURE = 4
"""How many options are offered when it is unclear which is meant."""
LONGEST = 200
"""Longer texts are never a choice; it also bounds the work."""


class Labels(Struct, frozen=True, dict=True):
    """Folded labels in every language, each with the option it stands for."""

    pairs: tuple[tuple[str, str], ...]

    @cached_property
    def options(self) -> dict[str, tuple[str, ...]]:
        """The options each label stands for."""
        found: dict[str, tuple[str, ...]] = {}
        for words, option in self.pairs:
            found[words] = tuple(dict.fromkeys((*found.get(words, ()), option)))
        return found


class Sure(Struct, frozen=True):
    """The text means this option."""

    option: str


class Maybe(Struct, frozen=True):
    """The text could mean any of these options, the likeliest first."""

    options: tuple[str, ...]


Match: TypeAlias = Sure | Maybe | None


@lru_cache(maxsize=4096)
def fold(text: str) -> str:
    """Fold what people type to compare it: width, case, accents, punctuation and blanks."""
    wide = unicodedata.normalize("NFKC", text).casefold().replace("'", "").replace("\u2019", "")
    plain = "".join(c for c in unicodedata.normalize("NFKD", wide) if not unicodedata.combining(c))
    return " ".join(re.findall(r"\w+", unicodedata.normalize("NFC", plain)))


_NUMERALS = {c: n for n, c in enumerate("一二三四五六七八九十", 1)}


@lru_cache(maxsize=4096)
def ordinal(text: str) -> int | None:
    """Read `2`, `２.`, `(2)`, `二` or `第二个` as the number of an option; None if it is none."""
    folded = fold(text)
    folded = re.sub(r"^(第|选|option |number |no )?\s*(.+?)\s*(个|项|号)?$", r"\2", folded)
    if folded.isdecimal() and len(folded) <= 3:
        return int(folded)
    return _NUMERALS.get(folded)


def named(text: str, labels: Labels) -> str | None:
    """The one option whose label a text is, to the letter once folded."""
    exact = labels.options.get(fold(text), ())
    return exact[0] if len(exact) == 1 else None


def choose(text: str, labels: Labels) -> Match:
    """Find the option a text means: exactly, or closely enough to be sure.

    A label that merely occurs in the text is asked back: the text may deny it. So is a text that
    merely occurs in a label.
    """
    folded = fold(text)
    if not folded or len(folded) > LONGEST:
        return None
    exact = labels.options.get(folded)
    if exact:
        return _verdict(exact)
    mentioned = _unique(option for words, option in labels.pairs if _mentions(folded, words))
    if mentioned:
        return Maybe(mentioned[:MOST_UNSURE])
    partly = _unique(option for words, option in labels.pairs if _is_part(folded, words))
    return _closest(folded, labels) or (Maybe(partly[:MOST_UNSURE]) if partly else None)


def search(text: str, labels: Labels) -> Match:
    """Find the entry of a long list a text names; whatever is not exact is asked back."""
    folded = fold(text)
    if not folded or len(folded) > LONGEST:
        return None
    exact = labels.options.get(folded)
    if exact:
        return _verdict(exact)
    named = _unique(o for words, o in labels.pairs if _is_part(folded, words))
    within = _unique(o for words, o in labels.pairs if _mentions(folded, words))
    scores = _scores(folded, labels)
    best = max(scores.values(), default=0.0)
    close = tuple(option for option in scores if scores[option] > best - MARGIN)
    found = _unique((*named, *within, *close))
    return Maybe(found[:MOST_UNSURE]) if found else None


def _unique(options: Iterable[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(options))


def _verdict(options: tuple[str, ...]) -> Match:
    return Sure(options[0]) if len(options) == 1 else Maybe(options[:MOST_UNSURE])


def _is_part(text: str, words: str) -> bool:
    """Whether a text is some words of a label (in Han script: at least two characters of it)."""
    if text[0] > "\u2e7f":
        return len(text) > 1 and text in words
    return set(text.split()) <= set(words.split())


def _mentions(text: str, words: str) -> bool:
    """Whether a label occurs in the text as whole words (in Han script: anywhere)."""
    if len(words) + sum(c > "\u2e7f" for c in words) <= MENTION:
        return False
    if words[0] > "\u2e7f":
        return words in text
    return f" {words} " in f" {text} "


def _closest(text: str, labels: Labels) -> Match:
    scores = _scores(text, labels)
    if not scores:
        return None
    best = next(iter(scores.values()))
    return _verdict(tuple(option for option in scores if scores[option] > best - MARGIN))


def _scores(text: str, labels: Labels) -> dict[str, float]:
    """Options whose labels are close to the text, the closest first; empty when none is."""
    known = [words for words, _ in labels.pairs]
    scores: dict[str, float] = {}
    for scorer in (fuzz.ratio, fuzz.token_sort_ratio):
        found = process.extract(text, known, scorer=scorer, score_cutoff=CLOSE - MARGIN, limit=20)
        for _, score, index in found:
            option = labels.pairs[index][1]
            scores[option] = max(score, scores.get(option, 0.0))
    if max(scores.values(), default=0.0) < CLOSE:
        return {}
    return dict(sorted(scores.items(), key=lambda pair: -pair[1]))

"""How a text of each language is looked at: in writing, and where it helps by its sound."""

import unicodedata
from collections.abc import Callable

from msgspec import Struct

from bot.engine.retrieval.romaji import with_kana
from bot.engine.retrieval.sounds import by_ear, syllables


class View(Struct, frozen=True):
    """What a plane is made of: the folded text turned, and the lengths of pieces."""

    turn: Callable[[str], str]
    sizes: tuple[int, ...]


def _letters(folded: str) -> str:
    """Korean taken apart into its letters, once as it is spaced and once without blanks."""
    joined = folded.replace(" ", "")
    return unicodedata.normalize("NFD", f"{folded} {joined}" if " " in folded else folded)


WRITTEN = View(lambda text: text, (1, 2, 3, 4))
SPOKEN = View(syllables, ())
SPELT = View(_letters, (2, 3, 4, 5))


def views(language: str) -> tuple[View, ...]:
    """The views of a language; each counts the same."""
    if language.startswith("zh"):
        return (WRITTEN, SPOKEN)
    return (SPELT,) if language == "ko" else (WRITTEN,)


def written(language: str, folded: str) -> str:
    """A folded text with what it would be in the letters of its language."""
    return with_kana(folded) if language == "ja" else folded


def shares(language: str, folded: str = "", meaning: bool = False) -> tuple[float, ...]:
    """What each view counts for a text: half of it all if its meaning counts too.

    Pinyin is only heard.
    """
    whole = 0.5 if meaning else 1.0
    if not language.startswith("zh"):
        return (whole,)
    return (0.0, whole) if by_ear(folded) else (whole / 2, whole / 2)

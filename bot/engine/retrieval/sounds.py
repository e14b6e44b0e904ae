"""How Chinese sounds: the syllables of a text, whether it is written in Han or in pinyin."""

import re
from functools import cache

from pypinyin import lazy_pinyin
from pypinyin.constants import PINYIN_DICT, Style
from pypinyin.style import convert

_HAN = re.compile("[\u3400-\u9fff\uf900-\ufaff]")
_LATIN = re.compile("[a-z]+")
LONGEST_SYLLABLE = 6


def syllables(folded: str) -> str:
    """A folded text in toneless syllables apart by blanks; foreign words stay as they are."""
    found: list[str] = []
    for word in folded.split():
        if _HAN.search(word):
            found += (one.replace("v", "u") for one in lazy_pinyin(word))
        else:
            found += split(word) or (word,)
    return " ".join(found)


def by_ear(folded: str) -> bool:
    """Whether a text is pinyin from end to end."""
    return bool(folded) and all(split(word) for word in folded.split())


def split(word: str) -> tuple[str, ...]:
    """A word of pinyin cut into as few syllables as it can be; empty if it is none."""
    if not _LATIN.fullmatch(word):
        return ()
    known, word = _known(), word.replace("v", "u")
    best: list[tuple[str, ...] | None] = [()]
    for end in range(1, len(word) + 1):
        ways = [
            (*before, word[start:end])
            for start in range(max(0, end - LONGEST_SYLLABLE), end)
            if (before := best[start]) is not None and word[start:end] in known
        ]
        best.append(min(ways, key=len) if ways else None)
    return best[-1] or ()


@cache
def _known() -> frozenset[str]:
    """Every toneless syllable there is."""
    readings = (reading for both in PINYIN_DICT.values() for reading in both.split(","))
    plain = {convert(reading, Style.NORMAL, strict=False) for reading in readings}
    return frozenset(one.replace("v", "u") for one in plain if set(one) & set("aeiouv"))

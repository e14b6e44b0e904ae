"""Cuts a long text into parts that the platform takes, at the best places there are."""

import re
import unicodedata
from bisect import bisect_left
from collections.abc import Sequence
from operator import itemgetter

_LINK = r"<a [^>]*>[^<]*</a>"
_ADDRESS = r"https?://[^\s<>\"，。；）】]+"
_ITEM = r"^\d{1,3}\. \S"
_NUMBER = r"\+?\d+(?:[.,:/\- \u00a0]\d+){0,8}"
_KEPT = re.compile(f"{_LINK}|{_ADDRESS}|{_ITEM}|{_NUMBER}", re.MULTILINE)
"""What is never cut: a link, an address, a number with its separators or with what it counts."""

_PLACES = (
    re.compile(r"\n\s*\n"),
    re.compile(r"\n"),
    re.compile(r"(?<!\d)[.!?…؟۔।]+[\"”’»)]*\s+|[。！？；…]+[”’」』）]*"),
    re.compile(r"\s+"),
)
"""Where a text may be cut, best first: after a paragraph, a line, a sentence, a word."""

_JOINER = "\u200d"
_VIRAMA = 9


def size(text: str) -> int:
    """Bytes of a text, as the platform counts."""
    return len(text.encode())


def split(text: str, limit: int) -> list[str]:
    """Parts of at most `limit` bytes, without the blanks where they were cut."""
    parts = []
    rest = text.strip()
    while size(rest) > limit:
        cut = _cut(rest, limit)
        parts.append(rest[:cut].rstrip())
        rest = rest[cut:].lstrip()
    return [part for part in (*parts, rest) if part]


def _cut(text: str, limit: int) -> int:
    """Where to cut: not in the first third if it can be done well after it."""
    most = len(text.encode()[:limit].decode(errors="ignore"))
    kept = [found.span() for found in _KEPT.finditer(text)]
    for least in (most // 3, 0):
        for pattern in _PLACES:
            ends = (found.end() for found in pattern.finditer(text, 0, most))
            good = [end for end in ends if end > least and _is_between(text, end, kept)]
            if good:
                return good[-1]
    for spans in (kept, []):  # what is kept is longer than a part: then it has to be cut
        for place in range(most, 0, -1):
            if _is_between(text, place, spans):
                return place
    return most


def _is_between(text: str, place: int, kept: Sequence[tuple[int, int]]) -> bool:
    """Whether one character ends here and another begins, and nothing is torn."""
    i = bisect_left(kept, place, key=itemgetter(0)) - 1
    is_inside = i >= 0 and place < kept[i][1]
    return not is_inside and not _belongs(text, place)


def _belongs(text: str, place: int) -> bool:
    """Whether the character here belongs to the one before it, as marks and joined emoji do."""
    before, here = text[place - 1], text[place]
    return (
        _joins(here)
        or before == _JOINER
        or (unicodedata.combining(before) == _VIRAMA and here.isalpha())
        or (_is_flag(here) and _flags_before(text, place) % 2 == 1)
    )


def _joins(character: str) -> bool:
    return (
        unicodedata.category(character) in ("Mn", "Mc", "Me")
        or character in ("\u200c", _JOINER)
        or "\u1160" <= character <= "\u11ff"  # the second and third letter of a Korean syllable
        or "\U0001f3fb" <= character <= "\U0001f3ff"  # skin tones
        or "\U000e0020" <= character <= "\U000e007f"  # regions of flags
    )


def _is_flag(character: str) -> bool:
    return "\U0001f1e6" <= character <= "\U0001f1ff"


def _flags_before(text: str, place: int) -> int:
    count = 0
    while count < place and _is_flag(text[place - 1 - count]):
        count += 1
    return count

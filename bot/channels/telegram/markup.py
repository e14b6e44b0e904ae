"""Words as Telegram takes them: escaped for its HTML, and cut where a reader would pause."""

import html
import re
import unicodedata

ELLIPSIS = "…"
SHORTEST_PART = 0.25
"""A pause before this share of what fits is none to cut at: the parts would be too many."""

_PAUSES = (
    re.compile(r"\n\s*\n"),
    re.compile(r"\n"),
    re.compile(r"""[.!?…]["'”’»)\]]*\s|[。！？；][”’」』）]*"""),
    re.compile(r"\s"),
)
"""Where to cut, the best first: after paragraphs, lines, sentences, words."""


def escaped(text: str) -> str:
    """Text that Telegram's HTML shows as it is, whatever is in it."""
    return html.escape(_whole(text), quote=False)


def units(text: str) -> int:
    """The length as Telegram counts it: in UTF-16 units."""
    return len(text.encode("utf-16-le", "surrogatepass")) // 2


def split(text: str, most: int) -> list[str]:
    """Parts of at most so many units. Nothing is lost but white space where it is cut."""
    parts = []
    rest = _whole(text).strip()
    while len(rest) > most // 2 and units(rest) > most:
        end = _pause(rest, _fitting(rest, most))
        parts.append(rest[:end].rstrip())
        rest = rest[end:].lstrip()
    return [*parts, rest] if rest else parts


def cut(text: str, most: int) -> str:
    """The beginning of a text, marked where it had to be cut."""
    if units(text) <= most:
        return text
    return text[: _fitting(text, most - 1)].rstrip() + ELLIPSIS


def columns(text: str) -> int:
    """How wide a text is shown, in Latin letters."""
    return sum(2 if unicodedata.east_asian_width(letter) in "WF" else 1 for letter in text)


def _whole(text: str) -> str:
    """The text with a mark for each half of a letter, which no platform takes."""
    try:
        text.encode()
    except UnicodeEncodeError:
        return text.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")
    return text


def _fitting(text: str, most: int) -> int:
    """How many letters of a text fit, with those that belong to the one before kept to it."""
    fits = min(len(text), most)
    while units(text[:fits]) > most:
        fits -= max(1, (units(text[:fits]) - most) // 2)
    end = fits
    while 0 < end < len(text) and _belongs_to_last(text, end):
        end -= 1
    return end if end > fits * SHORTEST_PART else fits


def _belongs_to_last(text: str, at: int) -> bool:
    """Whether a letter is one with the letter before: an accent, a part of an emoji."""
    joiner, selector = "\u200d", "\ufe0f"
    return (
        unicodedata.combining(text[at]) != 0
        or text[at] in (joiner, selector)
        or text[at - 1] == joiner
    )


def _pause(text: str, fits: int) -> int:
    """The last good place to cut among the letters that fit."""
    for pause in _PAUSES:
        last = max((found.end() for found in pause.finditer(text, 0, fits)), default=0)
        if last > fits * SHORTEST_PART:
            return last
    return fits

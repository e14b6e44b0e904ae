"""Folds what people type before it is compared: width, case, accents, scripts, punctuation."""

import re
import unicodedata
from functools import cache

from opencc import OpenCC

LONGEST = 400
"""Letters of a text that are read; a question is shorter, and it bounds the work."""


def _base(letter: str) -> str:
    """A Latin letter without its accents; empty if it has none."""
    base = unicodedata.normalize("NFKD", letter)[0]
    return base if base.isascii() and base != letter else ""


_ACCENTED = {code: _base(chr(code)) for code in (*range(0xC0, 0x250), *range(0x1E00, 0x1F00))}
_LATIN = {code: base for code, base in _ACCENTED.items() if base} | {
    ord("ß"): "ss",
    ord("ø"): "o",
    ord("æ"): "ae",
    ord("œ"): "oe",
    ord("ł"): "l",
}
_CYRILLIC = {ord("ё"): "е"}
_ARABIC: dict[int, str | None] = {
    **dict.fromkeys((*range(0x64B, 0x660), 0x670, 0x640)),
    **dict.fromkeys(map(ord, "أإآٱ"), "ا"),
    **dict.fromkeys(map(ord, "ىئیې"), "ي"),
    ord("ة"): "ه",
    ord("ؤ"): "و",
    ord("ک"): "ك",
}
_MARKS = dict.fromkeys(range(0x300, 0x370))
_PLAIN: dict[int, str | None] = {**_LATIN, **_CYRILLIC, **_ARABIC, **_MARKS}
_JOINED = dict.fromkeys(map(ord, "'\u2019\u02bc"))
"""English writes as one word with an apostrophe what others write as two."""
_KANA = {code: chr(code - 0x60) for code in range(0x30A1, 0x30F7)} | {ord("ー"): None}
_WORDS = re.compile(r"\w+")
_HAN = "[\u2e80-\u9fff\uf900-\ufaff]"
_BORDER = re.compile(f"(?<={_HAN})(?=[a-z0-9])|(?<=[a-z0-9])(?={_HAN})")
"""Where Han or kana touch Latin letters; a blank goes there."""


def fold(language: str, text: str) -> str:
    """A text as it is compared, words apart by one blank; empty if no letter is in it."""
    wide = unicodedata.normalize("NFKC", clean(text)).casefold().translate(_PLAIN)
    if language == "en":
        wide = wide.translate(_JOINED)
    if language.startswith("zh"):
        wide = wide.translate(_simplified())
    if language == "ja":
        wide = wide.translate(_KANA)
    plain = " ".join(_WORDS.findall(wide.replace("_", " ")))
    return _BORDER.sub(" ", plain)


def clean(text: str) -> str:
    """The part of a text that is read, without halves of letters."""
    return text[:LONGEST].encode("utf-8", "ignore").decode()


@cache
def _simplified() -> dict[int, str]:
    """Each traditional letter with its simplified one, as OpenCC knows them."""
    letters = [chr(code) for code in (*range(0x3400, 0xA000), *range(0xF900, 0xFB00))]
    simple = OpenCC("t2s").convert("\n".join(letters)).split("\n")
    return {ord(a): b for a, b in zip(letters, simple, strict=True) if a != b}

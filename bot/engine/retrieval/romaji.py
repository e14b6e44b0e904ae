"""Japanese typed in Latin letters, as it would be written in kana."""

import re

_ROWS = {
    "": "あいうえお",
    "k": "かきくけこ",
    "g": "がぎぐげご",
    "s": "さしすせそ",
    "z": "ざじずぜぞ",
    "t": "たちつてと",
    "d": "だぢづでど",
    "n": "なにぬねの",
    "h": "はひふへほ",
    "b": "ばびぶべぼ",
    "p": "ぱぴぷぺぽ",
    "m": "まみむめも",
    "r": "らりるれろ",
}
_SOFT = {"sh": "し", "ch": "ち", "j": "じ"} | {f"{row}y": _ROWS[row][1] for row in "kgnhbpmr"}
"""Consonants that are written as a kana in i with a small one after it."""
_OTHERS = {
    "shi": "し",
    "chi": "ち",
    "tsu": "つ",
    "ji": "じ",
    "fu": "ふ",
    "she": "しぇ",
    "che": "ちぇ",
    "je": "じぇ",
    "fa": "ふぁ",
    "fi": "ふぃ",
    "fe": "ふぇ",
    "fo": "ふぉ",
    "n": "ん",
    "ya": "や",
    "yu": "ゆ",
    "yo": "よ",
    "wa": "わ",
    "wo": "を",
}
_KANA = (
    {
        f"{row}{vowel}": kana["aiueo".index(vowel)]
        for row, kana in _ROWS.items()
        for vowel in "aiueo"
    }
    | {
        f"{row}{'auo'[at]}": f"{kana}{'ゃゅょ'[at]}"
        for row, kana in _SOFT.items()
        for at in range(3)
    }
    | _OTHERS
)
_SYLLABLE = "|".join(sorted(_KANA, key=lambda one: (-len(one), one)))
_PIECE = re.compile(rf"(?P<doubled>[ksptgdbjfz])(?=(?P=doubled))|t(?=ch)|{_SYLLABLE}")
_WORD = re.compile(rf"(?:([ksptgdbjfz])(?=\1)|t(?=ch)|{_SYLLABLE})+")
SHORTEST = 3
"""Words with fewer letters are left alone."""


def with_kana(folded: str) -> str:
    """A folded text, and after it its words of romaji in kana."""
    words = [one for one in folded.split() if len(one) >= SHORTEST and _WORD.fullmatch(one)]
    return " ".join((folded, *(_PIECE.sub(_kana, one) for one in words)))


def _kana(piece: re.Match[str]) -> str:
    """The kana of a syllable; a doubled consonant is a small one."""
    return _KANA.get(piece[0], "っ")

"""Guesses the language of a short text: by its script, and among equals by its pieces of words."""

import re
import unicodedata
from collections import Counter
from collections.abc import Mapping, Sequence

import numpy as np
from msgspec import Struct

from bot.engine.retrieval.fold import clean
from bot.engine.retrieval.grams import Hashes, grams
from bot.engine.retrieval.plane import Floats

SIZES = (1, 2, 3, 4)
BUCKETS = 1 << 17
"""Features are counted in so many places; two in one place do no harm."""
TEXTS = 3000
"""How many texts of a language are learnt from, spread evenly."""
AT_HOME = 0.05
"""The share of a language's letters from which a script belongs to it."""
DOUBT = 0.5
"""How often a feature never seen in a language is taken to have been seen."""

_WORDS = re.compile(r"[^\W\d_]+")
_SCRIPTS = {
    "kana": re.compile("[\u3041-\u30ff\uff66-\uff9f]"),
    "hangul": re.compile("[\u1100-\u11ff\u3130-\u318f\uac00-\ud7af]"),
    "han": re.compile("[\u3400-\u9fff\uf900-\ufaff]"),
    "cyrillic": re.compile("[\u0400-\u052f]"),
    "arabic": re.compile("[\u0600-\u06ff\u0750-\u077f]"),
    "greek": re.compile("[\u0370-\u03ff]"),
    "hebrew": re.compile("[\u0590-\u05ff]"),
    "thai": re.compile("[\u0e00-\u0e7f]"),
    "devanagari": re.compile("[\u0900-\u097f]"),
    "latin": re.compile("[a-z\u00df-\u024f\u1e00-\u1eff]"),
}
_WIDE = frozenset({"kana", "hangul", "han"})
"""Scripts whose letters say as much as several of the others."""


class Guesser(Struct, frozen=True):
    """What is known of languages: their scripts, and how common each feature is in each."""

    languages: tuple[str, ...]
    scripts: tuple[frozenset[str], ...]
    chances: Floats

    def guess(self, text: str) -> tuple[tuple[str, float], ...]:
        """Languages and how likely each is, best first; empty if the text has no letters."""
        plain = _plain(text)
        among = self._among(plain)
        if not among:
            return ()
        found = self.chances[np.array(among)[:, None], _places(plain)].sum(axis=1) / len(SIZES)
        p = np.exp(found - found.max())
        order = np.argsort(-p, kind="stable")
        return tuple((self.languages[among[at]], float(p[at] / p.sum())) for at in order)

    def _among(self, plain: str) -> list[int]:
        """The languages written in the script of a text."""
        script = _main(plain)
        return [at for at, used in enumerate(self.scripts) if script in used]


def build_guesser(texts: Mapping[str, Sequence[str]]) -> Guesser:
    """A guesser that has learnt from texts of each language."""
    languages = tuple(texts)
    some = [[_plain(text) for text in texts[one][:: len(texts[one]) // TEXTS + 1]] for one in texts]
    counts = np.zeros((len(languages), BUCKETS), dtype=np.float32)
    for at, plain in enumerate(some):
        _, hashes = grams(plain, SIZES)
        counts[at] = np.bincount(hashes % BUCKETS, minlength=BUCKETS)
    places = max(1, int(np.count_nonzero(counts.sum(axis=0))))
    whole = counts.sum(axis=1, keepdims=True) + np.float32(DOUBT * places)
    return Guesser(languages, tuple(map(_used, some)), np.log((counts + DOUBT) / whole))


def _plain(text: str) -> str:
    """The words of a text without digits and signs, accents kept."""
    return " ".join(_WORDS.findall(unicodedata.normalize("NFKC", clean(text)).casefold()))


def _places(plain: str) -> Hashes:
    _, hashes = grams([plain], SIZES)
    return hashes % np.uint32(BUCKETS)


def _letters(plain: str) -> Counter[str]:
    """How much of a text is written in each script."""
    found = {name: len(pattern.findall(plain)) for name, pattern in _SCRIPTS.items()}
    return Counter({name: n * (6 if name in _WIDE else 1) for name, n in found.items() if n})


def _main(plain: str) -> str:
    """The script a text is written in; kana tells more than the Han between it."""
    found = _letters(plain)
    if found["kana"] * 10 >= found["han"] and found["kana"] > found["latin"] / 4:
        return "kana" if found["kana"] else "latin"
    return max(found, key=found.__getitem__, default="")


def _used(texts: Sequence[str]) -> frozenset[str]:
    """The scripts that are at home in a language."""
    found = sum(map(_letters, texts), Counter[str]())
    floor = AT_HOME * sum(found.values())
    return frozenset(name for name, n in found.items() if n >= floor)

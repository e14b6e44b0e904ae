"""How often the language of a short message is guessed right."""

from collections.abc import Sequence
from pathlib import Path
from random import Random

from bench.faq.sets import read
from bot.engine.retrieval.languages import Guesser, build_guesser

LEARNT, ASKED = 600, 250
"""Phrasings a language is learnt from, and messages asked, at most."""
SHORT = 3
"""Words of a message that counts as very short."""
SOURCES = {
    "en": ("clinc150", "banking50_far", "corpus50_en"),
    "es": ("corpus50_es", "ha_es"),
    "fr": ("corpus50_fr", "ha_fr"),
    "de": ("covid_de",),
    "zh_Hans": ("xsid_zh", "ha_zh-cn"),
    "ja": ("xsid_ja",),
    "ko": ("ha_ko", "ko_pair"),
    "ru": ("ha_ru",),
}


def compare(folder: Path) -> None:
    """Print the share guessed right, of all and of the very short ones."""
    learnt, asked = {}, []
    for language, names in SOURCES.items():
        sets = [read(folder, name) for name in names]
        pool = [text for one in sets for text, _ in one.pool]
        test = [text for one in sets for text, _ in one.test]
        learnt[language] = _some(pool, LEARNT)
        asked += [(text, language) for text in _some(test, ASKED)]
    guesser = build_guesser(learnt)
    short = [one for one in asked if len(one[0].split()) <= SHORT and one[0].isascii()]
    whole, brief = _right(guesser, asked), _right(guesser, short)
    print(f"\nlanguage of {len(asked)} messages in {len(SOURCES)} languages: {whole:.3f} (0.99)")
    print(f"  of {len(short)} in Latin letters with up to {SHORT} words: {brief:.3f}", flush=True)


def _some(texts: Sequence[str], most: int) -> list[str]:
    return Random(7).sample(texts, min(most, len(texts)))


def _right(guesser: Guesser, asked: Sequence[tuple[str, str]]) -> float:
    first = [(next(iter(guesser.guess(text)), ("", 0.0))[0], language) for text, language in asked]
    return sum(guessed == language for guessed, language in first) / len(asked)

"""Phrasings of as many entries as one likes, made from real questions by exchanging words."""

from collections.abc import Sequence
from random import Random

from bot.engine.retrieval.index import Way

PHRASINGS = 10
THEME = 4
"""Words that belong to one entry; every phrasing has two of them."""
_CLOSED = "\u2e7f"
"""Letters beyond are words of their own, Hangul apart."""


def crowd(questions: Sequence[str], entries: int, seed: int) -> list[Way]:
    """Ten phrasings for each of so many entries, alike within an entry as people's are."""
    chance = Random(seed)
    cut = [_words(text) for text in questions if text.strip()]
    words = [word for one in cut for word in one if len(word) > 3 or word > _CLOSED]
    found = []
    for entry in range(entries):
        theme = chance.choices(words, k=THEME)
        for _ in range(PHRASINGS):
            found.append(Way(f"entry{entry}", _phrasing(chance.choice(cut), theme, chance)))
    return found


def _phrasing(question: Sequence[str], theme: Sequence[str], chance: Random) -> str:
    """A question in which two words speak of the theme."""
    words = list(question)
    for word in chance.sample(theme, 2):
        words[chance.randrange(len(words))] = word
    return "".join(words) if words[0] > _CLOSED and words[0] < "\uac00" else " ".join(words)


def _words(text: str) -> list[str]:
    if any("\u2e7f" < letter < "\uac00" for letter in text):
        return [letter for letter in text if not letter.isspace()]
    return text.split()

"""Sets of questions from files, and seeded draws of phrasings out of them."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from random import Random
from typing import TypeVar

from bot.engine.retrieval.index import Way

TESTS = 400
"""Questions of a set that are asked in one draw, at most; of those out of scope too."""
FEWEST = 3
"""An entry with fewer phrasings would not be published; it is left out, with its questions."""
CODES = {"zh": "zh_Hans", "zh-cn": "zh_Hans", "zh-TW": "zh_Hant"}
"""Our codes of languages, where a file has another."""

T = TypeVar("T")
Pair = tuple[str, str]
"""A question and the entry that answers it."""


@dataclass(frozen=True, slots=True)
class Questions:
    """One set: phrasings to draw from, questions to ask, and questions no entry answers."""

    name: str
    language: str
    pool: tuple[Pair, ...]
    test: tuple[Pair, ...]
    outside: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Draw:
    """So many phrasings of each entry, and what is asked."""

    language: str
    ways: tuple[Way, ...]
    inside: tuple[Pair, ...]
    outside: tuple[str, ...]


def read(folder: Path, name: str) -> Questions:
    """A set of the folder."""
    found = json.loads((folder / f"{name}.json").read_text("utf-8"))
    return Questions(
        name=name,
        language=CODES.get(found["lang"], found["lang"]),
        pool=tuple((text, entry) for text, entry in found["pool"]),
        test=tuple((text, entry) for text, entry in found["test"]),
        outside=tuple(found["oos_test"]),
    )


def draw(questions: Questions, phrasings: int, seed: int) -> Draw:
    """A draw of so many phrasings an entry; the same seed draws the same."""
    chance = Random(seed)
    drawn: dict[str, list[str]] = {}
    for text, entry in _shuffled(questions.pool, chance):
        some = drawn.setdefault(entry, [])
        if len(some) < phrasings:
            some.append(text)
    fewest = min(FEWEST, phrasings)
    drawn = {entry: some for entry, some in drawn.items() if len(some) >= fewest}
    return Draw(
        language=questions.language,
        ways=tuple(Way(entry, text) for entry in sorted(drawn) for text in drawn[entry]),
        inside=tuple(p for p in _shuffled(questions.test, chance) if p[1] in drawn)[:TESTS],
        outside=tuple(_shuffled(questions.outside, chance)[:TESTS]),
    )


def _shuffled(some: Sequence[T], chance: Random) -> list[T]:
    return chance.sample(some, len(some))

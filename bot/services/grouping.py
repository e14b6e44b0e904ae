"""Puts questions together that ask for the same in other words."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from rapidfuzz import fuzz, process

from bot.engine.match import fold
from bot.store.questions import KeptQuestion

NEAR = 68.0
"""Similarity (0-100) from which two questions are likely to be one in other words."""

MOST = 50
"""Questions of a group: a form holds no more; the rest is a group of its own."""


@dataclass(frozen=True, slots=True)
class Worded:
    """A question with its words."""

    kept: KeptQuestion
    words: str


@dataclass(frozen=True, slots=True)
class Group:
    """Questions of one language that are near to the first, which was asked most."""

    questions: tuple[Worded, ...]

    @property
    def first(self) -> Worded:
        """The one that stands for all."""
        return self.questions[0]

    @property
    def times(self) -> int:
        """How often all of them were asked."""
        return sum(one.kept.times for one in self.questions)

    @property
    def last_at(self) -> datetime:
        """When one of them was asked last."""
        return max(one.kept.last_at for one in self.questions)


def grouped(questions: Sequence[Worded]) -> list[Group]:
    """The questions in groups, what was asked most on top."""
    by_language: defaultdict[str, list[Worded]] = defaultdict(list)
    for one in sorted(questions, key=_often):
        by_language[one.kept.language].append(one)
    groups = [group for of_one in by_language.values() for group in _near(of_one)]
    return sorted(groups, key=lambda group: (-group.times, _often(group.first)))


def _often(one: Worded) -> tuple[int, float, int]:
    return (-one.kept.times, -one.kept.last_at.timestamp(), one.kept.id)


def _near(left: list[Worded]) -> list[Group]:
    groups = []
    folded = {number: fold(one.words) for number, one in enumerate(left)}
    while folded:
        first = next(iter(folded))
        near = process.extract(
            folded[first], folded, scorer=fuzz.token_sort_ratio, score_cutoff=NEAR, limit=MOST
        )
        others = [number for _, _, number in near if number != first]
        mine = sorted([first, *others[: MOST - 1]])
        groups.append(Group(tuple(left[number] for number in mine)))
        for number in mine:
            del folded[number]
    return groups

"""Tries the answers: are held-out questions answered, and stay questions without an answer so?

Held-out questions stand under `tests/faq/<language>/`, apart from the ways the answers are found
by: `held_out.yaml` by entry, `out_of_scope.yaml` by how far off they are.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from bot.content.faq.indexes import Indexes
from bot.content.files import one
from bot.content.node import Fields, Items, Node, Word
from bot.content.notes import Notes

HELD_OUT = "held_out.yaml"
OUT_OF_SCOPE = "out_of_scope.yaml"


@dataclass(frozen=True, slots=True)
class Asked:
    """A question with the entry it is about, or with none."""

    language: str
    words: str
    entry: str


@dataclass(slots=True)
class Score:
    """What became of questions: of those with an entry and of those without."""

    questions: int = 0
    first: int = 0
    offered: int = 0
    direct: int = 0
    wrong: int = 0
    foreign: int = 0
    foreign_direct: int = 0
    lost: dict[str, list[str]] = field(default_factory=dict)
    """Entries with the questions about them that were answered with another, or not offered."""


def held_out(home: Path, language: str) -> Iterator[Asked]:
    """The questions kept apart for a language."""
    for entry, words in _read(home, language, HELD_OUT).items():
        yield from (Asked(language, one, entry) for one in words)


def out_of_scope(home: Path, language: str) -> Iterator[Asked]:
    """Questions that have no answer."""
    for words in _read(home, language, OUT_OF_SCOPE).values():
        yield from (Asked(language, one, "") for one in words)


def score(indexes: Indexes, asked: Iterator[Asked]) -> Score:
    """Ask every question, and say what came of it."""
    result = Score()
    for question in asked:
        found = indexes.find(question.words, question.language)
        entries = [one.entry for one in found.entries]
        shown = {"answer": entries[:1], "choices": entries, "unknown": []}[found.outcome]
        direct = found.outcome == "answer"
        if not question.entry:
            result.foreign += 1
            result.foreign_direct += direct
            continue
        result.questions += 1
        result.first += entries[:1] == [question.entry]
        result.offered += question.entry in shown
        result.direct += direct
        result.wrong += direct and question.entry not in shown
        if question.entry not in shown:
            result.lost.setdefault(question.entry, []).append(question.words)
    return result


def _read(home: Path, language: str, name: str) -> Mapping[str, tuple[str, ...]]:
    path = f"tests/faq/{language}/{name}"
    node = one(home, path, Notes()) if (home / path).is_file() else None
    return (
        {key: _words(value) for key, value in node.nodes.items()}
        if isinstance(node, Fields)
        else {}
    )


def _words(node: Node) -> tuple[str, ...]:
    nodes = node.nodes if isinstance(node, Items) else ()
    return tuple(one.text for one in nodes if isinstance(one, Word))

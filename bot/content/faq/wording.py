"""Reads the words of answers in one language: title, ways of asking, answer, a service's lines."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from bot.content.form import Form, form_of
from bot.content.node import Items, Node, Word
from bot.content.notes import Notes
from bot.content.problem import Place

LINES = ("who", "where", "papers", "fee", "time")
"""What is told of a service, line by line."""
WORDS = ("title", "ways", "answer")


@dataclass(frozen=True, slots=True)
class Wording:
    """An entry's words in one language."""

    title: str
    ways: tuple[str, ...]
    answer: str
    place: Place
    lines: Mapping[str, str] = field(default_factory=dict)


def wording_of(form: Form) -> Wording:
    """The words that a mapping holds; it may hold more than words."""
    lines = {name: form.word(name) for name in LINES if form.has(name)}
    if lines and len(lines) < len(LINES):
        lacking = ", ".join(name for name in LINES if name not in lines)
        form.notes.add(form.place, f"{form.what}: a service needs {lacking} as well")
    return Wording(form.word("title"), form.words("ways"), form.word("answer"), form.place, lines)


def wordings_of(node: Node, notes: Notes) -> dict[str, Wording]:
    """The words of a file of translations, by entry."""
    form = form_of(node, "the answers' file", notes)
    if form is None:
        return {}
    found = {}
    for name, one in form.node.nodes.items():
        entry = form_of(one, f"entry {name!r}", notes)
        if entry is not None:
            entry.check_names(WORDS, LINES)
            found[name] = wording_of(entry)
    return found


def synonyms_of(node: Node, notes: Notes) -> tuple[tuple[str, ...], ...]:
    """Groups of words that mean the same in the questions of this centre."""
    if not isinstance(node, Items):
        notes.add(node.place, "the synonyms' file is a list of groups, each a list of words")
        return ()
    return tuple(_group(one, notes) for one in node.nodes)


def not_ours_of(node: Node, notes: Notes) -> tuple[str, ...]:
    """Questions that are asked here and that nobody wrote an answer to."""
    if not isinstance(node, Items):
        notes.add(node.place, "what is not ours is a list of questions")
        return ()
    return tuple(one.text for one in node.nodes if isinstance(one, Word))


def _group(node: Node, notes: Notes) -> tuple[str, ...]:
    nodes = node.nodes if isinstance(node, Items) else ()
    words = tuple(one.text for one in nodes if isinstance(one, Word))
    if len(words) < 2:
        notes.add(node.place, "a group of synonyms has two words or more")
    return words

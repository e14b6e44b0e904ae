"""Reads the words people type: for commands, for yes and no, for near days, for asking."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TypeAlias

from bot.content.days import NEAR
from bot.content.form import Form
from bot.content.hears import FLOWS, SMALL
from bot.content.notes import Notes
from bot.content.problem import Place
from bot.engine.match import fold

YES_NO = ("yes", "no")
COMMANDS = (
    "back",
    "change",
    "cancel",
    "language",
    "menu",
    "services",
    "help",
    "status",
    "thanks",
    "person",
    "privacy",
    "keep",
    "greeting",
)
ASKS = "asks"
"""The words that questions are known by: at the beginning, or anywhere without blanks."""

Named: TypeAlias = tuple[str, tuple[str, ...], Place]
"""What is typed for a name, and where that is written."""


@dataclass(frozen=True, slots=True)
class Typed:
    """The command of each word, folded; the words for yes and no and for near days; folded again,
    those that questions are known by, and small ones."""

    commands: Mapping[str, str] = field(default_factory=dict)
    yes_no: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    near_days: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    asks: frozenset[str] = frozenset()
    small: frozenset[str] = frozenset()


def typed_of(forms: Sequence[Form], notes: Notes) -> Typed:
    """The words that files hold, one a language."""
    said = [named for form in forms for named in _said(form)]
    yes_no = {name: _words_of(name, said) for name in YES_NO}
    near = {name: _words_of(name, said) for name in NEAR}
    asks, small = (_folded(said, name) for name in (ASKS, SMALL))
    return Typed(_commands(said, notes), yes_no, near, asks, small)


def _folded(said: Iterable[Named], wanted: str) -> frozenset[str]:
    return frozenset(folded for word in _words_of(wanted, said) if (folded := fold(word)))


def _words_of(name: str, said: Iterable[Named]) -> tuple[str, ...]:
    return tuple(word for known, words, _ in said if known == name for word in words)


def _said(form: Form) -> Iterator[Named]:
    form.check_names((*COMMANDS, *YES_NO, *NEAR), (ASKS, SMALL, FLOWS))
    for name in form.node.nodes:
        if name != FLOWS:
            yield name, form.words(name), form.place_of(name)


def _commands(said: Iterable[Named], notes: Notes) -> dict[str, str]:
    """The command of each word, folded."""
    commands: dict[str, str] = {}
    for command, words, place in said:
        notes.put(f"words.{command}", place)
        for word in words if command in COMMANDS else ():
            _learn(commands, command, word, place, notes)
    return commands


def _learn(commands: dict[str, str], command: str, word: str, place: Place, notes: Notes) -> None:
    folded = fold(word)
    if not folded:
        notes.add(place, f"{word!r} has neither a letter nor a digit to know it by")
    elif commands.setdefault(folded, command) != command:
        notes.add(place, f"{word!r} means {commands[folded]!r} already")

"""Keeps what reading finds beside the values: problems, texts, and where each thing stands."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal, TypeAlias

from bot.content.problem import Place, Problem, problem
from bot.engine.model import Text

Role: TypeAlias = Literal["text", "label"]
"""A label stands on a button or beside an answer; a text is a message or a part of one."""


@dataclass(frozen=True, slots=True)
class Placed:
    """A text with the place it is written at; `inline` are languages it is written in there."""

    text: Text
    place: Place
    role: Role
    inline: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class PlacedNames:
    """A name by language with the place it is written at."""

    names: Mapping[str, str]
    place: Place


@dataclass(slots=True)
class Notes:
    """Filled while files are read; the checks look things up in it.

    `places` is keyed by dotted names as translators see them: `tea`, `tea.milk`, `tea.milk.with`.
    `unreadable` says that a file could not be read at all, so that checks would only mislead.
    """

    problems: list[Problem] = field(default_factory=list)
    texts: list[Placed] = field(default_factory=list)
    names: list[PlacedNames] = field(default_factory=list)
    places: dict[str, Place] = field(default_factory=dict)
    unreadable: bool = False

    def add(self, place: Place, message: str) -> None:
        """Note a problem."""
        self.problems.append(problem(place, message))

    def put(self, name: str, place: Place) -> None:
        """Note where a named thing stands; the first one of a name stays."""
        self.places.setdefault(name, place)

    def is_new(self, name: str, place: Place, what: str) -> bool:
        """Note where a thing stands that may exist only once."""
        known = self.places.get(name)
        if known is not None:
            where = f"{known.path}:{known.line}" if known.path else f"line {known.line}"
            self.add(place, f"{what} exists already: {where}")
            return False
        self.put(name, place)
        return True

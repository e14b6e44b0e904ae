"""Reads YAML into words, lists and fields that know their line and mean nothing yet."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, TypeAlias

import yaml

from bot.content.notes import Notes
from bot.content.problem import Place

DEEPEST = 12
"""No content nests deeper than half of this; the bound keeps a broken file from the stack."""
TRAPS = {
    **dict.fromkeys(("no", "n", "off", "false"), "false"),
    **dict.fromkeys(("yes", "y", "on", "true"), "true"),
    **dict.fromkeys(("null", "~"), "nothing"),
}
"""Words that other YAML readers do not leave words."""
LOADER: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)  # the C parser is ten times faster


@dataclass(frozen=True, slots=True)
class Word:
    """A scalar as it was typed; `plain` when it stood without quotes."""

    place: Place
    text: str
    plain: bool


@dataclass(frozen=True, slots=True)
class Items:
    """A list."""

    place: Place
    nodes: "tuple[Node, ...]"


@dataclass(frozen=True, slots=True)
class Fields:
    """A mapping; `places` are those of the keys."""

    place: Place
    nodes: "dict[str, Node]"
    places: dict[str, Place]


Node: TypeAlias = Word | Items | Fields


class Unreadable(Exception):
    """The file is no YAML of the kind we read."""

    def __init__(self, line: int, message: str) -> None:
        super().__init__(message)
        self.line = line
        self.message = message


def read_node(source: str, path: str, notes: Notes) -> Node | None:
    """Read one YAML document; None when it cannot be read, which is then noted."""
    try:
        _refuse_tabs(source)
        return _Composer(path, notes, yaml.parse(source, Loader=LOADER)).document()
    except Unreadable as refused:
        notes.add(Place(path, refused.line), refused.message)
    except yaml.MarkedYAMLError as error:
        line = getattr(error.problem_mark, "line", 0) + 1
        notes.add(Place(path, line), f"not YAML: {error.problem}")
    except yaml.YAMLError as error:
        notes.add(Place(path, 1), f"not YAML: {error}")
    notes.unreadable = True
    return None


def trap(word: str) -> str:
    """What another YAML reader takes a bare word for; empty when it leaves it a word."""
    return TRAPS.get(word.lower(), "")


def _refuse_tabs(source: str) -> None:
    for number, line in enumerate(source.splitlines(), 1):
        if "\t" in line:
            raise Unreadable(number, "has a tab: write blanks")


class _Composer:
    """Builds the nodes of one document from the parser's events."""

    def __init__(self, path: str, notes: Notes, events: Iterator[Any]) -> None:
        self.path = path
        self.notes = notes
        self.events = events

    def document(self) -> Node | None:
        node: Node | None = None
        for event in self.events:
            line = event.start_mark.line + 1
            match event:
                case yaml.DocumentStartEvent() if node is not None:
                    raise Unreadable(line, "a second document: one per file")
                case yaml.NodeEvent():
                    node = self._node(event, DEEPEST)
        if node is None:
            raise Unreadable(1, "the file is empty")
        return node

    def _node(self, event: Any, depth: int) -> Node:
        place = Place(self.path, event.start_mark.line + 1)
        self._refuse(event, place, depth)
        match event:
            case yaml.ScalarEvent():
                return Word(place, event.value, not event.style)
            case yaml.SequenceStartEvent():
                return Items(place, tuple(self._items(depth)))
            case _:
                return self._fields(place, depth)

    def _refuse(self, event: Any, place: Place, depth: int) -> None:
        if isinstance(event, yaml.AliasEvent) or event.anchor:
            raise Unreadable(place.line, "anchors and aliases (&, *) are not read: write it out")
        if event.tag is not None and event.tag != "!":
            raise Unreadable(place.line, f"tags such as {event.tag!r} are not read")
        if depth == 0:
            raise Unreadable(place.line, "is nested too deeply")

    def _items(self, depth: int) -> Iterator[Node]:
        for event in self.events:
            if isinstance(event, yaml.SequenceEndEvent):
                return
            yield self._node(event, depth - 1)

    def _fields(self, place: Place, depth: int) -> Fields:
        nodes: dict[str, Node] = {}
        places: dict[str, Place] = {}
        for event in self.events:
            if isinstance(event, yaml.MappingEndEvent):
                break
            key = self._key(event, depth)
            value = self._node(next(self.events), depth - 1)
            if key.text in nodes:
                self.notes.add(key.place, f"{key.text!r} is written twice")
            nodes.setdefault(key.text, value)
            places.setdefault(key.text, key.place)
        return Fields(place, nodes, places)

    def _key(self, event: Any, depth: int) -> Word:
        key = self._node(event, depth - 1)
        if not isinstance(key, Word):
            raise Unreadable(key.place.line, "the name of a field must be a word")
        if key.plain and trap(key.text):
            self.notes.add(key.place, quotes_needed(key.text))
        return key


def quotes_needed(word: str) -> str:
    """What to tell the author of a bare word that is a trap."""
    return f"write {word!r} in quotes: other YAML readers take it for {trap(word)}"


def is_number(word: str) -> bool:
    """Whether a word is a whole number as people write it."""
    return re.fullmatch(r"-?[0-9]{1,9}", word) is not None

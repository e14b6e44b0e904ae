"""Reads the fields of a mapping one by one; notes what is wrong and goes on with a default."""

from collections.abc import Iterable
from datetime import date

from rapidfuzz import fuzz, process

from bot.content.node import Fields, Items, Node, Word, is_number, quotes_needed, trap
from bot.content.notes import Notes, Placed, PlacedNames, Role
from bot.content.problem import Place
from bot.engine.model import Text

NEAR = 60.0
"""Similarity (0-100) from which another name is worth hinting at."""
EMPTY = Text("", "")
NAME = "name"
"""The context in which names are translated that are written in some languages only."""
FLAGS = {"yes": True, "true": True, "no": False, "false": False}
LARGEST = 100_000_000


class Form:
    """A mapping whose field names are known."""

    def __init__(self, node: Fields, what: str, notes: Notes) -> None:
        self.node = node
        self.what = what
        self.notes = notes

    @property
    def place(self) -> Place:
        """Where the mapping begins."""
        return self.node.place

    def has(self, name: str) -> bool:
        """Whether the field is written."""
        return name in self.node.nodes

    def place_of(self, name: str) -> Place:
        """Where a field stands; the mapping itself when the field is missing."""
        return self.node.places.get(name, self.place)

    def check_names(self, required: Iterable[str], optional: Iterable[str] = ()) -> None:
        """Note fields that are missing and fields that mean nothing here."""
        required = tuple(required)
        known = (*required, *optional)
        for name in required:
            if not self.has(name):
                self.notes.add(self.place, f"{self.what} needs a field {name!r}")
        for name, place in self.node.places.items():
            if name not in known:
                self.notes.add(place, f"{self.what} has no field {name!r}{hint(name, known)}")

    # words

    def word(self, name: str, default: str = "") -> str:
        """A word or a sentence."""
        node = self.node.nodes.get(name)
        return default if node is None else self._word(node, name)

    def _word(self, node: Node, name: str) -> str:
        if not isinstance(node, Word):
            self.notes.add(node.place, f"{self.what}: {name!r} must be a word")
            return ""
        word = node.text.strip()
        if not word:
            self.notes.add(node.place, f"{self.what}: {name!r} is empty")
        elif node.plain and trap(word):
            self.notes.add(node.place, quotes_needed(word))
        return word

    def words(self, name: str) -> tuple[str, ...]:
        """A list of words; one word alone is a list of one."""
        node = self.node.nodes.get(name)
        if node is None:
            return ()
        nodes = node.nodes if isinstance(node, Items) else (node,)
        return tuple(self._word(one, name) for one in nodes)

    def text(self, name: str, context: str, role: Role = "text") -> Text:
        """A sentence people will read, translated in `context`."""
        node = self.node.nodes.get(name)
        return EMPTY if node is None else self.text_at(node, name, context, role)

    def text_at(self, node: Node, name: str, context: str, role: Role = "text") -> Text:
        """A sentence at a node; with a plural form it is written as text, plural and count."""
        if isinstance(node, Fields):
            form = Form(node, f"{self.what}: {name!r}", self.notes)
            form.check_names(("text", "plural", "count"))
            text = Text(context, form.word("text"), form.word("plural"), form.word("count"))
        else:
            text = Text(context, self._word(node, name))
        if text.source:
            self.notes.texts.append(Placed(text, node.place, role))
        return text

    def texts(self, name: str, context: str) -> tuple[Text, ...]:
        """A list of sentences."""
        return tuple(self.text_at(node, name, context) for node in self.items(name))

    def names(self, name: str, *, everywhere: bool = False) -> dict[str, str]:
        """A name by language; one that is shown `everywhere` is translated like a text as well."""
        names = {language: self._word(node, name) for language, node in self.free(name).items()}
        place = self.place_of(name)
        self.notes.names.append(PlacedNames(names, place))
        if everywhere and names:
            text = Text(NAME, next(iter(names.values())))
            self.notes.texts.append(Placed(text, place, "text", frozenset(names)))
        return names

    # numbers, days, yes and no

    def number(self, name: str, default: int = 0, least: int = 0) -> int:
        """A whole number."""
        node = self.node.nodes.get(name)
        return default if node is None else self.number_at(node, name, least)

    def number_at(self, node: Node, name: str, least: int = 0) -> int:
        """A whole number at a node."""
        word = node.text if isinstance(node, Word) else ""
        if not is_number(word):
            self.notes.add(node.place, f"{self.what}: {name!r} must be a whole number")
            return least
        if not least <= int(word) <= LARGEST:
            self.notes.add(node.place, f"{self.what}: {name!r} must be {least} or more")
        return int(word)

    def flag(self, name: str) -> bool:
        """Yes or no; no when it is not written."""
        node = self.node.nodes.get(name)
        if node is None:
            return False
        known = FLAGS.get(node.text.lower()) if isinstance(node, Word) else None
        if known is None:
            self.notes.add(node.place, f"{self.what}: {name!r} must be yes or no")
        return bool(known)

    def day(self, name: str) -> date:
        """A day as 2026-12-31."""
        node = self.node.nodes.get(name)
        return date.min if node is None else self.day_at(node, name)

    def day_at(self, node: Node, name: str) -> date:
        """A day at a node."""
        try:
            return date.fromisoformat(node.text if isinstance(node, Word) else "")
        except ValueError:
            self.notes.add(node.place, f"{self.what}: {name!r} must be a day such as 2026-12-31")
            return date.min

    # parts

    def items(self, name: str) -> tuple[Node, ...]:
        """The parts of a list."""
        match self.node.nodes.get(name):
            case None:
                return ()
            case Items(_, nodes):
                return nodes
            case node:
                self.notes.add(node.place, f"{self.what}: {name!r} must be a list")
                return ()

    def free(self, name: str) -> dict[str, Node]:
        """A mapping whose keys the author chooses."""
        match self.node.nodes.get(name):
            case None:
                return {}
            case Fields(_, nodes, _):
                return nodes
            case node:
                self.notes.add(node.place, f"{self.what}: {name!r} must be names with values")
                return {}

    def form(self, name: str, what: str = "") -> "Form | None":
        """A mapping with known fields."""
        node = self.node.nodes.get(name)
        return None if node is None else form_of(node, what or repr(name), self.notes)

    def forms(self, name: str, key: str) -> tuple["Form", ...]:
        """A list of mappings, each called by its field `key`."""
        found = (form_of(node, key, self.notes) for node in self.items(name))
        named = tuple(form for form in found if form is not None)
        for form in named:
            known = form.node.nodes.get(key)
            if isinstance(known, Word):
                form.what = f"{key} {known.text!r}"
        return named


def form_of(node: Node, what: str, notes: Notes) -> Form | None:
    """The node as a mapping with known fields."""
    if isinstance(node, Fields):
        return Form(node, what, notes)
    notes.add(node.place, f"{what} must have fields, each written as name: value")
    return None


def hint(name: str, known: Iterable[str]) -> str:
    """What may have been meant by a name nobody knows."""
    near = process.extractOne(name, tuple(known), scorer=fuzz.ratio, score_cutoff=NEAR)
    return f"; do you mean {near[0]!r}?" if near else ""

"""Reads the menu that stands below a chat, on platforms that have one."""

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from typing import TypeAlias

from bot.content.form import Form, form_of, hint
from bot.content.node import Node
from bot.content.notes import Notes
from bot.engine.match import fold

MOST = 3
MOST_BELOW = 5
LONGEST_NAME = 16
LONGEST_NAME_BELOW = 60
LONGEST_WORDS = 100
LONGEST_URL = 1024
"""WeChat's limits, the narrowest there are: entries, and bytes of UTF-8. Its key for an entry holds
128; what is said leaves room for the sort of entry.

https://developers.weixin.qq.com/doc/service/api/custommenu/api_createcustommenu.html"""
DOES = ("flow", "says", "url")


@dataclass(frozen=True, slots=True)
class Opens:
    """Starts a flow."""

    flow: str


@dataclass(frozen=True, slots=True)
class Says:
    """Says words as if the contact had typed them."""

    words: str


@dataclass(frozen=True, slots=True)
class Visits:
    """Goes to a page."""

    url: str


Deed: TypeAlias = Opens | Says | Visits


@dataclass(frozen=True, slots=True)
class Entry:
    """What can be tapped, with its name by language."""

    names: Mapping[str, str]
    does: Deed


@dataclass(frozen=True, slots=True)
class Group:
    """Entries that are shown when its name is tapped."""

    names: Mapping[str, str]
    entries: tuple[Entry, ...]


@dataclass(frozen=True, slots=True)
class Menu:
    """The whole menu; empty where a centre has none."""

    parts: tuple[Entry | Group, ...] = ()


def menu_of(node: Node, flows: Collection[str], commands: Collection[str], notes: Notes) -> Menu:
    """The menu that the file's node describes; `commands` are the words that are understood."""
    form = form_of(node, "the menu's file", notes)
    if form is None:
        return Menu()
    form.check_names(("menu",))
    return Menu(tuple(_Reader(flows, commands, notes).parts(form)))


class _Reader:
    def __init__(self, flows: Collection[str], commands: Collection[str], notes: Notes) -> None:
        self._flows = flows
        self._commands = commands
        self._notes = notes

    def parts(self, menu: Form) -> Iterator[Entry | Group]:
        for form in self._forms(menu, "menu", MOST):
            names = self._names(form, LONGEST_NAME)
            if not form.has("entries"):
                yield Entry(names, self._deed(form))
                continue
            form.check_names(("name", "entries"))
            yield Group(names, tuple(self._entries(form)))

    def _entries(self, group: Form) -> Iterator[Entry]:
        for form in self._forms(group, "entries", MOST_BELOW):
            yield Entry(self._names(form, LONGEST_NAME_BELOW), self._deed(form))

    def _forms(self, form: Form, name: str, most: int) -> Iterator[Form]:
        nodes = form.items(name)
        if not 1 <= len(nodes) <= most:
            problem = f"{name!r} holds from 1 to {most} entries: WeChat shows no more"
            self._notes.add(form.place_of(name), problem)
        found = (form_of(node, "an entry of the menu", self._notes) for node in nodes)
        return (form for form in found if form is not None)

    def _names(self, form: Form, longest: int) -> Mapping[str, str]:
        names = form.names("name")
        for language, name in names.items():
            self._check_length(form, "name", name, longest, f" in {language}")
        return names

    def _deed(self, form: Form) -> Deed:
        written = [name for name in DOES if form.has(name)]
        if len(written) != 1:
            self._notes.add(form.place, f"{form.what} needs one of {', '.join(DOES)}")
        form.check_names(("name",), DOES)
        match written[:1]:
            case ["flow"]:
                return self._opens(form)
            case ["says"]:
                return self._says(form)
            case _:
                return self._visits(form)

    def _opens(self, form: Form) -> Opens:
        flow = form.word("flow")
        if flow and flow not in self._flows:
            near = hint(flow, self._flows)
            self._notes.add(form.place_of("flow"), f"there is no flow {flow!r}{near}")
        return Opens(flow)

    def _says(self, form: Form) -> Says:
        words = form.word("says")
        self._check_length(form, "says", words, LONGEST_WORDS)
        if words and fold(words) not in self._commands:
            near = hint(words, self._commands)
            self._notes.add(form.place_of("says"), f"{words!r} is no command{near}")
        return Says(words)

    def _visits(self, form: Form) -> Visits:
        url = form.word("url")
        self._check_length(form, "url", url, LONGEST_URL)
        if url and not url.startswith("https://"):
            self._notes.add(form.place_of("url"), f"{url!r} must begin with https://")
        return Visits(url)

    def _check_length(self, form: Form, name: str, words: str, most: int, where: str = "") -> None:
        length = len(words.encode())
        if length > most:
            problem = f"{words!r}: {length} bytes{where}, more than the {most} WeChat shows"
            self._notes.add(form.place_of(name), problem)

"""Holds what the checks look at."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from babel.messages.catalog import Catalog, Message

from bot.content.load import Content
from bot.content.notes import Notes
from bot.content.problem import Place, Problem
from bot.content.problem import problem as problem_at
from bot.content.vocabulary import Vocabulary
from bot.engine.flow import Flow, Step, all_edges
from bot.engine.model import Text
from bot.engine.rules import Edge


@dataclass(frozen=True, slots=True)
class Subject:
    """A centre's content with everything known about it."""

    content: Content
    notes: Notes
    vocabulary: Vocabulary
    catalogues: Mapping[str, Catalog]

    @property
    def flows(self) -> tuple[Flow, ...]:
        """The flows in force."""
        return tuple(self.content.catalogue.flows.values())

    def at(self, *names: str) -> Place:
        """Where the thing with this dotted name stands, or else what it is part of."""
        for length in range(len(names), 0, -1):
            place = self.notes.places.get(".".join(names[:length]))
            if place is not None:
                return place
        return Place("flows", 1)

    def problem(self, message: str, *names: str) -> Problem:
        """A problem with the thing of this dotted name."""
        return problem_at(self.at(*names), message)

    def edges(self, flow: Flow) -> Iterator[tuple[Step, str, Edge]]:
        """Every way from a step of a flow, with the name of what leads along it."""
        return ((step, name, edge) for step in flow.steps for name, edge in all_edges(step))

    def languages(self) -> tuple[str, ...]:
        """The languages that texts are translated into."""
        return tuple(self.content.centre.languages)[1:]

    def message(self, text: Text, language: str) -> Message | None:
        """A text's entry in the catalogue of a language."""
        catalogue = self.catalogues.get(language)
        return catalogue.get(text.source, text.context) if catalogue is not None else None


def catalogue_place(language: str, message: Message | None = None) -> Place:
    """Where a translation stands."""
    line = (message.lineno or 1) if message is not None else 1
    return Place(f"locales/{language}/LC_MESSAGES/bot.po", line)


def wordings(message: Message | None) -> tuple[str, ...]:
    """The translation's words, or its plural forms."""
    if message is None:
        return ()
    words = (message.string,) if isinstance(message.string, str) else message.string or ()
    return tuple(word for word in words if word)

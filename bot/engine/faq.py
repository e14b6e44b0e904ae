"""What the centre answers: entries by category, and how the one that is meant is found."""

from collections.abc import Collection, Mapping
from typing import Protocol

from msgspec import Struct

from bot.engine.model import Fact, Text
from bot.engine.retrieval.finder import Found

SHOWN_RELATED = 2
"""Related entries offered below an answer: more buttons would hide the flow's own question."""


class Finds(Protocol):
    """Finds the entries that a question means."""

    def find(self, text: str, language: str) -> Found:
        """What is found for a question, the person's language preferred."""


class Entry(Struct, frozen=True):
    """One vetted answer.

    `lines` are those of a service: the phrase of each one's label, and its words. `spoken` says for
    each language of the centre in which one the answer is there. `dated` is the day of the source.
    """

    id: str
    category: str
    title: Text
    answer: Text
    lines: tuple[tuple[str, Text], ...] = ()
    online: str = ""
    source: str = ""
    dated: str = ""
    related: tuple[str, ...] = ()
    flow: str = ""
    spoken: Mapping[str, str] = {}


class Category(Struct, frozen=True):
    """Entries that are about the same thing, in the order they are shown."""

    id: str
    title: Text
    entries: tuple[str, ...] = ()


class Faq(Struct, frozen=True):
    """Every entry and category, in their order, and what finds an entry by a question."""

    entries: Mapping[str, Entry]
    categories: Mapping[str, Category]
    finder: Finds


class _FindsNothing:
    def find(self, text: str, language: str) -> Found:
        return Found("unknown", (), language)


NO_FAQ = Faq({}, {}, _FindsNothing())
"""Of a centre that answers no questions."""


# Options of what is offered around an answer: a letter says what follows it.

ENTRY, CATEGORY, FLOW, HELPED, MISSED = "e-", "c-", "f-", "y-", "n-"
NEITHER, CATEGORIES, PERSON = "none", "categories", "person"
CHOICES = "choices"
"""What a question is about that asks which entry is meant."""


def is_option(faq: Faq, option: str, flows: Collection[str]) -> bool:
    """Whether an option still leads somewhere; `flows` are those in force."""
    if option in (NEITHER, CATEGORIES, PERSON):
        return True
    leads: dict[str, Collection[str]] = {CATEGORY: faq.categories, FLOW: flows}
    leads.update(dict.fromkeys((ENTRY, HELPED, MISSED), faq.entries))
    return option[2:] in leads.get(option[:2], ())


def option_label(faq: Faq, option: str) -> Fact:
    """The words of an option; those of a flow are its own."""
    match option[:2]:
        case "e-" if option[2:] in faq.entries:
            return _fact(faq.entries[option[2:]].title)
        case "c-" if option[2:] in faq.categories:
            return _fact(faq.categories[option[2:]].title)
        case "y-":
            return {"phrase": "faq_helped"}
        case "n-":
            return {"phrase": "faq_missed"}
        case _:
            return {"phrase": f"faq_{option}"}


def _fact(text: Text) -> Fact:
    return {"text": [text.context, text.source]}

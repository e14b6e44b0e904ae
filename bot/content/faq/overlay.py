"""Lays what staff have added in the console over the answers of the files."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date
from typing import TypeAlias

from msgspec import Struct

from bot.content.faq.entries import Facts, Section
from bot.content.faq.library import Library
from bot.content.faq.wording import Wording
from bot.content.problem import Place
from bot.engine.retrieval.index import Way


class AddedWay(Struct, frozen=True):
    """Another way of asking an entry, in one language."""

    entry: str
    language: str
    text: str


class Worded(Struct, frozen=True):
    """The words of an added entry in one language."""

    title: str
    answer: str
    ways: tuple[str, ...] = ()


class AddedEntry(Struct, frozen=True):
    """A new entry, with its words by language; there is one language at least."""

    entry: str
    category: str
    review_by: date
    words: Mapping[str, Worded]


Added: TypeAlias = AddedWay | AddedEntry


def extended(library: Library, additions: Sequence[Added]) -> Library:
    """The library with additions; those that the files hold by now, or have no place for, are
    left out."""
    there = {facts.entry for facts in library.facts()}
    entries = [one for one in additions if isinstance(one, AddedEntry) and one.entry not in there]
    new = [one for one in entries if _has_place(library, one)]
    there.update(one.entry for one in new)
    ways = [one for one in additions if isinstance(one, AddedWay) and one.entry in there]
    return replace(
        library,
        sections=tuple(_section(one, new) for one in library.sections),
        wordings={language: _wordings(library, new, language) for language in library.wordings},
        added=_ways(library, ways),
    )


def _has_place(library: Library, one: AddedEntry) -> bool:
    """Whether its category is there, and one of its languages is spoken."""
    is_known = any(section.name == one.category for section in library.sections)
    return is_known and any(language in library.wordings for language in one.words)


def holds(library: Library, added: Added) -> bool:
    """Whether the files hold an addition by now."""
    if isinstance(added, AddedEntry):
        return any(facts.entry == added.entry for facts in library.facts())
    wording = library.wordings.get(added.language, {}).get(added.entry)
    return wording is not None and added.text in (wording.title, *wording.ways)


def _section(section: Section, new: Sequence[AddedEntry]) -> Section:
    mine = tuple(_facts(one) for one in new if one.category == section.name)
    return replace(section, facts=(*section.facts, *mine))


def _facts(one: AddedEntry) -> Facts:
    return Facts(
        entry=one.entry,
        category=one.category,
        source="",
        dated="",
        review_by=one.review_by,
        related=(),
        flow="",
        careful=False,
        most_asked=False,
        online="",
        place=_place(one),
    )


def _place(one: AddedEntry) -> Place:
    return Place(f"staff/answers/{one.entry}", 1)


def _wordings(library: Library, new: Sequence[AddedEntry], language: str) -> dict[str, Wording]:
    more = {one.entry: (one, one.words[language]) for one in new if language in one.words}
    return {
        **library.wordings[language],
        **{
            name: Wording(words.title, words.ways, words.answer, _place(one))
            for name, (one, words) in more.items()
        },
    }


def _ways(library: Library, added: Sequence[AddedWay]) -> dict[str, tuple[Way, ...]]:
    by_language: defaultdict[str, list[Way]] = defaultdict(list)
    for one in dict.fromkeys(added):
        if one.language in library.wordings and not holds(library, one):
            by_language[one.language].append(Way(one.entry, one.text))
    return {language: tuple(ways) for language, ways in by_language.items()}

"""All answers of a centre, with their words in every language it speaks."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from bot.content.faq.entries import Facts, Section, section_of
from bot.content.faq.indexes import Indexes, Material
from bot.content.faq.wording import Wording, not_ours_of, synonyms_of, wordings_of
from bot.content.files import files, one
from bot.content.labels import Translations
from bot.content.node import Node
from bot.content.notes import Notes
from bot.content.texts import Known
from bot.engine.catalogue import Language
from bot.engine.faq import CATEGORY, ENTRY, NO_FAQ, Category, Entry, Faq
from bot.engine.match import Labels, fold
from bot.engine.model import Text
from bot.engine.retrieval.finder import Thresholds
from bot.engine.retrieval.index import Way

Wordings = Mapping[str, Mapping[str, Wording]]
"""By language, then by entry."""


@dataclass(frozen=True, slots=True)
class Library:
    """What is written: sections in order; by language words, synonyms and what is not ours.

    `added` are ways of asking, by language, that staff have added to those of the words.
    """

    sections: tuple[Section, ...] = ()
    wordings: Wordings = field(default_factory=dict)
    synonyms: Mapping[str, tuple[tuple[str, ...], ...]] = field(default_factory=dict)
    not_ours: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    added: Mapping[str, tuple[Way, ...]] = field(default_factory=dict)

    def facts(self) -> Iterator[Facts]:
        """The facts of every entry."""
        return (facts for section in self.sections for facts in section.facts)

    def careful(self) -> frozenset[str]:
        """The entries that are answered with only where it is sure that they are meant."""
        return frozenset(facts.entry for facts in self.facts() if facts.careful)


def read_library(home: Path, languages: Sequence[str], notes: Notes) -> Library:
    """The answers under `home`; the first language is the one their facts stand beside."""
    if not (home / "content" / "faq").is_dir() or not languages:
        return Library()
    read = (section_of(node, notes) for _, _, node in files(home, "content/faq", notes))
    sections = sorted((one for one in read if one), key=lambda section: section.order)
    own = {name: words for section in sections for name, words in section.wordings.items()}
    others = {language: _translated(home, language, notes) for language in languages[1:]}
    synonyms = {
        language: synonyms_of(node, notes)
        for language, node in _lists(home, languages, "synonyms.yaml", notes)
    }
    not_ours = {
        language: not_ours_of(node, notes)
        for language, node in _lists(home, languages, "not_ours.yaml", notes)
    }
    return Library(tuple(sections), {languages[0]: own, **others}, synonyms, not_ours)


def _lists(
    home: Path, languages: Sequence[str], name: str, notes: Notes
) -> Iterator[tuple[str, Node]]:
    """A file that each language may have; the first has it beside its facts."""
    for language in languages:
        folder = "content" if language == languages[0] else f"locales/{language}"
        if (home / folder / name).is_file() and (node := one(home, f"{folder}/{name}", notes)):
            yield language, node


def _translated(home: Path, language: str, notes: Notes) -> dict[str, Wording]:
    found: dict[str, Wording] = {}
    for _, _, node in files(home, f"locales/{language}/faq", notes):
        for name, wording in wordings_of(node, notes).items():
            notes.is_new(f"entry.{name}.{language}", wording.place, f"entry {name!r} in {language}")
            found[name] = wording
    return found


def material_of(library: Library, thresholds: Thresholds) -> Material:
    """What the entries of a library are found by."""
    written = {one: _ways(words) for one, words in library.wordings.items()}
    languages = dict.fromkeys((*written, *library.added))
    ways = {one: (*written.get(one, ()), *library.added.get(one, ())) for one in languages}
    spoken = {one: found for one, found in ways.items() if found}
    return Material(spoken, library.synonyms, library.not_ours, library.careful(), thresholds)


def _ways(wordings: Mapping[str, Wording]) -> tuple[Way, ...]:
    """Every way of asking in one language; a title is one as well, and the answer's lines help."""
    return tuple(way for name, wording in wordings.items() for way in _ways_of(name, wording))


def _ways_of(name: str, wording: Wording) -> Iterator[Way]:
    asked = dict.fromkeys((wording.title, *wording.ways))
    yield from (Way(name, text) for text in asked if text)
    lines = (line for line in wording.answer.split("\n") if line.strip())
    yield from (Way(name, line, asked=False) for line in lines)


def indexes_of(library: Library, thresholds: Thresholds) -> Indexes | None:
    """What finds the entries of a library; None where there are none."""
    return Indexes(material_of(library, thresholds)) if library.sections else None


def faq_of(library: Library, indexes: Indexes | None, languages: Mapping[str, Language]) -> Faq:
    """The library as the engine looks at it."""
    if indexes is None:
        return NO_FAQ
    entries = {
        facts.entry: _entry(facts, library, languages)
        for section in library.sections
        for facts in section.facts
    }
    categories = {
        section.name: Category(section.name, section.title, _names(section))
        for section in library.sections
    }
    return Faq(entries, categories, indexes)


def _names(section: Section) -> tuple[str, ...]:
    return tuple(facts.entry for facts in section.facts)


def _entry(facts: Facts, library: Library, languages: Mapping[str, Language]) -> Entry:
    spoken = {one: _spoken(facts.entry, one, library.wordings, languages) for one in languages}
    source = library.wordings[spoken[next(iter(languages))]][facts.entry]
    return Entry(
        id=facts.entry,
        category=facts.category,
        title=_text(facts.entry, "title", source.title),
        answer=_text(facts.entry, "answer", source.answer),
        lines=tuple(
            (f"faq_{name}", _text(facts.entry, name, words)) for name, words in source.lines.items()
        ),
        online=facts.online,
        source=facts.source,
        dated=facts.dated,
        related=facts.related,
        flow=facts.flow,
        spoken=spoken,
    )


def _text(entry: str, part: str, words: str) -> Text:
    return Text(f"faq.{entry}.{part}", words)


def _spoken(
    entry: str, language: str, wordings: Wordings, languages: Mapping[str, Language]
) -> str:
    """The language in which an entry is told: this one, what it falls back on, the source, or any
    that it is there in."""
    first = (language, languages[language].fallback)
    return next(
        (one for one in (*first, *languages) if entry in wordings.get(one, {})),
        next(iter(languages)),
    )


def known_of(library: Library, faq: Faq, languages: Mapping[str, Language]) -> dict[str, Known]:
    """The words of every entry by language, ready for those who translate texts."""
    known: dict[str, Known] = {}
    for language in languages:
        words = known.setdefault(language, {})
        for name, entry in faq.entries.items():
            wording = library.wordings[entry.spoken[language]].get(name)
            if wording is not None:
                words.update(_known(entry, wording))
    return known


def _known(entry: Entry, wording: Wording) -> Iterator[tuple[tuple[str, str], str]]:
    yield (entry.title.context, entry.title.source), wording.title
    yield (entry.answer.context, entry.answer.source), wording.answer
    for label, text in entry.lines:
        if words := wording.lines.get(label.removeprefix("faq_")):
            yield (text.context, text.source), words


def labels_of(library: Library, faq: Faq, translations: Translations) -> Labels:
    """What may be typed for an entry or a category that is offered: its title in any language."""
    titles = (
        (fold(wording.title), ENTRY + name)
        for words in library.wordings.values()
        for name, wording in words.items()
    )
    names = (
        (fold(words), CATEGORY + category.id)
        for category in faq.categories.values()
        for words in (category.title.source, *_translations(category.title, translations))
    )
    return Labels(tuple(dict.fromkeys(pair for pair in (*titles, *names) if pair[0])))


def _translations(text: Text, translations: Translations) -> Iterator[str]:
    for known in translations.values():
        words = known.get((text.context, text.source))
        if isinstance(words, str):
            yield words

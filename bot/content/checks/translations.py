"""Checks that every text is translated, with the same placeholders and the right plural forms."""

from collections.abc import Collection, Iterable, Iterator

from babel.messages.catalog import Catalog, Message
from babel.messages.plurals import get_plural

from bot.content.checks.placeholders import BRACES
from bot.content.checks.subject import Subject, catalogue_place, wordings
from bot.content.notes import Placed, PlacedNames
from bot.content.problem import Place, Problem
from bot.content.problem import problem as problem_at
from bot.engine.model import Text

SHOWN = 40
"""Letters of a text that a problem quotes."""


def problems(subject: Subject) -> Iterator[Problem]:
    """Translations that are missing, doubtful or unlike their source; names likewise."""
    for language in subject.languages():
        catalogue = subject.catalogues.get(language)
        if catalogue is None:
            yield problem_at(catalogue_place(language), "the file is missing")
            continue
        needed = get_plural(language).num_plurals
        if catalogue.num_plurals != needed:
            message = f"{language} has {needed} plural forms, not {catalogue.num_plurals}"
            yield problem_at(catalogue_place(language), message)
            continue
        for placed in subject.notes.texts:
            if language not in placed.inline:
                yield from _of_text(subject, placed, language, catalogue)
    known = subject.content.catalogue
    yield from of_names(subject.notes.names, known.whole_languages, known.languages)


def _of_text(
    subject: Subject, placed: Placed, language: str, catalogue: Catalog
) -> Iterator[Problem]:
    message = subject.message(placed.text, language)
    said = f"{placed.text.context}: {_short(placed.text.source)!r}"
    if message is None or not wordings(message):
        yield problem_at(placed.place, f"{said} is not translated to {language}")
        return
    place = catalogue_place(language, message)
    if message.fuzzy:
        yield problem_at(place, f"{said} is marked fuzzy: confirm or correct it")
    yield from _plurals(placed.text, message, catalogue, said, place)
    yield from _placeholders(placed.text, message, said, place)


def _plurals(
    text: Text, message: Message, catalogue: Catalog, said: str, place: Place
) -> Iterator[Problem]:
    has_plural = isinstance(message.id, list | tuple)
    if has_plural != bool(text.plural):
        yield problem_at(place, f"{said} has {'a' if has_plural else 'no'} plural here")
        return
    forms, needed = len(wordings(message)), catalogue.num_plurals
    if has_plural and forms != needed:
        yield problem_at(place, f"{said} needs {needed} plural forms and has {forms}")


def _placeholders(text: Text, message: Message, said: str, place: Place) -> Iterator[Problem]:
    """With plural forms, the number itself may be written as a word."""
    free = {f"{{{text.count}}}"} if text.plural else set()
    expected = set(BRACES.findall(text.source)) | set(BRACES.findall(text.plural))
    for words in wordings(message):
        found = set(BRACES.findall(words))
        for name, problem in (
            *((name, "lacks") for name in sorted(expected - found - free)),
            *((name, "adds") for name in sorted(found - expected)),
        ):
            yield problem_at(place, f"{said}: the translation {problem} {name}")


def of_names(
    names: Iterable[PlacedNames], whole: Collection[str], languages: Collection[str]
) -> Iterator[Problem]:
    """Names that lack a language which falls back on no other, or have one nobody speaks here."""
    for placed in names:
        for language in whole:
            if not placed.names.get(language):
                yield problem_at(placed.place, f"there are no words in {language}")
        for language in placed.names:
            if language not in languages:
                yield problem_at(placed.place, f"the centre does not speak {language!r}")


def _short(text: str) -> str:
    return text if len(text) <= SHOWN else text[: SHOWN - 1].rstrip() + "…"

"""Finds everything that is wrong with a centre's content, in one go."""

from pathlib import Path

from bot.content.checks import (
    answers,
    identifiers,
    labels,
    lists,
    outcomes,
    photos,
    phrases,
    placeholders,
    policies,
    references,
    routes,
    sizes,
)
from bot.content.checks import (
    translations as translated,
)
from bot.content.checks.subject import Subject
from bot.content.load import catalogues_under, read_home, translations_of
from bot.content.notes import Notes
from bot.content.problem import Problem, in_order
from bot.content.vocabulary import Vocabulary

CHECKS = (
    identifiers.problems,
    routes.problems,
    references.problems,
    outcomes.problems,
    policies.problems,
    placeholders.problems,
    labels.problems,
    sizes.problems,
    lists.problems,
    photos.problems,
    phrases.problems,
    translated.problems,
    answers.problems,
)


def check(home: Path, vocabulary: Vocabulary) -> tuple[Problem, ...]:
    """Every problem under `home`, by file and line."""
    notes = Notes()
    catalogues = catalogues_under(home, notes)
    translations = translations_of(catalogues)
    content = read_home(home, translations, notes)
    if notes.unreadable:  # what is missing because a file cannot be read would only mislead
        return in_order(notes.problems)
    subject = Subject(content, notes, vocabulary, catalogues)
    found = [problem for checked in CHECKS for problem in checked(subject)]
    return in_order([*notes.problems, *found])

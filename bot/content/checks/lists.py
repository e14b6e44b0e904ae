"""Checks that a name means one entry of a list."""

from collections.abc import Iterator

from bot.content.checks.subject import Subject
from bot.content.problem import Problem


def problems(subject: Subject) -> Iterator[Problem]:
    """Names that two entries share."""
    for listing in subject.content.catalogue.lists.values():
        known: dict[str, str] = {}
        for words, entry in listing.labels.pairs:
            other = known.setdefault(words, entry)
            if other != entry:
                message = f"{words!r} names both {other!r} and {entry!r}"
                yield subject.problem(message, "list." + listing.name, entry)

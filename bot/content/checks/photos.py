"""Checks that every photo of the stock is there."""

from collections.abc import Iterator

from bot.content.checks.subject import Subject
from bot.content.problem import Problem


def problems(subject: Subject) -> Iterator[Problem]:
    """Photos that no file holds."""
    for building in subject.content.stock:
        for unit_type in building.unit_types:
            photo = unit_type.photo
            if photo and not (subject.content.photos / photo).is_file():
                yield subject.problem(f"there is no photo {photo!r}", f"photo.{photo}")

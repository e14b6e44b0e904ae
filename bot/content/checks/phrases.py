"""Checks that the system's file holds what the program says, and nothing else."""

from collections.abc import Iterator

from bot.content.checks.subject import Subject
from bot.content.form import hint
from bot.content.phrases import PAGE, PHRASES
from bot.content.problem import Problem


def problems(subject: Subject) -> Iterator[Problem]:
    """Phrases that are missing, and phrases that nobody says."""
    written = subject.content.catalogue.phrases
    for name in PHRASES:
        if name not in written:
            yield subject.problem(f"there is no phrase {name!r}", "system")
    for name in written:
        if name not in PHRASES and not name.startswith(PAGE):
            message = f"nothing says the phrase {name!r}{hint(name, PHRASES)}"
            yield subject.problem(message, "system", name)

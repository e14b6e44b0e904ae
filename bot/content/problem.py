"""Says what is wrong with content, and where."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Place:
    """A line of a file, its path as seen from the centre's folder."""

    path: str
    line: int


@dataclass(frozen=True, slots=True, order=True)
class Problem:
    """One thing an author must mend."""

    path: str
    line: int
    message: str

    def __str__(self) -> str:
        return f"{self.path}:{self.line}: {self.message}"


def problem(place: Place, message: str) -> Problem:
    """A problem at a place."""
    return Problem(place.path, place.line, message)


def in_order(problems: list[Problem]) -> tuple[Problem, ...]:
    """Each problem once, by file and line."""
    return tuple(sorted(set(problems)))

"""Gives boxes and arrows their row and their order within it, with few crossings."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise

SWEEPS = 12
"""Passes down and up; a flow of forty steps does not get better after half of them."""


@dataclass(frozen=True, slots=True)
class Way:
    """An arrow as the layout sees it: from an upper to a lower row; `turned` when it points up."""

    upper: str
    lower: str
    turned: bool


@dataclass(frozen=True, slots=True)
class Layers:
    """The rows of boxes (even) and of what lies between (odd), and each way's stops in them."""

    rows: tuple[tuple[str, ...], ...]
    stops: tuple[tuple[str, ...], ...]


def layers_of(boxes: Sequence[str], ways: Sequence[Way]) -> Layers:
    """Put boxes below what leads to them, and stops in the rows a way passes."""
    rank = _ranks(boxes, ways)
    rows: list[list[str]] = [[] for _ in range(2 * max(rank.values(), default=0) + 1)]
    for box in boxes:
        rows[2 * rank[box]].append(box)
    stops = []
    for number, way in enumerate(ways):
        between = range(2 * rank[way.upper] + 1, 2 * rank[way.lower])
        names = tuple(f"{number}/{row}" for row in between)
        for row, name in zip(between, names, strict=True):
            rows[row].append(name)
        stops.append((way.upper, *names, way.lower))
    return Layers(_ordered(rows, stops), tuple(stops))


def _ranks(boxes: Sequence[str], ways: Sequence[Way]) -> dict[str, int]:
    """How many boxes lie at most above each; a circle, which `check` refuses, is cut open."""
    rank = dict.fromkeys(boxes, 0)
    for _ in boxes:
        changed = False
        for way in ways:
            if not way.turned and rank[way.lower] <= rank[way.upper] < len(boxes):
                rank[way.lower] = rank[way.upper] + 1
                changed = True
        if not changed:
            break
    return rank


def _ordered(
    rows: list[list[str]], stops: Sequence[tuple[str, ...]]
) -> tuple[tuple[str, ...], ...]:
    above: dict[str, list[str]] = {name: [] for row in rows for name in row}
    below: dict[str, list[str]] = {name: [] for row in rows for name in row}
    for path in stops:
        for upper, lower in pairwise(path):
            below[upper].append(lower)
            above[lower].append(upper)
    best = rows
    for sweep in range(SWEEPS):
        rows = _sweep(rows, above if sweep % 2 == 0 else below, down=sweep % 2 == 0)
        if crossings(rows, below) < crossings(best, below):
            best = rows
    return tuple(tuple(row) for row in best)


def _sweep(
    rows: list[list[str]], neighbours: Mapping[str, list[str]], *, down: bool
) -> list[list[str]]:
    swept: list[list[str]] = []
    place: dict[str, float] = {}
    for row in rows if down else reversed(rows):
        order = {name: float(index) for index, name in enumerate(row)}
        means = {name: _mean(neighbours[name], place, order[name]) for name in row}
        done = sorted(row, key=lambda name: means[name])
        place.update({name: float(index) for index, name in enumerate(done)})
        swept.append(done)
    return swept if down else swept[::-1]


def _mean(names: Iterable[str], place: Mapping[str, float], otherwise: float) -> float:
    known = [place[name] for name in names if name in place]
    return sum(known) / len(known) if known else otherwise


def crossings(rows: Sequence[Sequence[str]], below: Mapping[str, list[str]]) -> int:
    """How often ways cross between neighbouring rows."""
    count = 0
    for upper, lower in pairwise(rows):
        place = {name: index for index, name in enumerate(lower)}
        ends = [sorted(place[one] for one in below[name]) for name in upper]
        seen: list[int] = []
        for row in ends:
            count += sum(1 for end in row for other in seen if other > end)
            seen += row
    return count

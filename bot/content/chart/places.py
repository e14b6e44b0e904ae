"""Gives everything on a sheet its coordinates."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise

from bot.content.chart.layers import Layers

SWEEPS = 24
SIDE_GAP = 26.0
ROW_GAP = 26.0
MARGIN = 24.0
STRAIGHT = 6.0
"""How much harder a stop pulls than a box: long ways become straight."""


@dataclass(frozen=True, slots=True)
class Size:
    """Width and height."""

    width: float
    height: float


@dataclass(frozen=True, slots=True)
class Places:
    """The centre of each thing from left, and top and bottom of each row."""

    across: Mapping[str, float]
    tops: tuple[float, ...]
    bottoms: tuple[float, ...]
    sheet: Size


def places_of(layers: Layers, sizes: Mapping[str, Size]) -> Places:
    """Put things below what they belong to, side by side without touching."""
    above: dict[str, list[str]] = {name: [] for name in sizes}
    below: dict[str, list[str]] = {name: [] for name in sizes}
    for path in layers.stops:
        for upper, lower in pairwise(path):
            below[upper].append(lower)
            above[lower].append(upper)
    across = dict.fromkeys(sizes, 0.0)
    for sweep in range(SWEEPS):
        down = sweep % 2 == 0
        for row in layers.rows if down else layers.rows[::-1]:
            _settle(row, across, sizes, above if down else below)
    left = min((across[name] - size.width / 2 for name, size in sizes.items()), default=0.0)
    across = {name: x - left + MARGIN for name, x in across.items()}
    width = max((across[name] + size.width / 2 for name, size in sizes.items()), default=0.0)
    tops, bottoms = _heights(layers, sizes)
    return Places(across, tops, bottoms, Size(width + MARGIN, (bottoms or (0.0,))[-1] + MARGIN))


def _heights(
    layers: Layers, sizes: Mapping[str, Size]
) -> tuple[tuple[float, ...], tuple[float, ...]]:
    tops, bottoms, y = [], [], MARGIN
    for row in layers.rows:
        tops.append(y)
        y += max((sizes[name].height for name in row), default=0.0)
        bottoms.append(y)
        y += ROW_GAP
    return tuple(tops), tuple(bottoms)


def _settle(
    row: Sequence[str],
    across: dict[str, float],
    sizes: Mapping[str, Size],
    neighbours: Mapping[str, list[str]],
) -> None:
    """Move each thing of a row as near to its neighbours as the others let it.

    Taking off what lies between them, the places must only not decrease: the nearest such places
    are means of runs (pool adjacent violators).
    """
    offsets = [0.0]
    for left, right in pairwise(row):
        apart = (sizes[left].width + sizes[right].width) / 2 + SIDE_GAP
        offsets.append(offsets[-1] + apart)
    runs: list[tuple[float, float, int]] = []
    for name, offset in zip(row, offsets, strict=False):
        near = [across[one] for one in neighbours[name]]
        wish = (sum(near) / len(near) if near else across[name]) - offset
        runs.append((wish, STRAIGHT if "/" in name else 1.0, 1))
        while len(runs) > 1 and runs[-2][0] > runs[-1][0]:
            last, before = runs.pop(), runs.pop()
            weight = last[1] + before[1]
            mean = (last[0] * last[1] + before[0] * before[1]) / weight
            runs.append((mean, weight, last[2] + before[2]))
    settled = [mean for mean, _, count in runs for _ in range(count)]
    for name, offset, x in zip(row, offsets, settled, strict=False):
        across[name] = x + offset

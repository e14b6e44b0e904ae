"""Draws small charts: bars that fill their place, however wide, with the numbers written on them.

Lengths are parts of a hundred and letters keep their size, so that a chart reads on any screen.
Colours are those of the page, by class: charts.css.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import accumulate

from markupsafe import Markup

ROW, BAR, TOP = 46, 16, 22
"""Height of a row, of its bar, and of the words above it."""
LONGEST = 34
"""Characters of a label: what stands above a bar on a narrow screen, beside its number."""


@dataclass(frozen=True, slots=True)
class Part:
    """A piece of a bar: how much, how it is coloured, what it is called."""

    amount: int
    style: str
    name: str = ""


@dataclass(frozen=True, slots=True)
class Bar:
    """One row: what it is, its pieces from the start on, and what is written at its end."""

    label: str
    parts: tuple[Part, ...]
    note: str


def bars(title: str, rows: Sequence[Bar], whole: int = 0) -> Markup:
    """A chart of bars; a bar of `whole` fills the width, without it the longest one does."""
    longest = max((sum(part.amount for part in row.parts) for row in rows), default=0)
    full = max(whole, longest, 1)
    spoken = "; ".join(f"{row.label}: {row.note}" for row in rows)
    drawn = Markup("").join(piece for n, row in enumerate(rows) for piece in _bar(row, n, full))
    return Markup(
        '<svg class="chart" role="img" width="100%" height="{height}">'
        "<title>{title}</title><desc>{spoken}</desc>{drawn}</svg>"
    ).format(height=ROW * len(rows), title=title, spoken=spoken, drawn=drawn)


def _bar(row: Bar, n: int, full: int) -> Iterator[Markup]:
    top = n * ROW
    label = row.label if len(row.label) <= LONGEST else f"{row.label[: LONGEST - 1]}…"
    yield Markup('<text x="0" y="{y}">{label}</text>').format(y=top + TOP - 7, label=label)
    yield Markup('<text class="note" x="100%" y="{y}">{note}</text>').format(
        y=top + TOP - 7, note=row.note
    )
    yield _piece("track", 0, 100, top, "")
    ends = list(accumulate(part.amount for part in row.parts))
    for part, end in zip(row.parts, ends, strict=True):
        if part.amount:
            left, width = (end - part.amount) * 100 / full, part.amount * 100 / full
            hint = f"{part.name}: {part.amount}" if part.name else ""
            yield _piece(part.style, left, width, top, hint)


def _piece(style: str, left: float, width: float, top: int, hint: str) -> Markup:
    inside = Markup("<title>{}</title>").format(hint) if hint else ""
    return Markup(
        '<rect class="{style}" x="{left:.2f}%" y="{y}" width="{width:.2f}%" height="{height}">'
        "{inside}</rect>"
    ).format(style=style, left=left, y=top + TOP, width=width, height=BAR, inside=inside)

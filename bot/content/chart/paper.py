"""Breaks words into lines of a width, as far as that can be known without a font."""

from html import escape
from unicodedata import east_asian_width

CLOSING = "，。：；！？、）》”’"
NARROW, WIDE = 0.52, 1.0
"""Width of a letter by its height, in the usual fonts without serifs."""


def width_of(words: str, height: float) -> float:
    """How wide words are at a letter height."""
    return sum(WIDE if east_asian_width(c) in "WF" else NARROW for c in words) * height


def broken(words: str, height: float, width: float, most: int) -> tuple[str, ...]:
    """Words in lines no wider than `width`; after `most` lines they end in dots."""
    lines: list[str] = []
    for paragraph in words.splitlines():
        line = ""
        for part in _parts(paragraph):
            if line.strip() and width_of(line + part.rstrip(), height) > width:
                lines.append(line.strip())
                line = ""
            line += part
        lines.append(line.strip())
    if len(lines) > most:
        lines = [*lines[: most - 1], lines[most - 1].rstrip(" .,，。") + " …"]
    return tuple(lines)


def _parts(words: str) -> list[str]:
    """Where a line may break: after a blank, and around each Han character that closes nothing."""
    parts = [""]
    for c in words:
        if c in CLOSING and len(parts) > 1:
            parts[-2] += c
        elif east_asian_width(c) in "WF":
            parts += [c, ""]
        else:
            parts[-1] += c
            if c in " /":
                parts.append("")
    return [part for part in parts if part]


def text_lines(
    lines: tuple[str, ...], x: float, y: float, height: float, style: str
) -> tuple[str, ...]:
    """SVG of lines of text, the first one's base line at `y`."""
    return tuple(
        f'<text x="{x:.1f}" y="{y + number * height * LINE:.1f}" class="{style}">'
        f"{escape(line, quote=False)}</text>"
        for number, line in enumerate(lines)
    )


LINE = 1.35
"""Distance of two base lines by the letter height."""

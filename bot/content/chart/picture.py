"""Writes a chart as an SVG picture."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from html import escape
from itertools import pairwise

from bot.content.chart.boxes import Box, Chart
from bot.content.chart.layers import Layers, Way, layers_of
from bot.content.chart.paper import LINE, broken, text_lines, width_of
from bot.content.chart.places import Places, Size, places_of

WIDTH = 250.0
PAD = 12.0
WORDS, SMALL = 13.0, 11.0
"""Heights of letters: what is said; headings, options and labels."""
MOST_LINES = {"words": 5, "options": 3, "label": 4}
LABEL_WIDTH = 170.0
HEADER = 44.0
PORT = 16.0
"""Distance of two arrows at one box."""

COLOURS = {
    "tell": ("#f8fafc", "#64748b"),
    "ask": ("#e8f4fd", "#0369a1"),
    "decide": ("#fef6dc", "#b45309"),
    "do": ("#e7f8ec", "#15803d"),
    "await": ("#f6edff", "#7e22ce"),
    "end": ("#334155", "#334155"),
}
CSS = """
text { font-family: "Noto Sans", "Noto Sans CJK SC", system-ui, sans-serif; fill: #0f172a }
.title { font-size: 18px; font-weight: 600 }
.words { font-size: 13px }
.small { font-size: 11px; fill: #475569 }
.label { font-size: 11px; fill: #1e293b; text-anchor: middle }
.count { font-size: 13px; font-weight: 600; fill: #ffffff; text-anchor: middle }
.way { fill: none; stroke: #64748b; stroke-width: 1.4 }
.back { fill: none; stroke: #be123c; stroke-width: 1.2; stroke-dasharray: 5 4 }
"""


@dataclass(frozen=True, slots=True)
class _Face:
    """A box with its words broken into lines."""

    box: Box
    heading: tuple[str, ...]
    words: tuple[str, ...]
    options: tuple[str, ...]

    @property
    def size(self) -> Size:
        if self.box.shape == "end":
            return Size(18.0, 18.0)
        small = (len(self.heading) + len(self.options)) * SMALL * LINE
        gap = 5.0 if self.options else 0.0
        return Size(WIDTH, 2 * PAD + small + len(self.words) * WORDS * LINE + gap)


def picture(
    chart: Chart, title: str, language: str, direction: str, counts: Mapping[str, int]
) -> str:
    """The chart as SVG; a box with a count carries it at its corner."""
    faces = {box.id: _face(box) for box in chart.boxes}
    ways = _ways(chart)
    layers = layers_of(tuple(faces), ways)
    labels = _labels(chart, ways, layers)
    sizes = {name: face.size for name, face in faces.items()}
    for path in layers.stops:
        for stop in path[1:-1]:
            sizes[stop] = _label_size(labels.get(stop, ()))
    places = places_of(layers, sizes)
    sheet = places.sheet
    height = sheet.height + HEADER
    width = max(sheet.width, width_of(title, 18.0) + 48)
    parts = (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{width:.0f}" height="{height:.0f}" '
        f'viewBox="0 0 {width:.0f} {height:.0f}" lang="{escape(language)}" '
        f'direction="{direction}">',
        f"<title>{escape(title)}</title><style>{CSS}</style>",
        *_arrowheads(),
        f'<rect width="{width:.0f}" height="{height:.0f}" fill="#ffffff"/>',
        f'<text x="24" y="34" class="title">{escape(title)}</text>',
        f'<g transform="translate(0 {HEADER:.0f})">',
        *_drawn_ways(chart, layers, places, sizes),
        *_drawn_labels(layers, labels, places, sizes),
        *_drawn_boxes(faces, layers, places, counts),
        "</g></svg>",
    )
    return "\n".join(parts) + "\n"


def _face(box: Box) -> _Face:
    inner = WIDTH - 2 * PAD - 6
    return _Face(
        box,
        heading=broken(box.heading, SMALL, inner, 1),
        words=broken(box.words, WORDS, inner, MOST_LINES["words"]),
        options=broken(box.options, SMALL, inner, MOST_LINES["options"]),
    )


def _ways(chart: Chart) -> tuple[Way, ...]:
    return tuple(
        Way(arrow.target, arrow.source, True)
        if arrow.again
        else Way(arrow.source, arrow.target, False)
        for arrow in chart.arrows
    )


def _labels(chart: Chart, ways: tuple[Way, ...], layers: Layers) -> dict[str, tuple[str, ...]]:
    """The lines of each label, at the stop next to the box the arrow comes from."""
    labels = {}
    for arrow, way, path in zip(chart.arrows, ways, layers.stops, strict=True):
        lines = broken(arrow.label, SMALL, LABEL_WIDTH, MOST_LINES["label"])
        if len(path) > 2 and lines:
            labels[path[-2] if way.turned else path[1]] = lines
    return labels


def _label_size(lines: tuple[str, ...]) -> Size:
    if not lines:
        return Size(6.0, 1.0)
    wide = max(width_of(line, SMALL) for line in lines)
    return Size(wide + 10, len(lines) * SMALL * LINE + 6)


def _arrowheads() -> Iterator[str]:
    yield "<defs>"
    for name, colour in (("way", "#64748b"), ("back", "#be123c")):
        yield (
            f'<marker id="{name}" viewBox="0 0 8 8" refX="7" refY="4" markerWidth="8" '
            f'markerHeight="8" orient="auto"><path d="M0 0 8 4 0 8z" fill="{colour}"/></marker>'
        )
    yield "</defs>"


def _drawn_ways(
    chart: Chart, layers: Layers, places: Places, sizes: dict[str, Size]
) -> Iterator[str]:
    row_of = {name: number for number, row in enumerate(layers.rows) for name in row}
    leaving, entering = _ports(layers, places, down=True), _ports(layers, places, down=False)
    for number, (arrow, path) in enumerate(zip(chart.arrows, layers.stops, strict=True)):
        if len(path) < 3 or row_of[path[0]] >= row_of[path[-1]]:
            continue
        first, last = path[0], path[-1]
        x = places.across[first] + leaving[number]
        points = [(x, places.tops[row_of[first]] + sizes[first].height)]
        points.append((x, places.bottoms[row_of[first]]))
        for stop in path[1:-1]:
            row = row_of[stop]
            points.append((places.across[stop], places.tops[row]))
            points.append((places.across[stop], places.bottoms[row]))
        points.append((places.across[last] + entering[number], places.tops[row_of[last]]))
        if arrow.again:
            points.reverse()
        style = "back" if arrow.again else "way"
        yield f'<path class="{style}" d="{_curve(points)}" marker-end="url(#{style})"/>'


def _ports(layers: Layers, places: Places, *, down: bool) -> dict[int, float]:
    """How far from the middle of its box each way leaves or enters, in the order of its stops."""
    at: dict[str, list[int]] = {}
    for number, path in enumerate(layers.stops):
        at.setdefault(path[0] if down else path[-1], []).append(number)
    ports = {}
    for numbers in at.values():
        numbers.sort(key=lambda n: places.across[layers.stops[n][1 if down else -2]])
        room = min(PORT, (WIDTH - 60) / max(len(numbers) - 1, 1))
        for index, number in enumerate(numbers):
            ports[number] = (index - (len(numbers) - 1) / 2) * room
    return ports


def _curve(points: list[tuple[float, float]]) -> str:
    x, y = points[0]
    drawn = [f"M{x:.1f} {y:.1f}"]
    for (x0, y0), (x1, y1) in pairwise(points):
        if abs(x0 - x1) < 0.5 or y0 == y1:
            drawn.append(f"L{x1:.1f} {y1:.1f}")
        else:
            middle = (y0 + y1) / 2
            drawn.append(f"C{x0:.1f} {middle:.1f} {x1:.1f} {middle:.1f} {x1:.1f} {y1:.1f}")
    return " ".join(drawn)


def _drawn_labels(
    layers: Layers,
    labels: dict[str, tuple[str, ...]],
    places: Places,
    sizes: dict[str, Size],
) -> Iterator[str]:
    for number, row in enumerate(layers.rows):
        for name in row:
            if name not in labels:
                continue
            size, x, y = sizes[name], places.across[name], places.tops[number]
            yield (
                f'<rect x="{x - size.width / 2:.1f}" y="{y:.1f}" width="{size.width:.1f}" '
                f'height="{size.height:.1f}" rx="3" fill="#ffffff"/>'
            )
            yield from text_lines(labels[name], x, y + SMALL + 2, SMALL, "label")


def _drawn_boxes(
    faces: dict[str, _Face], layers: Layers, places: Places, counts: Mapping[str, int]
) -> Iterator[str]:
    for number, row in enumerate(layers.rows):
        for name in row:
            if name in faces:
                x, y = places.across[name], places.tops[number]
                yield from _drawn_box(faces[name], x, y)
                if counts.get(name):
                    yield _drawn_count(str(counts[name]), x + WIDTH / 2, y)


def _drawn_count(digits: str, right: float, y: float) -> str:
    width = width_of(digits, WORDS) + 18
    return (
        f'<rect x="{right - width + 8:.1f}" y="{y - 12:.1f}" width="{width:.1f}" height="24" '
        f'rx="12" fill="#0f5a6b"/><text x="{right - width / 2 + 8:.1f}" y="{y + 5:.1f}" '
        f'class="count">{digits}</text>'
    )


def _drawn_box(face: _Face, x: float, y: float) -> Iterator[str]:
    fill, line = COLOURS[face.box.shape]
    paint = f'fill="{fill}" stroke="{line}" stroke-width="1.4"'
    size = face.size
    if face.box.shape == "end":
        yield f'<circle cx="{x:.1f}" cy="{y + 9:.1f}" r="8" fill="#ffffff" stroke="{line}"/>'
        yield f'<circle cx="{x:.1f}" cy="{y + 9:.1f}" r="5" {paint}/>'
        return
    yield _outline(face.box.shape, x - size.width / 2, y, size, paint)
    left, base = x - size.width / 2 + PAD + 3, y + PAD + SMALL
    yield from text_lines(face.heading, left, base, SMALL, "small")
    base += len(face.heading) * SMALL * LINE + 2
    yield from text_lines(face.words, left, base, WORDS, "words")
    base += len(face.words) * WORDS * LINE + 3
    yield from text_lines(face.options, left, base, SMALL, "small")


def _outline(shape: str, x: float, y: float, size: Size, paint: str) -> str:
    right, bottom = x + size.width, y + size.height
    match shape:
        case "decide":
            cut = 10.0
            corners = (
                (x + cut, y),
                (right - cut, y),
                (right, y + size.height / 2),
                (right - cut, bottom),
                (x + cut, bottom),
                (x, y + size.height / 2),
            )
            points = " ".join(f"{a:.1f},{b:.1f}" for a, b in corners)
            return f'<polygon points="{points}" {paint}/>'
        case "do":
            bars = "".join(
                f'<path d="M{a:.1f} {y:.1f}V{bottom:.1f}" {paint}/>' for a in (x + 6, right - 6)
            )
            return _rectangle(x, y, size, 0, paint) + bars
        case "await":
            return _rectangle(x, y, size, 18, paint + ' stroke-dasharray="6 3"')
        case "ask":
            return _rectangle(x, y, size, 9, paint)
        case _:
            return _rectangle(x, y, size, 0, paint)


def _rectangle(x: float, y: float, size: Size, round_by: float, paint: str) -> str:
    return (
        f'<rect x="{x:.1f}" y="{y:.1f}" width="{size.width:.1f}" height="{size.height:.1f}" '
        f'rx="{round_by:.0f}" {paint}/>'
    )

"""Draws a flow: as text for Mermaid, and as an SVG picture."""

from collections.abc import Mapping

from bot.content.chart.boxes import Arrow, Box, Chart, chart_of
from bot.content.chart.picture import picture
from bot.content.texts import Translations
from bot.engine.catalogue import Catalogue
from bot.engine.flow import Flow
from bot.engine.model import Text

LEFT_RIGHT = {
    "tell": ('["', '"]'),
    "ask": ('("', '")'),
    "decide": ('{{"', '"}}'),
    "do": ('[["', '"]]'),
    "await": ('(["', '"])'),
    "end": ('(("', '"))'),
}
LONGEST = 90
"""Letters of a text in a Mermaid box: more makes the boxes too large to see the whole."""


def mermaid(
    flow: Flow, catalogue: Catalogue, language: str, translations: Translations | None = None
) -> str:
    """The flow as Mermaid text; without translations in the language it is written in."""
    chart = _chart(flow, language, translations)
    numbers = {box.id: f"s{number}" for number, box in enumerate(chart.boxes, 1)}
    lines = ["flowchart TD"]
    lines += (f"    {numbers[box.id]}{_mermaid_box(box)}:::{box.shape}" for box in chart.boxes)
    lines += (f"    {_mermaid_arrow(arrow, numbers)}" for arrow in chart.arrows)
    lines += (f"    classDef {shape} {style}" for shape, style in STYLES.items())
    return "\n".join(lines) + "\n"


STYLES = {
    "tell": "fill:#f1f5f9,stroke:#64748b",
    "ask": "fill:#e0f2fe,stroke:#0369a1",
    "decide": "fill:#fef3c7,stroke:#b45309",
    "do": "fill:#dcfce7,stroke:#15803d",
    "await": "fill:#f3e8ff,stroke:#7e22ce",
    "end": "fill:#334155,stroke:#334155,color:#ffffff",
}


def svg(
    flow: Flow,
    catalogue: Catalogue,
    language: str,
    translations: Translations | None = None,
    counts: Mapping[str, int] | None = None,
) -> str:
    """The flow as an SVG picture; without translations in the language it is written in.

    `counts` are numbers that steps carry, by their id.
    """
    known = catalogue.languages.get(language)
    title = _words(flow.title, language, translations)
    chart = _chart(flow, language, translations)
    return picture(chart, title, language, known.direction if known else "ltr", counts or {})


def _chart(flow: Flow, language: str, translations: Translations | None) -> Chart:
    return chart_of(flow, lambda text: _words(text, language, translations))


def _words(text: Text, language: str, translations: Translations | None) -> str:
    return translations.text(text, language) if translations else text.source


def _mermaid_box(box: Box) -> str:
    words = box.words if len(box.words) <= LONGEST else box.words[:LONGEST].rstrip() + " …"
    left, right = LEFT_RIGHT[box.shape]
    parts = (box.heading, words) if box.heading else ("end",)
    return left + "<br>".join(_quoted(part) for part in parts) + right


def _mermaid_arrow(arrow: Arrow, numbers: dict[str, str]) -> str:
    line = "-.->" if arrow.again else "-->"
    label = f'|"{_quoted(arrow.label)}"|' if arrow.label else ""
    return f"{numbers[arrow.source]} {line}{label} {numbers[arrow.target]}"


def _quoted(words: str) -> str:
    plain = words.replace("#", "#35;").replace('"', "#quot;").replace("<", "#lt;")
    return plain.replace("\n", "<br>")

import re
from itertools import combinations
from pathlib import Path
from xml.etree import ElementTree

import pytest

from bot.content.chart.boxes import chart_of
from bot.content.chart.layers import Way, layers_of
from bot.content.draw import mermaid, svg
from bot.content.flows import read_flow
from bot.content.load import read_content
from bot.content.texts import Translations, read_catalogues
from bot.engine.flow import Flow

SVG = "{http://www.w3.org/2000/svg}"


@pytest.fixture(params=["toy", "root"])
def flows(request: pytest.FixtureRequest) -> list[Flow]:
    home: Path = request.getfixturevalue(request.param)
    return list(read_content(home)[0].catalogue.flows.values())


def _boxes(picture: str) -> list[tuple[float, float, float, float]]:
    """Left, top, right and bottom of every outlined box."""
    root = ElementTree.fromstring(picture)
    boxes = []
    for rect in root.iter(f"{SVG}rect"):
        if rect.get("stroke"):
            x, y, width, height = (float(rect.get(n, "0")) for n in ("x", "y", "width", "height"))
            boxes.append((x, y, x + width, y + height))
    for polygon in root.iter(f"{SVG}polygon"):
        points = [tuple(map(float, p.split(","))) for p in polygon.get("points", "").split()]
        xs, ys = [p[0] for p in points], [p[1] for p in points]
        boxes.append((min(xs), min(ys), max(xs), max(ys)))
    return boxes


def test_every_step_is_drawn_and_no_box_covers_another(flows: list[Flow], toy: Path) -> None:
    catalogue = read_content(toy)[0].catalogue

    for flow in flows:
        boxes = _boxes(svg(flow, catalogue, "en"))

        assert len(boxes) == len(flow.steps)
        for one, other in combinations(boxes, 2):
            beside = one[2] < other[0] or other[2] < one[0]
            below = one[3] < other[1] or other[3] < one[1]
            assert beside or below


def test_every_way_is_drawn(flows: list[Flow], toy: Path) -> None:
    catalogue = read_content(toy)[0].catalogue

    for flow in flows:
        chart = chart_of(flow, lambda text: text.source)
        drawn = re.findall(r'<path class="(way|back)"', svg(flow, catalogue, "en"))

        assert len(drawn) == len(chart.arrows)
        assert drawn.count("back") == sum(arrow.again for arrow in chart.arrows)


def test_a_picture_speaks_the_language_it_is_asked_for(toy: Path) -> None:
    catalogue = read_content(toy)[0].catalogue
    translations = Translations(read_catalogues(toy))

    picture = svg(catalogue.flows["club"], catalogue, "zh_Hans", translations)

    assert "加入茶友会" in picture
    assert "欢迎加入。" in picture
    assert "Welcome" not in picture


def test_mermaid_has_a_node_for_each_step_and_dashes_for_ways_back(toy: Path) -> None:
    catalogue = read_content(toy)[0].catalogue
    flow = catalogue.flows["tea"]

    drawn = mermaid(flow, catalogue, "en")

    assert drawn.startswith("flowchart TD\n")
    assert all(step.id in drawn for step in flow.steps)
    assert '-.->|"taken"|' in drawn


def test_quotes_do_not_end_a_mermaid_label(toy: Path) -> None:
    content, _ = read_content(toy)
    source = content.sources["club"]
    flow, _ = read_flow(source.replace("Welcome to the club.", "'Say \"hi\" <b>'"), "club.yaml")
    assert flow is not None

    assert "Say #quot;hi#quot; #lt;b>" in mermaid(flow, content.catalogue, "en")


def test_a_circle_does_not_keep_the_picture_from_being_drawn() -> None:
    layers = layers_of(("a", "b"), (Way("a", "b", False), Way("b", "a", False)))

    assert {name for row in layers.rows for name in row} >= {"a", "b"}

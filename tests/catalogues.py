"""The real centre and the toy centre, each read once for all tests of the engine."""

from dataclasses import dataclass
from functools import cache
from pathlib import Path

from msgspec.structs import replace

from bot.content.faq.shelf import Shelf
from bot.content.flows import read_flow
from bot.content.labels import Translations as Known
from bot.content.labels import hears_of, labels_of
from bot.content.load import Content, read_content
from bot.content.render import Renderer
from bot.content.texts import Translations, read_catalogues
from bot.engine.catalogue import Catalogue

ROOT = Path(__file__).parents[1]
INDEXES = ROOT / ".pytest_cache" / "answers"
"""Where indexes of the centre's own content are kept, so that not every worker makes them."""


@dataclass(frozen=True, slots=True)
class Centre:
    """A centre as the engine sees it, and the words it speaks in."""

    name: str
    content: Content
    translations: Known
    renderer: Renderer

    @property
    def catalogue(self) -> Catalogue:
        """All content as a turn looks at it."""
        return self.content.catalogue


@cache
def real() -> Centre:
    """The centre the repository describes."""
    return _read("real", ROOT)


@cache
def toy() -> Centre:
    """The Teahouse, which knows no real policy."""
    return _read("toy", ROOT / "tests" / "toy")


def _read(name: str, home: Path) -> Centre:
    content, problems = read_content(home)
    assert not problems, problems
    if home == ROOT and content.indexes is not None:
        content.indexes.keep_in(Shelf(INDEXES).make)
    translations = Translations(read_catalogues(home))
    translations.add(content.answers)
    centre = content.centre
    renderer = Renderer(translations, content.catalogue, centre.zone, centre.currency)
    return Centre(name, content, translations.known, renderer)


def edited(centre: Centre, flow: str, *changes: tuple[str, str]) -> Catalogue:
    """The centre's content after its author changed a flow; the old version is kept."""
    source = centre.content.sources[flow]
    for old, new in changes:
        assert source.count(old) == 1, f"{old!r} stands {source.count(old)} times in {flow!r}"
        source = source.replace(old, new)
    return written(centre, source)


def written(centre: Centre, *sources: str) -> Catalogue:
    """The centre's content with flows written anew."""
    flows = []
    for source in sources:
        flow, problems = read_flow(source, "written.yaml")
        assert flow is not None, problems
        assert not problems, problems
        flows.append(flow)
    old = centre.catalogue
    return replace(
        old,
        flows={**old.flows, **{flow.name: flow for flow in flows}},
        editions={**old.editions, **{(flow.name, flow.version): flow for flow in flows}},
        labels={**old.labels, **labels_of(flows, centre.content.system, centre.translations)},
        hears={**old.hears, **hears_of(flows, centre.translations)},
    )


def without(catalogue: Catalogue, flow: str, *, editions: bool = False) -> Catalogue:
    """The content after a flow was removed; with `editions`, also its older versions."""
    flows = {name: kept for name, kept in catalogue.flows.items() if name != flow}
    gone = {at: kept for at, kept in catalogue.editions.items() if at[0] != flow}
    return replace(catalogue, flows=flows, editions=gone if editions else catalogue.editions)

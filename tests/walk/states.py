"""The centres as they are and as their authors change them, on channels with every rule."""

from msgspec.structs import replace

from bot.engine.catalogue import Catalogue
from tests.catalogues import Centre, edited, toy
from tests.engine.abroad import RULES, reworded

SUGAR = "  - step: sugar\n    ask: text\n    text: How much sugar?\n\n  - step: leaf\n"
BLACK = "      - {option: black, text: Black tea, was: brown}\n"


def toy_catalogues() -> tuple[Catalogue, ...]:
    """The toy centre and three later states of it; each still knows every version."""
    every = (
        toy().catalogue,
        edited(toy(), "tea", ("  - step: leaf\n", SUGAR)),
        edited(toy(), "tea", (BLACK, "")),
        reworded(),
    )
    return tuple(on_every_channel(_knowing_all(one, every)) for one in every)


def catalogues_of(centre: Centre) -> tuple[Catalogue, ...]:
    """The states of a centre that contacts live through."""
    return toy_catalogues() if centre is toy() else (on_every_channel(centre.catalogue),)


def on_every_channel(catalogue: Catalogue) -> Catalogue:
    """The content with a channel for each way to ask what is private."""
    return replace(catalogue, channels={**catalogue.channels, **RULES})


def _knowing_all(one: Catalogue, every: tuple[Catalogue, ...]) -> Catalogue:
    editions = {at: flow for other in every for at, flow in other.editions.items()}
    labels = {at: found for other in every for at, found in other.labels.items()}
    return replace(one, editions=editions, labels=labels)

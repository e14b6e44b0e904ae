"""Thousands of random inputs of every kind, from a fixed seed."""

import sys
from time import perf_counter

import pytest
from msgspec.structs import replace

from bot.engine.catalogue import Catalogue
from bot.engine.model import Said
from tests.catalogues import edited, real, toy
from tests.engine.player import WEB
from tests.engine.script import NOON, Script, think
from tests.walk.soak import TEXTS, Soak, soaked

TURNS = 10_000
SEED = 20261124
SUGAR = "  - step: sugar\n    ask: text\n    text: How much sugar?\n\n  - step: leaf\n"
BLACK = "      - {option: black, text: Black tea, was: brown}\n"


def toy_catalogues() -> tuple[Catalogue, ...]:
    """The toy centre and two later states of it; each still knows every version."""
    every = (
        toy().catalogue,
        edited(toy(), "tea", ("  - step: leaf\n", SUGAR)),
        edited(toy(), "tea", (BLACK, "")),
    )
    return tuple(_knowing_all(one, every) for one in every)


def _knowing_all(one: Catalogue, every: tuple[Catalogue, ...]) -> Catalogue:
    editions = {at: flow for other in every for at, flow in other.editions.items()}
    labels = {at: found for other in every for at, found in other.labels.items()}
    return replace(one, editions=editions, labels=labels)


@pytest.mark.parametrize("channel", [WEB, "telegram"])
@pytest.mark.parametrize("centre", ["toy", "real"])
def test_nothing_a_contact_does_breaks_a_conversation(centre: str, channel: str) -> None:
    began = perf_counter()

    if centre == "toy":
        soak = soaked(toy(), toy_catalogues(), TURNS // 2, SEED, channel)
    else:
        soak = soaked(real(), (real().catalogue,), TURNS // 2, SEED, channel)

    took = perf_counter() - began
    sys.stdout.write(f"\n{centre}, {channel}: {dict(soak.counts)} in {took:.1f} s\n")
    assert min(soak.counts.values()) > 50


def test_the_longest_message_is_read_quickly() -> None:
    soak = Soak(toy(), (toy().catalogue,), SEED)
    began = perf_counter()

    for text in TEXTS:
        think(soak.catalogue, soak.conversation, Said(text), NOON, Script(soak.catalogue))

    assert perf_counter() - began < 1.0

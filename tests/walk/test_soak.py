"""Thousands of random inputs of every kind, from a fixed seed."""

import sys
from time import perf_counter

import pytest

from bot.engine.model import Said
from tests.catalogues import real, toy
from tests.engine.abroad import CONSENT, LINK
from tests.engine.player import WEB
from tests.engine.script import NOON, Script, think
from tests.walk.soak import TEXTS, Soak, soaked
from tests.walk.states import catalogues_of

TURNS = 10_000
SEED = 20261124
CENTRES = {"toy": toy, "real": real}


@pytest.mark.parametrize("channel", [WEB, LINK, CONSENT])
@pytest.mark.parametrize("centre", CENTRES)
def test_nothing_a_contact_does_breaks_a_conversation(centre: str, channel: str) -> None:
    began = perf_counter()

    read = CENTRES[centre]()
    soak = soaked(read, catalogues_of(read), TURNS // 2, SEED, channel)

    took = perf_counter() - began
    sys.stdout.write(f"\n{centre}, {channel}: {dict(soak.counts)} in {took:.1f} s\n")
    assert min(soak.counts.values()) > 50


def test_the_longest_message_is_read_quickly() -> None:
    soak = Soak(toy(), (toy().catalogue,), SEED)
    began = perf_counter()

    for text in TEXTS:
        think(soak.catalogue, soak.conversation, Said(text), NOON, Script(soak.catalogue))

    assert perf_counter() - began < 1.0

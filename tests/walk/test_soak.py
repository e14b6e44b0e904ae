"""Thousands of random inputs of every kind, from a fixed seed."""

import sys

import pytest

from tests.catalogues import real, toy
from tests.engine.abroad import CONSENT, LINK
from tests.engine.player import WEB
from tests.walk.soak import soaked
from tests.walk.states import catalogues_of

TURNS = 5_000
SEED = 20261124
CENTRES = {"toy": toy, "real": real}


@pytest.mark.parametrize("channel", [WEB, LINK, CONSENT])
@pytest.mark.parametrize("centre", CENTRES)
def test_nothing_a_contact_does_breaks_a_conversation(centre: str, channel: str) -> None:
    read = CENTRES[centre]()
    soak = soaked(read, catalogues_of(read), TURNS, SEED, channel)

    sys.stdout.write(f"\n{centre}, {channel}: {dict(soak.counts)}\n")
    assert min(soak.counts.values()) > 50

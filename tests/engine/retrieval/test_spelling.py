"""Beside a word nobody used stands the nearest that was; real words stay what they are."""

import pytest

from bot.engine.retrieval.spelling import spelling, vocabulary

SPELLER = spelling(vocabulary(["apartment apply", "residence permit", "apply now", "виза сейчас"]))


@pytest.mark.parametrize(
    ("text", "repaired"),
    [
        ("aparment", "aparment apartment"),
        ("how do i aplpy", "how do i aplpy apply"),
        ("resdence premit", "resdence premit residence permit"),
        ("визв", "визв виза"),
    ],
)
def test_a_slip_gets_the_word_that_was_meant(text: str, repaired: str) -> None:
    assert SPELLER.repair(text) == repaired


@pytest.mark.parametrize("text", ["apartment", "nwo", "weather", "b2b4", "签证", ""])
def test_known_short_and_strange_words_stay_alone(text: str) -> None:
    assert SPELLER.repair(text) == text


def test_of_equally_close_words_the_commoner_is_taken() -> None:
    common = spelling(vocabulary(["cart", "cart", "card"]))

    assert common.repair("carx") == "carx cart"


def test_only_so_many_words_of_a_text_are_repaired() -> None:
    slips = " ".join(f"appl{letter}" for letter in "abcdfghijklmnopq")

    assert SPELLER.repair(slips).count("apply") == 8

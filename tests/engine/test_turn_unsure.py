"""Asking back which option was meant, and what becomes of words that mean none."""

import pytest

from tests.engine.tea import at


def test_what_could_mean_two_things_is_asked_back() -> None:
    player = at("which_tea")

    player.says("green tea or black tea")
    assert player.heard() == ("system.unsure_question",)
    player.says("2")

    assert player.answers["which_tea"] == "black"


def test_neither_returns_to_the_question() -> None:
    player = at("which_tea")

    player.says("green tea or black tea")
    player.taps("neither")

    assert player.heard() == ("tea.which_tea",)


@pytest.mark.parametrize("said", ["tap:neither", "None of these", "都不是", "2"])
def test_neither_keeps_the_typed_words_where_the_list_is_open(said: str) -> None:
    player = at("leaf")

    player.says("dragon")
    assert player.heard() == ("system.unsure_question",)
    if said == "tap:neither":
        player.taps("neither")
    else:
        player.says(said)

    assert player.heard() == ("system.not_listed", "tea.extras")
    assert player.answers["leaf"] == {"option": "not_listed", "text": "dragon"}


def test_one_candidate_and_several_are_asked_back_in_different_words() -> None:
    one, several = at("leaf"), at("which_tea")

    one.says("dragon")
    several.says("green tea or black tea")

    assert one.question == ("This one?", ("Dragon Well", "None of these"))
    assert several.question[0] == "Which one do you mean?"


def test_what_is_not_listed_is_taken_and_said_to_be_so() -> None:
    player = at("leaf")

    player.says("Moonlight White")

    assert player.heard() == ("system.not_listed", "tea.extras")


def test_a_better_answer_may_be_typed_when_asked_back() -> None:
    player = at("leaf")

    player.says("dragon", "Tea dust")

    assert player.step == "extras"
    assert player.answers["leaf"] == {"entry": "dust", "option": "plain"}

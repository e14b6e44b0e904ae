"""Back, and keeping what was answered."""

import pytest

from tests.engine.fork import fork
from tests.engine.tea import ORDER, ana, at, seated


def test_back_asks_the_question_before_and_offers_to_keep_its_answer() -> None:
    player = at("cups")

    player.says("back")

    text, labels = player.question
    assert player.step == "extras"
    assert text == "What would you like with it?"
    assert labels[-1] == "Keep: Honey"


def test_back_twice_goes_two_questions_back() -> None:
    player = at("cups")

    player.says("back", "back")

    assert player.step == "leaf"


def test_back_and_the_same_answer_again_is_where_one_was() -> None:
    player = at("card")
    before = player.answers

    player.says("back", "back", ORDER["email"])

    assert player.step == "card"
    assert player.answers == before


@pytest.mark.parametrize("typed", ["keep", "保留", "KEEP."])
def test_keep_may_be_typed_in_any_language(typed: str) -> None:
    player = at("cups")
    player.says("back")

    player.says(typed)

    assert player.step == "cups"
    assert player.answers["extras"] == {"options": ["honey"]}


@pytest.mark.parametrize("step", ["milk", "leaf", "wish", "day", "guest", "card", "notice"])
def test_keep_may_be_chosen_by_its_number(step: str) -> None:
    after = list(ORDER)[list(ORDER).index(step) + 1]
    player = at(after)
    player.says("back")
    assert player.step == step
    _, labels = player.question

    player.says(str(len(labels)))

    assert player.step == after


def test_a_number_is_an_answer_where_a_number_is_asked_even_with_a_button_to_keep() -> None:
    player = at("wish")
    player.says("back")

    player.says("1")

    assert player.answers["cups"] == {"number": 1}


def test_keep_where_nothing_can_be_kept_is_read_as_an_answer() -> None:
    player = at("guest")

    player.says("keep")

    assert player.answers["guest"] == {"text": "keep"}


def test_back_at_the_first_question_says_so_and_asks_again() -> None:
    player = at("which_tea")

    player.says("back")

    assert player.heard() == ("system.first_question", "tea.which_tea")


def test_back_with_nothing_open_says_so() -> None:
    player = ana()

    player.says("back")

    assert player.heard() == ("system.nothing_to_go_back_to", "system.menu_question")


def test_back_does_not_pass_a_milestone() -> None:
    player = seated()

    player.says("back")

    assert player.step == "pay"
    assert player.heard() == ("system.change_too_late", "tea.pay")


def test_back_stops_at_the_milestone() -> None:
    player = fork()
    player.says("left", "one", "last")
    player.taps("send")
    player.says("more")
    assert player.step == "really"

    player.says("back", "back")

    assert player.step == "more"
    assert "system.change_too_late" in player.heard()

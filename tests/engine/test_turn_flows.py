"""Starting, resuming, and several flows at once."""

import pytest

from tests.engine.tea import ana, at, ordered


@pytest.mark.parametrize("said", ["tap:tea", "1", "order tea"])
def test_an_open_flow_goes_on_at_once_from_the_menu(said: str) -> None:
    player = at("cups")
    player.says("menu")
    assert "Go on: Order tea" in player.question[1]

    if said == "tap:tea":
        player.taps("tea")
    else:
        player.says(said)

    assert player.heard() == ("tea.cups",)


def test_a_link_to_an_open_flow_asks_whether_to_go_on() -> None:
    player = at("cups")

    player.opens("tea")
    assert player.heard() == ("system.resume_question",)
    player.says("Go on where I stopped")

    assert player.heard() == ("tea.cups",)


def test_an_open_flow_may_be_started_again_by_its_link() -> None:
    player = at("cups")
    player.opens("tea")

    player.taps("again")

    assert player.step == "which_tea"
    assert "cups" not in player.frame.answers


def test_a_second_flow_is_finished_before_the_first_goes_on() -> None:
    player = at("cups")
    player.says("menu", "2")
    assert player.heard() == ("club.join",)

    player.says("yes")

    assert player.heard() == ("club.welcome", "tea.cups")
    assert player.step == "cups"


def test_a_flow_without_any_answer_comes_to_the_front_when_it_is_chosen() -> None:
    player = ana()
    player.opens("club")
    player.says("menu")
    player.taps("tea")
    assert player.step == "which_tea"

    player.says("menu")
    player.taps("club")

    assert player.heard() == ("club.join",)


def test_what_is_waited_for_is_said_again_when_something_else_is_over() -> None:
    player = ordered()
    player.opens("club")

    player.says("yes")

    assert player.heard() == ("club.welcome", "tea.brew")


@pytest.mark.parametrize("typed", ["is it ready", "status", "进度"])
def test_whoever_waits_hears_what_for(typed: str) -> None:
    player = ordered()

    player.says(typed)

    assert player.heard() == ("tea.brew",)


def test_a_flow_may_be_named_instead_of_chosen() -> None:
    player = ana()

    player.says("order tea")

    assert player.step == "which_tea"

"""Changing an earlier answer, and what becomes of the others."""

import pytest

from tests.engine.fork import fork
from tests.engine.tea import at, ordered, seated


def test_a_change_from_the_review_asks_nothing_else() -> None:
    player = at("check")

    player.taps("~change")
    player.taps("guest")
    player.says("Bo Li")

    assert player.step == "check"
    assert player.answers["guest"] == {"text": "Bo Li"}
    assert "Name: Bo Li" in player.shown()[-1].text


def test_a_change_may_be_chosen_by_numbers_alone() -> None:
    player = at("check")

    player.says("2")
    aside = player.conversation.aside
    assert aside is not None
    number = 1 + aside.options.index("cups")
    player.says(str(number), "5")

    assert player.step == "check"
    assert player.answers["cups"] == {"number": 5}


def test_what_to_change_may_be_named() -> None:
    player = at("check")

    player.says("change", "cups", "5")

    assert player.step == "check"
    assert player.answers["cups"] == {"number": 5}


@pytest.mark.parametrize("language", ["en", "zh_Hans"])
@pytest.mark.parametrize("typed", ["Cups", "杯数"])
def test_what_to_change_may_be_named_in_every_language(typed: str, language: str) -> None:
    player = at("check")
    player.says("language", language)

    player.says("change", typed, "5")

    assert player.step == "check"
    assert player.answers["cups"] == {"number": 5}


def test_words_that_name_no_answer_to_change_answer_nothing() -> None:
    player = at("guest")

    player.says("change", "the other thing")
    assert player.heard() == ("system.choose_one", "system.change_question")
    player.taps("none")

    assert player.step == "guest"


def test_a_change_asks_what_depends_on_it() -> None:
    player = fork()
    player.says("left", "one", "last")

    player.says("change")
    player.taps("way")
    player.says("Right")

    assert player.step == "right_word"
    player.says("two")
    assert player.step == "check"


def test_dormant_answers_are_neither_shown_nor_lost_and_return_with_their_path() -> None:
    player = fork()
    player.says("left", "one", "last", "change")
    player.taps("way")
    player.says("right", "two")
    assert "one" not in player.question[0]
    assert "left_word" not in player.answers

    player.says("change")
    player.taps("way")
    player.says("left")

    assert player.step == "check"
    assert player.answers["left_word"] == {"text": "one"}


def test_a_milestone_leaves_no_dormant_answer_behind() -> None:
    player = fork()
    player.says("left", "one", "last", "change")
    player.taps("way")
    player.says("right", "two")

    player.taps("send")

    assert player.script.performed[-1].answers.keys() == {"way", "right_word", "last", "check"}
    assert "left_word" not in player.frame.answers


def test_a_changed_answer_decides_anew() -> None:
    player = at("check")
    assert player.answers["verdict"]["outcome"] == "discount"

    player.says("change")
    player.taps("leaf")
    player.says("Tea dust")

    assert player.answers["verdict"]["outcome"] == "no_discount"
    assert player.step == "check"
    assert "tea.verdict.no_discount" in player.heard()


def test_a_change_that_decides_the_same_says_so_only_once() -> None:
    player = at("check")

    player.says("change")
    player.taps("leaf")
    player.says("Lapsang")

    assert player.step == "check"
    assert not [phrase for phrase in player.heard() if phrase.startswith("tea.verdict")]


def test_changing_nothing_returns_to_the_question() -> None:
    player = at("cups")
    question = player.question

    player.says("change")
    player.taps("none")

    assert player.question == question


def test_handed_in_answers_cannot_be_changed() -> None:
    player = seated()

    player.says("change")

    assert player.heard() == ("system.change_too_late", "tea.pay")


def test_whoever_waits_hears_that_what_is_handed_in_cannot_be_changed() -> None:
    player = ordered()

    player.says("change")

    assert player.heard() == ("system.change_too_late",)


def test_there_is_nothing_to_change_before_the_first_answer() -> None:
    player = at("which_tea")

    player.says("change")

    assert player.heard() == ("system.nothing_to_change", "tea.which_tea")


def test_what_the_program_answered_is_not_offered_for_change() -> None:
    player = ordered()
    player.script.none_left = True
    player.hears("brewing", "ready")
    assert player.step == "queue"

    player.script.none_left = False
    player.hears("seat_free", "offered")

    assert player.step == "seat"
    player.says("back")
    assert player.heard() == ("system.change_too_late", "tea.seat")

"""Staff ask for one earlier answer once more."""

import pytest

from tests.engine import abroad
from tests.engine.desk import CANCEL, DESK, THAT_IS_ALL, handed_in
from tests.engine.player import Player
from tests.engine.tea import ordered

FILES = {"files": [{"id": "c", "kind": "jpeg", "pages": 1}]}


def places(player: Player) -> int:
    """How often it was handed in."""
    return sum(do.action == "place_order" for do in player.script.performed)


def test_just_that_question_is_asked_with_the_reason() -> None:
    player = handed_in()

    player.is_asked_again("papers")

    assert player.heard() == ("system.asked_again", "desk.papers")
    assert player.shown()[0].text == "“Desk”: one question once more, please. It is blurred."
    assert player.question == ("Papers?", ("Keep: 2 files",))
    assert set(player.frame.milestones) == {"promised", "sent"}


def test_the_new_answer_is_handed_in_anew_and_waits_as_before() -> None:
    player = handed_in()
    before = player.answers

    player.is_asked_again("papers")
    player.sends("c")
    player.says(THAT_IS_ALL)

    assert player.heard() == ("desk.place.placed", "desk.look")
    assert player.script.performed[-1].answers["papers"].value == FILES
    assert player.answers == {**before, "papers": FILES}
    assert (player.step, player.frame.redo, player.frame.handed_in) == ("look", "", {})


def test_who_keeps_the_answer_hands_it_in_as_it_was() -> None:
    player = handed_in()
    before = player.answers

    player.is_asked_again("papers")
    player.says("keep")

    assert (places(player), player.step, player.answers) == (2, "look", before)


def test_a_table_behind_the_milestone_is_not_decided_anew() -> None:
    player = ordered()
    assert player.answers["verdict"]["outcome"] == "discount"

    player.is_asked_again("leaf")
    player.says("Tea dust")

    assert player.step == "brew"
    assert player.answers["leaf"] == {"entry": "dust", "option": "plain"}
    assert player.answers["verdict"]["outcome"] == "discount"
    assert player.heard() == ("tea.place.placed", "tea.brew")


def test_an_answer_before_an_earlier_milestone_asks_nothing_behind_it_again() -> None:
    player = handed_in()

    player.is_asked_again("pledge")
    player.says("I promise")

    assert player.step == "look"
    assert "papers" in player.answers


def test_another_way_asks_what_was_not_asked_before() -> None:
    player = handed_in()
    player.is_asked_again("way")

    player.says("Right")
    assert player.step == "right_word"
    player.says("two", "three")

    assert player.step == "look"
    assert "left_word" not in player.frame.answers
    assert player.script.performed[-1].answers["second_word"].value == {"text": "three"}


# what else is done meanwhile


def test_no_other_answer_can_be_changed_meanwhile() -> None:
    player = handed_in()
    player.is_asked_again("papers")

    for typed in ("change", "back"):
        player.says(typed)
        assert player.heard() == ("system.change_too_late", "desk.papers")


def test_back_leads_to_what_was_answered_since_and_no_further() -> None:
    player = handed_in()
    player.is_asked_again("way")
    player.says("Right", "two")
    assert player.step == "second_word"

    player.says("back", "back")
    assert player.step == "way"
    player.says("back")

    assert player.heard() == ("system.first_question", "desk.way")


def test_the_menu_and_a_command_lead_back_to_the_question() -> None:
    player = handed_in()
    player.is_asked_again("papers")
    question = player.question

    player.says("status")
    assert player.heard() == ("system.nothing_awaited", "desk.papers")
    player.says("menu")
    player.taps("help")

    assert player.question == question


def test_a_menu_makes_room_for_the_question() -> None:
    player = handed_in()
    player.says("menu")

    player.is_asked_again("papers")

    assert player.heard() == ("system.asked_again", "desk.papers")
    assert player.conversation.aside is None


def test_a_decision_meanwhile_is_taken() -> None:
    player = handed_in()
    before = player.answers
    player.is_asked_again("papers")
    player.sends("c")

    player.hears("decision", "approved")

    assert player.heard() == ("desk.look.approved", "desk.more")
    assert {step: player.answers[step] for step in before} == before
    assert (player.frame.reopened, player.frame.redo, player.frame.drafts) == ("", "", {})


def test_a_decision_is_about_what_was_handed_in_and_not_about_what_came_since() -> None:
    player = handed_in()
    player.is_asked_again("way")
    player.says("Right", "two")

    player.hears("decision", "approved")

    assert player.step == "more"
    assert player.answers["way"] == "left"
    assert "right_word" not in player.frame.answers


def test_news_nobody_waits_for_meanwhile_changes_nothing() -> None:
    player = handed_in()
    player.is_asked_again("papers")
    before = player.conversation

    assert player.hears("payment", "paid_up") == ()

    assert player.conversation == before


def test_news_is_taken_that_a_new_way_waits_for() -> None:
    checked = """  - step: right_word
    await: brewing
    text: We check it.
    outcomes:
      ready: {text: Checked.}
"""
    asked = "  - step: right_word\n    ask: text\n    text: Right word?\n"
    player = handed_in(DESK.replace(asked, checked))
    player.is_asked_again("way")
    player.says("Right")
    assert player.step == "right_word"

    player.hears("brewing", "ready")

    assert player.heard() == ("desk.right_word.ready", "desk.second_word")
    player.says("three")
    assert (player.step, places(player)) == ("look", 2)


def test_giving_up_meanwhile_takes_back_what_was_handed_in() -> None:
    player = handed_in()
    player.is_asked_again("papers")

    player.says("cancel", "yes")

    assert player.script.performed[-1].action == "withdraw_order"
    assert player.conversation.frames == ()


def test_who_cannot_give_up_any_more_is_asked_on() -> None:
    player = handed_in()
    player.script.outcomes["~cancel"] = "too_late"
    player.is_asked_again("papers")

    player.says("cancel", "yes")

    assert player.step == "papers"
    assert player.shown()[0].text == "Too late."


def test_an_answer_that_ends_the_flow_gives_it_up() -> None:
    player = handed_in()
    player.is_asked_again("way")

    player.says("Neither")

    assert player.script.performed[-1].action == "withdraw_order"
    assert player.conversation.frames == ()


@pytest.mark.parametrize("cancelling", ["too_late", ""])
def test_where_it_cannot_be_given_up_what_was_handed_in_stands(cancelling: str) -> None:
    player = handed_in(DESK if cancelling else DESK.replace(CANCEL, ""))
    before = player.answers
    player.script.outcomes["~cancel"] = cancelling
    player.is_asked_again("way")

    player.says("Neither")

    assert player.heard()[-1] == "desk.look"
    assert (player.step, player.answers, player.frame.redo) == ("look", before, "")


# private questions


def waiting() -> Player:
    """Ana has sent her order from the page, and is back in the chat."""
    player = abroad.at("check")
    player.taps("send")
    player.returns()
    assert player.step == "brew"
    return player


def test_a_private_question_is_asked_again_by_a_link() -> None:
    player = waiting()

    player.is_asked_again("phone")

    assert player.read() == ("system.asked_again", "system.private_page")
    assert player.door == "system.private_page"
    player.says("13812345678")
    assert "system.private_here" in player.heard()


def test_a_private_answer_given_anew_on_the_page_goes_on_in_the_chat() -> None:
    player = waiting()
    player.is_asked_again("phone")

    player.visits()
    assert "Keep: +86 138 1234 5678" in player.question[1]
    player.says("13987654321")

    assert player.read() == ("tea.place.placed", "tea.brew")
    assert player.read("web") == ("system.visit_over",)
    assert (player.step, player.answers["phone"]) == ("brew", {"text": "+86 139 8765 4321"})


def test_where_to_answer_is_asked_first_on_a_channel_that_asks() -> None:
    player = abroad.at("check", abroad.CONSENT)
    player.taps("send")
    player.remembers(abroad.reworded())

    player.is_asked_again("phone")
    assert player.heard() == ("system.asked_again", "system.abroad_question")
    player.taps("here")

    assert player.read() == ("tea.phone",)

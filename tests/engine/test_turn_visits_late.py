"""Visits by the link of an earlier question, after the flow has ended, and while it waits."""

import pytest

from tests.engine.abroad import FILES, OVER, at, visiting
from tests.engine.player import WEB, Player
from tests.engine.tea import ORDER

PHONE = ORDER["phone"]


def waiting() -> Player:
    """Ana has sent her order from the page, and staff have yet to make her tea."""
    player = visiting("check")
    player.taps("send")
    assert player.step == "brew"
    player.returns()
    return player


# the link of an earlier question


def test_the_link_of_an_answered_question_asks_the_private_one_that_is_open() -> None:
    player = visiting("phone")
    player.says(PHONE)

    player.visits("1.phone")

    assert player.read(WEB) == ("tea.email",)
    assert player.read() == ()
    assert player.answers["phone"] == {"text": "+86 138 1234 5678"}


def test_an_answer_to_an_earlier_question_is_not_taken_for_the_open_one() -> None:
    player = visiting("phone")
    player.says(PHONE)
    player.visits("1.phone")

    player.says("13900000000")

    assert player.read(WEB) == ("system.email_unclear", "tea.email")
    assert player.answers["phone"] == {"text": "+86 138 1234 5678"}
    assert "email" not in player.frame.answers


def test_a_button_of_an_earlier_page_answers_nothing() -> None:
    player = visiting("card")
    token = player.token("no_card")
    player.says(ORDER["card"])
    player.returns()
    player.says(ORDER["notice"])

    player.visits("1.card")
    player.taps(token.rpartition(".")[2])

    assert player.read(WEB) == ("system.stale_button", "tea.photo")
    assert player.answers["card"] == {"text": ORDER["card"]}
    assert player.step == "photo"


@pytest.mark.parametrize("step", ["phone", "card"])
def test_an_old_link_says_that_the_chat_goes_on_once_nothing_private_is_open(step: str) -> None:
    player = at("notice")
    before = player.conversation

    player.visits(f"1.{step}")

    assert player.read(WEB) == (OVER,)
    assert player.read() == ()
    assert player.shown()[0].text.endswith("goes on in Telegram.")
    assert player.frame == before.frames[-1]
    assert player.conversation.question == before.question


def test_after_an_old_link_the_chat_takes_the_open_answer_as_ever() -> None:
    player = at("notice")
    player.visits("1.phone")

    player.returns()
    player.taps("agree")

    assert player.step == "photo"


def test_the_link_of_an_order_given_up_asks_nothing_of_it_again() -> None:
    player = at("phone")
    player.says("cancel")
    player.taps("yes")
    player.opens("tea")
    assert player.step == "which_tea"

    player.visits("1.phone")

    assert player.read(WEB) == (OVER,)
    assert player.step == "which_tea"
    assert not player.frame.answers.keys() - {"intro"}


def test_a_link_for_files_that_were_sent_asks_for_no_more() -> None:
    player = visiting("photo", FILES)
    player.sends("a", "b")
    assert player.step == "check"

    player.visits("1.photo")

    assert player.read(WEB) == (OVER,)
    assert player.read() == ()


def test_a_link_is_over_while_another_flow_is_open_and_lasts_until_the_first_goes_on() -> None:
    player = at("phone")
    player.opens("club")

    player.visits("1.phone")
    assert player.read(WEB) == (OVER,)
    player.returns()
    player.says("yes")
    player.visits("1.phone")

    assert player.read(WEB) == ("tea.phone",)


# the flow has ended, or waits


def test_a_visit_after_the_flow_was_given_up_says_that_the_chat_goes_on() -> None:
    player = at("phone")
    player.says("cancel")
    player.taps("yes")

    player.visits("1.phone")

    assert player.read(WEB) == (OVER,)
    assert player.read() == ()
    assert player.conversation.frames == ()


def test_after_such_a_visit_the_menu_in_the_chat_still_works() -> None:
    player = at("phone")
    player.says("cancel")
    player.taps("yes")
    player.visits("1.phone")

    player.returns()
    player.taps("tea")

    assert player.step == "which_tea"
    assert player.read()[-1] == "tea.which_tea"


def test_a_visit_while_staff_are_awaited_says_that_the_chat_goes_on() -> None:
    player = waiting()
    before = player.conversation

    player.visits("1.check")

    assert player.read(WEB) == (OVER,)
    assert player.read() == ()
    assert player.conversation.frames == before.frames


def test_what_is_typed_on_the_page_while_staff_are_awaited_says_what_for() -> None:
    player = waiting()
    player.visits("1.check")

    player.says("13900000000")

    assert player.read(WEB) == ("tea.brew", OVER)
    assert player.read() == ()


def test_the_tea_is_told_of_in_the_chat_although_the_page_is_open() -> None:
    player = waiting()
    player.visits("1.check")

    player.hears("brewing", "ready")

    assert player.read(WEB) == ()
    assert player.read() == ("tea.brew.ready", "tea.seat")


# what is open in the chat meanwhile


@pytest.mark.parametrize(
    ("step", "typed", "opened"), [("wish", "yes", "cancel"), ("cups", "1", "menu")]
)
def test_a_late_link_leaves_open_what_is_asked_in_the_chat(
    step: str, typed: str, opened: str
) -> None:
    player = at(step)
    player.says(opened)
    player.visits("1.guest")
    assert player.read(WEB) == (OVER,)

    player.returns()
    player.says(typed)

    frames = player.conversation.frames
    assert step not in (frames[-1].answers if frames else ())


def test_after_a_late_link_the_menu_is_still_chosen_from_by_number() -> None:
    player = at("phone")
    player.says("cancel")
    player.taps("yes")
    assert player.read()[-1] == "system.menu_question"
    player.visits("1.phone")

    player.returns()
    player.says("1")

    assert player.step == "which_tea"

"""Visits and system questions: one that is open in the chat, and the language on the page."""

import pytest

from tests.engine.abroad import CONSENT, at, visiting
from tests.engine.player import WEB
from tests.engine.tea import ORDER


@pytest.mark.parametrize("command", ["menu", "language", "cancel", "change", "中文"])
def test_a_visit_asks_its_question_whatever_was_opened_above_it(command: str) -> None:
    player = at("email")
    player.says(command)

    player.visits()

    assert player.read(WEB) == ("tea.email",)
    assert player.read() == ()
    assert player.conversation.aside is None


@pytest.mark.parametrize("command", ["menu", "language", "cancel", "change"])
def test_an_answer_on_the_page_is_not_taken_for_a_system_question(command: str) -> None:
    player = at("email")
    player.says(command)
    player.visits()

    player.says(ORDER["email"])

    assert player.answers["email"] == {"text": ORDER["email"]}
    assert player.step == "street"
    assert player.conversation.language == "en"


def test_a_language_is_still_chosen_by_its_button_in_the_chat_during_a_visit() -> None:
    player = at("phone")
    player.says("language")
    player.visits()

    player.returns()
    player.taps("zh_Hans")

    assert player.read() == ("system.language_changed", "system.private_page")
    assert player.conversation.language == "zh_Hans"


def test_the_menus_buttons_in_the_chat_still_work_during_a_visit() -> None:
    player = at("phone")
    player.says("menu")
    player.visits()

    player.returns()
    player.taps("club")

    assert player.read() == ("club.join",)
    assert [frame.flow for frame in player.conversation.frames] == ["tea", "club"]


def test_a_yes_to_giving_up_that_comes_after_a_visit_began_gives_nothing_up() -> None:
    player = at("phone")
    player.says("cancel")
    player.visits()

    player.returns()
    player.taps("yes")

    assert player.read() == ("system.stale_button", "system.private_page")
    assert player.step == "phone"


def test_a_link_opened_instead_of_choosing_where_to_answer_leads_to_the_page() -> None:
    player = at("phone", CONSENT)
    assert player.read() == ("system.abroad_question",)

    player.visits("1.phone")

    assert player.read(WEB) == ("tea.phone",)
    assert player.read() == ()
    assert player.conversation.agreed == ""


def test_a_visit_is_no_agreement_to_be_asked_in_the_chat() -> None:
    player = at("phone", CONSENT)
    player.visits("1.phone")

    player.returns()
    player.says(ORDER["phone"])

    assert player.read() == ("system.private_here", "system.abroad_question")
    assert "phone" not in player.frame.answers


def test_a_second_visit_asks_again_what_an_unclear_answer_had_led_away_from() -> None:
    player = visiting("card")
    player.says("none")
    assert player.read(WEB) == ("system.unsure_question",)

    player.visits()

    assert player.read(WEB) == ("tea.card",)
    assert "card" not in player.frame.answers


# the language is changed on the page


@pytest.mark.parametrize("chosen", ["tap:zh_Hans", "中文", "2"])
def test_a_language_chosen_on_the_page_is_spoken_there_at_once(chosen: str) -> None:
    player = visiting("phone")
    player.says("language")
    assert player.read(WEB) == ("system.language_question",)

    if chosen == "tap:zh_Hans":
        player.taps("zh_Hans")
    else:
        player.says(chosen)

    assert player.read(WEB) == ("system.language_changed", "tea.phone")
    assert player.read() == ()
    assert player.shown()[-1].text == "您的电话号码？"


def test_a_language_chosen_on_the_page_is_spoken_in_the_chat_from_there_on() -> None:
    player = visiting("card")

    player.says("中文", ORDER["card"])

    assert player.read()[-1] == "tea.notice"
    assert player.question[0] == "订单保存 30 天，您同意吗？"

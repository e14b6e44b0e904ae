"""Cancel, language, help, menu, resuming: what is above the flow."""

import pytest

from bot.engine.model import Unreadable
from tests.catalogues import without
from tests.engine.tea import ana, at, ordered, seated

# opening


def test_the_first_thing_asked_is_the_language() -> None:
    player = ana("")

    player.opens()
    assert player.heard() == ("system.language_question",)
    player.taps("zh_Hans")

    assert player.conversation.language == "zh_Hans"
    assert player.heard() == ("system.welcome", "system.menu_question")


@pytest.mark.parametrize("typed", ["2", "简体中文", "中文", "chinese", "zh_Hans", "ZH_HANS"])
def test_the_language_may_be_typed(typed: str) -> None:
    player = ana("")
    player.opens()

    player.says(typed)

    assert player.conversation.language == "zh_Hans"


def test_a_link_to_a_flow_survives_whatever_is_said_before_the_language() -> None:
    player = ana("")
    player.opens("tea")

    player.says("hello?")
    player.does(Unreadable("sticker"))
    player.sends("a")
    player.says("English")

    assert player.step == "which_tea"


def test_a_link_with_a_language_goes_straight_to_the_question() -> None:
    player = ana("")

    player.opens("tea", "zh_Hans")

    assert player.step == "which_tea"


def test_an_unknown_link_is_an_ordinary_start() -> None:
    player = ana("")

    player.opens("nowhere", "xx")

    assert player.heard() == ("system.language_question",)


def test_a_link_leaves_the_menu_behind() -> None:
    player = ana()
    assert player.heard()[-1] == "system.menu_question"

    player.opens("tea")
    player.says("2")

    assert player.answers["which_tea"] == "black"


def test_opening_again_asks_the_open_question() -> None:
    player = at("cups")

    player.opens()

    assert player.heard() == ("system.welcome_back", "tea.cups")


# digressions

DIGRESSIONS = {
    "help": ("help",),
    "a person": ("/person",),
    "privacy": ("隐私",),
    "status": ("status",),
    "the menu and back by a button": ("menu", "tap:tea"),
    "the menu and help from it": ("menu", "tap:help"),
    "giving up and thinking better of it": ("cancel", "no"),
    "changing nothing": ("change", "tap:none"),
    "another language and back": ("language", "2", "语言", "English"),
    "another language and back by their names": ("Chinese", "english"),
    "thanks": ("thanks",),
}


@pytest.mark.parametrize("said", DIGRESSIONS.values(), ids=DIGRESSIONS)
@pytest.mark.parametrize("step", ["leaf", "extras", "cups", "day", "check", "photo"])
def test_after_a_digression_the_question_returns_word_for_word(
    said: tuple[str, ...], step: str
) -> None:
    player = at(step)
    question = player.question

    for one in said:
        if one.startswith("tap:"):
            player.taps(one.removeprefix("tap:"))
        else:
            player.says(one)

    assert player.question == question
    assert player.step == step


def test_an_answer_is_taken_while_the_menu_is_open() -> None:
    player = at("cups")

    player.says("menu", "Tea dust")
    assert player.heard() == ("system.number_unclear", "tea.cups")
    player.says("7")

    assert player.answers["cups"] == {"number": 7}


def test_another_language_asks_the_same_question_in_it() -> None:
    player = at("milk")

    player.says("language", "简体中文")

    assert player.heard() == ("system.language_changed", "tea.milk")
    assert player.shown()[-1].text != "With milk?"
    assert player.step == "milk"


@pytest.mark.parametrize(
    ("typed", "language"),
    [("中文", "zh_Hans"), ("Chinese", "zh_Hans"), ("简体中文", "zh_Hans"), ("ENGLISH", "en")],
)
def test_the_name_of_a_language_is_a_command_to_speak_it(typed: str, language: str) -> None:
    player = at("milk")

    player.says(typed)

    assert player.conversation.language == language
    assert player.heard() == ("system.language_changed", "tea.milk")
    assert "milk" not in player.frame.answers


@pytest.mark.parametrize("typed", ["中文", "English"])
def test_the_name_of_a_language_may_be_the_answer_where_any_words_are(typed: str) -> None:
    player = at("guest")

    player.says(typed)

    assert player.conversation.language == "en"
    assert player.frame.answers["guest"].value == {"text": typed}


def test_the_name_of_a_language_leaves_the_menu_where_it_was() -> None:
    player = ana()

    player.says("中文")

    assert player.conversation.language == "zh_Hans"
    assert player.heard() == ("system.language_changed", "system.menu_question")


@pytest.mark.parametrize("typed", ["thanks", "Thanks!", "谢谢"])
def test_thanks_are_answered_and_not_taken_for_an_answer(typed: str) -> None:
    player = at("guest")

    player.says(typed)

    assert player.heard() == ("system.thanks", "tea.guest")
    assert "guest" not in player.frame.answers


def test_whoever_waits_may_give_thanks() -> None:
    player = ordered()

    player.says("thanks")

    assert player.heard() == ("system.thanks",)


@pytest.mark.parametrize("typed", ["0", "5", "99"])
def test_a_number_the_menu_does_not_have_is_answered_with_the_highest(typed: str) -> None:
    player = ana()

    player.says(typed)

    assert player.heard() == ("system.no_such_number", "system.menu_question")
    assert player.said[0].facts == {"count": 4}


def test_a_number_that_is_neither_yes_nor_no_gives_nothing_up() -> None:
    player = at("guest")

    player.says("cancel", "3")

    assert player.heard() == ("system.no_such_number", "system.cancel_question")
    assert player.said[0].facts == {"count": 2}


def test_a_wrong_answer_says_why_and_the_second_in_a_row_the_ways_out_once() -> None:
    player = at("cups")

    player.says("many")
    assert player.heard() == ("system.number_unclear", "tea.cups")
    player.says("10")
    assert player.heard() == ("system.number_out_of_range", "system.stuck", "tea.cups")
    player.says("11")
    assert player.heard() == ("system.number_out_of_range", "tea.cups")
    player.says("3", "x", "not a day")

    assert player.step == "day"
    assert player.heard() == ("system.date_unclear", "tea.day")


# giving up


def test_giving_up_is_asked_back() -> None:
    player = at("cups")

    player.says("cancel")
    assert player.heard() == ("system.cancel_question",)
    assert player.frame.answers
    player.says("yes")

    assert player.conversation.frames == ()
    assert player.heard() == ("system.cancelled", "system.menu_question")


def test_neither_yes_nor_no_gives_nothing_up_and_answers_nothing() -> None:
    player = at("guest")

    player.says("cancel", "Maybe later")

    assert player.heard() == ("system.choose_one", "system.cancel_question")
    assert "guest" not in player.frame.answers


def test_giving_up_after_a_milestone_asks_the_program() -> None:
    player = ordered()

    player.says("cancel")
    assert player.heard() == ("tea.cancel",)
    player.says("yes")

    assert player.script.performed[-1].action == "withdraw_order"
    assert player.conversation.frames == ()
    assert player.heard() == ("tea.cancel.cancelled", "system.menu_question")


def test_what_the_program_does_not_give_up_stays_open() -> None:
    player = seated()
    player.script.outcomes = {"~cancel": "too_late"}

    player.says("cancel", "yes")

    assert player.heard() == ("tea.cancel.too_late", "tea.pay")
    assert player.step == "pay"


def test_there_is_nothing_to_give_up_at_the_menu() -> None:
    player = ana()

    player.says("cancel")

    assert player.heard() == ("system.nothing_to_cancel", "system.menu_question")


def test_a_flow_that_is_gone_can_still_be_given_up() -> None:
    player = at("cups")
    player.remembers(without(player.catalogue, "tea"))

    player.says("cancel", "yes")

    assert player.conversation.frames == ()


def test_who_does_not_withdraw_after_all_hears_what_is_waited_for() -> None:
    player = ordered()
    player.says("cancel")

    player.taps("no")

    assert player.read() == ("system.cancel_kept", "tea.brew")

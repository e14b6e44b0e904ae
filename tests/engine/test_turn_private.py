"""Private questions on a channel whose messages leave the country."""

import pytest
from msgspec.structs import replace

from bot.engine.model import Input, Said, Start, Tapped, Unreadable, Uploaded
from tests.catalogues import toy, written
from tests.engine.abroad import CONSENT, FILES, LINK, RULES, ana, at, reworded
from tests.engine.player import Player

PAGE = ("system.private_page",)
REFUSED = ("system.private_here", "system.private_page")


def test_a_private_question_is_not_asked_in_the_chat() -> None:
    player = at("phone")

    assert player.read() == PAGE
    assert player.door == "system.private_page"
    assert not player.said[-1].options
    assert player.conversation.question == f"{player.frame.id}.phone"


def test_where_nothing_is_private_nothing_is_said_of_a_page() -> None:
    player = at("check", FILES)

    assert not [say for say in player.all_said if say.channel]
    assert [say.text.context for say in player.all_said if say.door] == ["system.upload_page"]


@pytest.mark.parametrize(
    "given",
    [
        Said("13812345678"),
        Said("English"),
        Said("1"),
        Uploaded(),
        Unreadable("edited"),
        Unreadable("voice"),
    ],
)
def test_what_is_sent_in_the_chat_for_a_private_question_is_not_used(given: Input) -> None:
    player = at("phone")

    player.does(given)

    if given != Said("English"):
        assert player.read() == REFUSED
    assert player.read()[-1:] == PAGE
    assert player.step == "phone"
    assert "phone" not in player.frame.answers


def test_a_button_of_the_page_is_not_taken_in_the_chat() -> None:
    player = at("photo")
    player.visits()
    token = player.token("later")

    player.returns()
    player.does(Tapped(token))

    assert player.read() == REFUSED
    assert player.step == "photo"


@pytest.mark.parametrize("command", ["help", "status", "person", "privacy"])
def test_commands_work_in_front_of_a_private_question(command: str) -> None:
    player = at("phone")

    player.says(command)

    assert "system.private_here" not in player.read()
    assert player.read()[-1:] == PAGE


def test_back_leads_from_a_private_question_to_one_that_is_asked_in_the_chat() -> None:
    player = at("phone")

    player.says("back")

    assert player.read() == ("tea.origin",)


def test_giving_up_works_in_front_of_a_private_question() -> None:
    player = at("phone")

    player.says("cancel", "yes")

    assert "system.cancelled" in player.read()
    assert not player.conversation.frames


def test_the_menu_and_back_gives_a_fresh_link() -> None:
    player = at("phone")

    player.says("menu")
    player.taps("tea")

    assert player.read() == PAGE
    assert player.door


def test_a_reminder_carries_a_fresh_link() -> None:
    player = at("email")

    player.waits(hours=4)

    assert player.read() == ("system.reminder", "system.private_page")
    assert player.door == "system.private_page"


def test_a_private_answer_is_not_shown_when_one_is_to_be_changed() -> None:
    player = at("notice")

    player.says("change")

    _, labels = player.question
    assert "Telephone" in labels
    assert "Cups: 3" in labels


def test_a_private_answer_asked_again_is_asked_on_the_page() -> None:
    player = at("notice")

    player.says("change", "Telephone")

    assert player.read() == PAGE
    player.visits()
    assert "Keep: +86 138 1234 5678" in player.question[1]


def test_a_review_of_private_answers_is_shown_on_the_page_alone() -> None:
    player = at("check")
    player.returns()
    player.says("help")
    assert player.read() == ("system.help", "system.private_page")

    player.visits()

    assert player.read("web") == ("tea.check",)
    assert "ana@example.org" in player.question[0]
    assert "not shown here" not in player.question[0]


SHOWN = """
flow: shown
title: Shown
steps:
  - step: number
    ask: certificate
    sensitive: yes
    text: Which number?
  - step: thanks
    text: "Thank you for {number}."
  - step: sure
    ask: choice
    text: "Is {number} right?"
    options:
      - {option: sure, text: Sure, go: sent}
      - {option: wrong, text: Wrong, again: number}
  - step: sent
    await: decision
    text: "We look at {number}."
    outcomes:
      approved: {text: "{number} is right."}
"""


def test_texts_in_the_chat_do_not_show_a_private_answer() -> None:
    content = replace(written(toy(), SHOWN), channels=RULES)
    player = Player(toy(), "en", content, LINK)

    player.opens("shown")
    player.visits()
    player.says("E12345678")
    player.returns()
    player.taps("sure")
    player.says("status")
    player.hears("decision", "approved")

    said = [message.text for message in player.everything() if "E12345678" in message.text]
    assert said == []
    assert "not shown here is right." in player.shown()[0].text


# asked first


def test_where_to_answer_is_asked_before_the_first_private_question() -> None:
    player = at("phone", CONSENT)

    assert player.read() == ("system.abroad_question",)
    assert [option.token.rpartition(".")[2] for option in player.said[-1].options] == [
        "here",
        "page",
    ]


def test_who_agrees_is_asked_in_the_chat() -> None:
    player = at("phone", CONSENT)

    player.taps("here")
    assert player.read() == ("tea.phone",)
    player.says("13812345678")

    assert player.read() == ("tea.email",)


def test_who_chooses_the_page_is_not_asked_again() -> None:
    player = at("phone", CONSENT)

    player.taps("page")
    assert player.read() == PAGE
    player.visits()
    player.says("13812345678")

    assert player.read("web") == ("tea.email",)


@pytest.mark.parametrize("place", ["here", "page"])
def test_a_changed_text_asks_once_more_where_to_answer(place: str) -> None:
    player = at("phone", CONSENT)
    player.taps(place)

    player.remembers(reworded())
    player.says("help")

    assert player.read()[-1:] == ("system.abroad_question",)
    assert player.said[-1].text.source.startswith("Messages in {channel} are read")


def test_a_reminder_asks_once_more_where_to_answer() -> None:
    player = at("phone", CONSENT)

    player.waits(hours=4)

    assert player.read() == ("system.reminder", "system.abroad_question")


def test_what_is_sent_before_the_choice_is_not_used() -> None:
    player = at("phone", CONSENT)

    player.says("13812345678")

    assert player.read()[-1:] == ("system.abroad_question",)
    assert "phone" not in player.frame.answers


# the first words


@pytest.mark.parametrize("given", [Start(), Said("good evening")])
def test_who_comes_with_a_language_is_welcomed_in_it(given: Start | Said) -> None:
    player = _stranger()

    player.does(given)

    assert player.read() == ("system.welcome", "system.menu_question")


def test_the_first_words_may_name_what_is_wanted() -> None:
    player = _stranger()

    player.says("Order tea")

    assert player.step == "which_tea"


def _stranger() -> Player:
    """Somebody of whom only the platform's guess of a language is known."""
    player = ana(LINK, "")
    player.conversation = type(player.conversation)("c1", LINK, "en")
    return player


def test_an_agreement_is_to_the_words_that_were_shown() -> None:
    player = at("phone", CONSENT)
    assert player.read() == ("system.abroad_question",)

    player.remembers(reworded())
    player.taps("here")

    assert player.read()[-1:] == ("system.abroad_question",)
    assert player.conversation.agreed == ""

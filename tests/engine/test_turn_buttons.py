"""Buttons old, fresh and broken, documents nobody asked for, and what cannot be read."""

import pytest

from bot.engine.flow import Ask
from bot.engine.kinds.choice import Consent
from bot.engine.model import Said, Tapped, Unreadable, Uploaded
from tests.catalogues import real, toy, without
from tests.engine.player import Player
from tests.engine.tea import ana, at

# buttons


def test_a_button_of_an_earlier_question_is_stale() -> None:
    player = at("milk")
    token = player.token("black")

    player.does(Tapped(token))

    assert player.heard() == ("system.stale_button", "tea.milk")
    assert player.answers["which_tea"] == "black"


def test_a_double_tap_answers_once() -> None:
    player = at("check")
    token = player.token("send")
    player.does(Tapped(token))

    player.does(Tapped(token))

    assert len([do for do in player.script.performed if do.action == "place_order"]) == 1
    assert player.heard() == ("system.stale_button", "tea.brew")


def test_a_button_still_works_after_a_digression() -> None:
    player = at("milk")
    token = player.token("yes")
    player.says("help", "status", "menu")

    player.does(Tapped(token))

    assert player.answers["milk"] == "yes"


def test_a_button_of_the_first_time_is_stale_when_a_question_is_asked_anew() -> None:
    player = at("milk")
    token = player.token("yes")
    player.says("no", "back")
    assert player.step == "milk"

    player.does(Tapped(token))

    assert player.heard() == ("system.stale_button", "tea.milk")
    assert player.answers.get("milk") is None


@pytest.mark.parametrize(
    "token",
    [
        "",
        ".",
        "...",
        "c1",
        "c1.1.milk",
        "c1.x.milk.yes",
        "c1.-1.milk.yes",
        "c1.99.nowhere.yes",
        "c1.99.milk.nothing",
        "c1.99.~menu.nothing",
        "c1.99.~nothing.yes",
        "c1.99.~cancel.yes",
        "c1.99.milk.~keep",
        "someone.2.milk.yes",
        "c1." + "9" * 5000 + ".milk.yes",
        "c1.².milk.yes",
        "\x00",
        "🍵" * 100,
        "c1.2.milk.yes.more",
    ],
)
def test_a_broken_button_changes_nothing(token: str) -> None:
    player = at("milk")
    answers = player.answers

    player.does(Tapped(token))

    if token != "c1.2.milk.yes.more":
        assert player.answers == answers
    assert player.said[-1].options


def test_an_old_menu_still_opens_what_it_says() -> None:
    player = ana()
    token = player.token("club")
    player.opens("tea")

    player.does(Tapped(token))

    assert player.heard() == ("club.join",)


def test_an_old_button_to_give_up_gives_nothing_up() -> None:
    player = at("cups")
    player.says("cancel")
    token = player.token("yes")
    player.says("no")

    player.does(Tapped(token))

    assert player.heard() == ("system.stale_button", "tea.cups")
    assert player.frame.answers


# what cannot be read


def test_documents_where_none_is_asked_are_not_taken() -> None:
    player = at("cups")

    player.sends("a", "b")

    assert player.heard() == ("system.no_files_here", "tea.cups")


def test_documents_with_nothing_open_are_not_taken() -> None:
    player = ana()

    player.sends("a")

    assert player.heard() == ("system.no_files_here", "system.menu_question")


def test_documents_come_one_by_one_with_news_of_those_refused() -> None:
    player = at("photo")

    player.sends("a", refused=("heic", "empty"))
    assert player.heard() == (
        "system.file_heic",
        "system.file_empty",
        "system.file_received",
        "tea.photo",
    )
    player.says("That is all")

    assert player.answers["photo"] == {"files": [{"id": "a", "kind": "jpeg", "pages": 1}]}


@pytest.mark.parametrize("kind", ["sticker", "voice", "video", "location", "too_long", "other"])
def test_what_cannot_be_read_is_said_and_the_question_stays(kind: str) -> None:
    player = at("cups")

    player.does(Unreadable(kind))

    assert player.heard() == (f"system.unreadable_{kind}", "tea.cups")


@pytest.mark.parametrize("given", [Said(""), Said(" "), Uploaded(), Tapped("")])
def test_nothing_at_all_is_answered_with_the_menu(given: Said | Uploaded | Tapped) -> None:
    player = ana()

    player.does(given)

    assert player.heard()[-1] == "system.menu_question"


def test_a_menu_that_names_a_flow_which_is_gone_is_shown_anew() -> None:
    player = Player(toy())
    player.remembers(without(player.catalogue, "club", editions=True))

    player.says("hm")

    assert player.heard()[-1] == "system.menu_question"
    assert "Join the tea club" not in player.question[1]


def test_a_number_too_high_is_told_the_highest_shown() -> None:
    player = at("check")

    player.says("3")

    assert player.heard() == ("system.no_such_number", "tea.check")
    assert player.said[0].facts == {"count": len(player.question[1])}


# answers in parts


def test_options_are_ticked_one_by_one_and_shown_so() -> None:
    player = at("extras")

    player.taps("lemon")
    assert player.heard() == ("tea.extras",)
    assert player.question[1] == ("✓ Lemon", "Honey", "Ginger", "That is all")
    player.taps("ginger")
    player.taps("lemon")
    player.taps("enough")

    assert player.answers["extras"] == {"options": ["ginger"]}


def test_ticks_are_kept_while_something_else_is_looked_at() -> None:
    player = at("extras")
    player.taps("lemon")

    player.says("back", "keep")

    assert player.question[1][0] == "✓ Lemon"


def test_a_day_that_could_be_a_month_is_asked_back_in_words() -> None:
    player = Player(real())
    player.opens("apartment")
    player.says("Master's", "unimelb", "Architecture", "1/9/2026")
    assert player.heard() == ("system.unsure_question",)
    assert player.question[1] == ("September 1, 2026", "January 9, 2026", "None of these")

    player.says("2")

    assert player.answers["returned"] == {"date": "2026-01-09"}


def test_an_agreement_keeps_which_text_was_agreed_to() -> None:
    player = at("photo")

    step = player.catalogue.flows["tea"].by_id["notice"]
    assert isinstance(step, Ask)
    assert isinstance(step.kind, Consent)
    assert step.kind.text_version
    kept = {"option": "agree", "purpose": "order", "text_version": step.kind.text_version}
    assert player.answers["notice"] == kept

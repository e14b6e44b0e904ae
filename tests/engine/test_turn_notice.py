"""What staff tell a contact outside of any question."""

from bot.engine.effects import Say
from bot.engine.model import Notice
from tests.engine import abroad
from tests.engine.player import Player
from tests.engine.tea import ana, at, ordered

TOLD = "system.staff_message"


def is_told(player: Player) -> tuple[Say, ...]:
    """Staff write to the contact of an order."""
    facts = {"title": "Order tea", "reference": "T-1", "words": "Bring a cup."}
    return player.does(Notice("staff_message", facts))


def test_the_words_are_said_and_the_open_question_is_asked_again_word_for_word() -> None:
    player = at("cups")
    question = player.question

    is_told(player)

    assert player.heard() == (TOLD, "tea.cups")
    assert player.shown()[0].text == "“Order tea”, number T-1: Bring a cup."
    assert player.question == question
    player.says("3")
    assert player.step == "wish"


def test_who_waits_is_told_and_nothing_else() -> None:
    player = ordered()

    is_told(player)

    assert player.heard() == (TOLD,)
    assert player.step == "brew"


def test_who_is_asked_nothing_is_shown_no_menu() -> None:
    player = ana()
    menu = player.token("tea")

    is_told(player)
    assert player.heard() == (TOLD,)
    assert player.token("tea") == menu
    player.taps("tea")

    assert player.step == "which_tea"


def test_a_question_of_the_system_s_own_is_asked_again() -> None:
    player = ordered()
    player.says("cancel")

    is_told(player)

    assert player.heard() == (TOLD, "tea.cancel")
    player.says("no")
    assert player.step == "brew"


def test_a_private_question_is_asked_again_by_a_fresh_link() -> None:
    player = abroad.at("phone")

    is_told(player)

    assert player.read() == (TOLD, "system.private_page")
    assert player.door


def test_a_phrase_nobody_knows_changes_nothing() -> None:
    player = at("cups")
    before = player.conversation

    assert player.does(Notice("no_such_phrase")) == ()

    assert player.conversation == before


def test_after_words_of_staff_the_reminder_comes_as_if_the_contact_had_just_been_asked() -> None:
    player = at("cups")
    player.waits(hours=2)

    is_told(player)
    player.waits(hours=2)
    assert player.heard() == (TOLD, "tea.cups")
    player.waits(hours=1)

    assert player.heard() == ("system.reminder", "tea.cups")

"""Visits: answering on the page what was asked on another channel."""

import pytest
from msgspec.structs import replace

from bot.engine.model import Unreadable, Visited
from tests.catalogues import toy, written
from tests.engine.abroad import FILES, LINK, OVER, RULES, at, visiting
from tests.engine.player import Player


def test_a_visit_asks_the_private_question_in_full() -> None:
    player = visiting("photo")

    assert player.read("web") == ("tea.photo",)
    assert player.question[1] == ("I will show it at the door",)
    assert player.read() == ()


def test_private_questions_follow_one_another_on_the_page() -> None:
    player = visiting("phone")

    player.says("13812345678")

    assert player.heard() == ("tea.email",)
    assert player.read("web") == ("tea.email",)


def test_a_wrong_answer_is_refused_on_the_page() -> None:
    player = visiting("phone")

    player.says("none of your business")

    assert player.read("web") == ("system.phone_unclear", "tea.phone")
    assert player.read() == ()


def test_after_the_last_private_question_the_chat_goes_on() -> None:
    player = visiting("card")

    player.says("E12345678")

    assert player.read("web") == (OVER,)
    assert player.shown()[player.heard().index(OVER)].text.endswith("goes on in Telegram.")
    assert player.read()[0].startswith("tea.verdict")
    assert player.read()[-1] == "tea.notice"


def test_what_an_action_came_to_is_said_in_the_chat() -> None:
    player = visiting("check")

    player.taps("send")

    assert player.read("web") == (OVER,)
    assert player.read() == ("tea.place.placed", "tea.brew")


SENT = """
flow: sent
title: Sent
steps:
  - step: number
    ask: certificate
    sensitive: yes
    text: Which number?
  - step: kept
    text: It is kept.
  - step: place
    do: place_order
    outcomes:
      placed: {text: It is sent.}
  - step: more
    ask: text
    text: Anything more?
"""


def test_what_was_said_before_an_action_is_said_in_the_chat_too() -> None:
    player = Player(toy(), "en", replace(written(toy(), SENT), channels=RULES), LINK)
    player.opens("sent")

    player.visits()
    player.says("E12345678")

    assert player.read("web") == (OVER,)
    assert player.read() == ("sent.kept", "sent.place.placed", "sent.more")


def test_who_gives_up_on_the_page_goes_on_in_the_chat() -> None:
    player = visiting("phone")

    player.says("cancel")
    assert player.read("web") == ("system.cancel_question",)
    player.taps("yes")

    assert player.read("web") == (OVER,)
    assert player.read() == ("system.cancelled", "system.menu_question")


def test_back_on_the_page_leads_into_the_chat() -> None:
    player = visiting("phone")

    player.says("back")

    assert player.read("web") == (OVER,)
    assert player.read() == ("tea.origin",)


def test_a_button_counts_in_whatever_place_its_question_is_open() -> None:
    player = visiting("photo")
    player.returns()
    player.says("help")

    player.here = "web"
    player.taps("later")

    assert player.step == "check"


def test_both_places_work_at_once() -> None:
    player = visiting("phone")

    player.returns()
    player.says("13812345678")
    assert player.read()[0] == "system.private_here"
    player.here = "web"
    player.says("13812345678")

    assert player.step == "email"


def test_a_link_that_is_opened_late_says_that_the_chat_goes_on() -> None:
    player = at("cups")

    player.visits()

    assert player.read("web") == (OVER,)
    assert player.read() == ()
    assert player.step == "cups"


def test_what_resembles_an_answer_stays_on_the_page() -> None:
    player = visiting("card")
    player.says("none")
    assert player.read("web") == ("system.unsure_question",)

    player.returns()
    player.says("1")

    assert player.read() == ("system.private_here", "system.private_page")
    assert player.step == "card"


def test_an_event_during_a_visit_is_told_in_the_chat() -> None:
    player = visiting("phone")
    player.says("club")
    player.hears("nothing", "none")
    assert player.said == ()

    player.waits(hours=4)

    assert player.heard() == player.read()


# files


def test_files_are_asked_for_in_the_chat_and_may_be_sent_on_the_page() -> None:
    player = at("photo", FILES)

    assert player.read() == ("tea.photo", "system.upload_page")
    assert player.door == "system.upload_page"


def test_photos_sent_in_the_chat_are_taken() -> None:
    player = at("photo", FILES)

    player.sends("a", "b")

    assert player.step == "check"


def test_the_page_is_named_once() -> None:
    player = at("photo", FILES)

    player.sends("a")

    assert player.read() == ("system.file_received", "tea.photo")


def test_a_file_the_chat_cannot_take_is_asked_for_on_the_page() -> None:
    player = at("photo", FILES)

    player.does(Unreadable("file"))

    assert player.read() == ("system.unreadable_file", "tea.photo", "system.upload_page")


@pytest.mark.parametrize("kind", ["voice", "video", "sticker", "other"])
def test_what_is_no_file_is_answered_with_the_way_to_send_one(kind: str) -> None:
    player = at("photo", FILES)

    player.does(Unreadable(kind))

    assert player.read() == ("system.send_file", "tea.photo", "system.upload_page")
    assert player.door == "system.upload_page"


def test_words_bring_the_question_back_with_a_new_link() -> None:
    player = at("photo", FILES)
    player.waits(hours=1)

    player.says("hm")

    assert player.read() == ("system.send_file", "tea.photo", "system.upload_page")


def test_files_sent_on_the_page_lead_on_in_the_chat() -> None:
    player = visiting("photo", FILES)
    assert player.read("web") == ("tea.photo",)

    player.sends("a")
    assert player.read("web") == ("system.file_received", "tea.photo")
    player.sends("b")

    assert player.read("web") == (OVER,)
    assert player.read() == ("tea.check",)


def test_a_page_opened_for_one_question_asks_no_other() -> None:
    player = at("photo", FILES)
    link = Visited(player.conversation.question)
    player.says("2", "back", "back")

    player.here = "web"
    player.does(link)

    assert player.read("web") == (OVER,)


@pytest.mark.parametrize("kind", ["contact", "edited", "file"])
def test_what_cannot_be_read_is_said_on_the_page_too(kind: str) -> None:
    player = visiting("phone")

    player.does(Unreadable(kind))

    assert player.read("web") == (f"system.unreadable_{kind}", "tea.phone")

"""Staff ask a busy contact, twice, in vain, or while the flow changes."""

import pytest
from msgspec.structs import replace

from bot.engine.catalogue import Catalogue
from bot.engine.model import AskedAgain
from tests.catalogues import toy, written
from tests.engine.desk import DESK, THAT_IS_ALL, handed_in
from tests.engine.player import Player
from tests.engine.tea import ordered

FILES = {"files": [{"id": "c", "kind": "jpeg", "pages": 1}]}


def places(player: Player) -> int:
    """How often it was handed in."""
    return sum(do.action == "place_order" for do in player.script.performed)


def test_the_same_request_again_loses_nothing_of_the_answer() -> None:
    player = handed_in()
    player.is_asked_again("papers")
    player.sends("c")

    player.is_asked_again("papers")
    player.says(THAT_IS_ALL)

    assert player.answers["papers"] == FILES


def test_a_request_for_another_step_takes_its_place() -> None:
    player = handed_in()
    player.is_asked_again("papers")

    player.is_asked_again("left_word")
    assert player.heard() == ("system.asked_again", "desk.left_word")
    player.says("three")

    assert (player.step, places(player)) == ("look", 2)
    assert player.answers["left_word"] == {"text": "three"}
    player.hears("decision", "approved")
    assert player.step == "more"


def test_one_request_may_follow_the_other() -> None:
    player = handed_in()
    for word in ("three", "four"):
        player.is_asked_again("left_word")
        player.says(word)

    assert (player.step, places(player)) == ("look", 3)
    assert player.answers["left_word"] == {"text": "four"}


@pytest.mark.parametrize(
    ("step", "again"),
    [
        ("right_word", "place"),
        ("check", "place"),
        ("place", "place"),
        ("look", "place"),
        ("nowhere", "place"),
        ("papers", "nowhere"),
        ("left_word", "papers"),
        ("papers", "look"),
    ],
)
def test_what_cannot_be_asked_again_changes_nothing(step: str, again: str) -> None:
    player = handed_in()
    before = player.conversation

    assert player.is_asked_again(step, again) == ()

    assert player.conversation == before


def test_nothing_is_asked_again_once_it_is_decided() -> None:
    player = handed_in()
    player.hears("decision", "approved")
    before = player.conversation

    assert player.is_asked_again("papers") == ()

    assert player.conversation == before


def test_nothing_is_asked_again_where_somebody_has_answered_since() -> None:
    player = ordered()
    player.script.none_left = True
    player.hears("brewing", "ready")
    player.script.none_left = False
    assert player.step == "queue"
    before = player.conversation

    assert player.is_asked_again("leaf") == ()

    assert player.conversation == before


@pytest.mark.parametrize("again", ["place", "fetch"])
def test_nothing_is_asked_again_where_the_program_has_gone_on(again: str) -> None:
    fetch = "  - step: fetch\n    do: fetch\n    outcomes:\n      fetched: {}\n"
    player = handed_in(DESK.replace("  - step: look\n", f"{fetch}  - step: look\n"))
    before = player.conversation

    assert player.is_asked_again("papers", again) == ()

    assert player.conversation == before


def test_nothing_is_asked_of_a_flow_that_is_closed() -> None:
    player = handed_in()
    player.hears("decision", "refused")
    before = player.conversation

    assert player.does(AskedAgain(1, "papers", "place", "")) == ()

    assert player.conversation == before


# new versions


NEWER = DESK.replace("step: left_word\n", "step: word\n    was: left_word\n").replace(
    "step: place\n", "step: order\n    was: place\n"
)


def test_a_renamed_step_is_asked_by_its_old_name() -> None:
    player = handed_in()
    player.remembers(_both(NEWER))

    player.is_asked_again("left_word")
    assert player.heard() == ("system.asked_again", "desk.word")
    player.says("three")

    assert (player.step, player.answers["word"]) == ("look", {"text": "three"})
    assert places(player) == 2


def test_a_new_version_meanwhile_asks_the_same_question() -> None:
    player = handed_in()
    player.is_asked_again("left_word")
    player.remembers(_both(NEWER))

    player.says("help")
    assert player.heard()[-1] == "desk.word"
    assert (player.frame.redo, "word" in player.frame.handed_in) == ("order", True)
    player.hears("decision", "approved")

    assert (player.step, player.answers["word"]) == ("more", {"text": "one"})


def test_a_version_that_knows_no_such_milestone_leaves_the_question_as_it_is() -> None:
    player = handed_in()
    player.is_asked_again("left_word")
    player.remembers(_both(DESK.replace("step: place\n", "step: order\n")))

    player.says("three")

    assert (player.step, places(player)) == ("look", 2)


def _both(source: str) -> Catalogue:
    """The centre after the desk's flow was written anew; the old version is kept."""
    newer = written(toy(), source)
    return replace(newer, editions={**newer.editions, **written(toy(), DESK).editions})


# who is busy


def test_a_busy_contact_is_asked_when_they_are_done() -> None:
    player = handed_in()
    desk = player.frame.id
    player.opens("club")

    player.is_asked_again("papers", frame=desk)
    assert player.heard() == ("system.asked_again", "system.more_later", "club.join")
    player.says("no")

    assert player.heard() == ("desk.papers",)


def test_a_busy_contact_is_asked_although_something_else_is_waited_for() -> None:
    player = handed_in()
    player.remembers(written(toy(), DESK, DESK.replace("flow: desk", "flow: other")))
    desk = player.frame.id
    player.opens("other")
    player.says("left", "one", "I promise")
    player.sends("a")
    player.says(THAT_IS_ALL)
    player.taps("send")
    player.opens("club")

    player.is_asked_again("papers", frame=desk)
    player.says("no")

    assert player.heard() == ("desk.papers",)
    assert player.frame.id == desk

"""Which steps a frame comes to, each counted once, and where frames stand."""

from bot.engine.model import Said, Start
from tests.engine import abroad
from tests.engine.desk import DESK, handed_in
from tests.engine.player import Player
from tests.engine.tea import ORDER, ana, at, ordered


def reached(player: Player) -> list[str]:
    """What was reached by the last turn."""
    return [f"{flow}.{step}" for flow, step in player.reached]


def test_a_flow_that_is_begun_reaches_its_first_question() -> None:
    player = ana()

    player.opens("tea")

    assert reached(player) == ["tea.start", "tea.which_tea"]


def test_an_answer_reaches_the_next_question_alone() -> None:
    player = at("extras")

    player.says(ORDER["extras"])

    assert reached(player) == ["tea.cups"]


def test_what_is_said_meanwhile_reaches_nothing() -> None:
    player = at("cups")

    for typed in ("nonsense", "help", "menu", "help"):
        player.says(typed)
        assert reached(player) == []


def test_a_question_that_is_asked_again_counts_once() -> None:
    player = at("cups")

    player.says("back")
    assert reached(player) == []
    player.says("keep")

    assert reached(player) == []


def test_what_is_done_in_the_same_turn_counts_as_well() -> None:
    player = at("check")

    player.taps("send")

    assert reached(player) == ["tea.brew"]


def test_a_question_that_has_to_wait_is_reached_when_it_is_asked() -> None:
    player = handed_in()
    desk = player.frame.id
    player.opens("club")

    player.hears("decision", "approved", frame=desk)
    assert reached(player) == []
    player.says("no")

    assert reached(player) == ["club.end", "desk.more"]


def test_what_is_waited_for_is_reached_although_the_contact_is_busy() -> None:
    asked = "    ask: text\n    text: Anything more?\n"
    waited = "    await: payment\n    text: Money?\n    outcomes:\n      paid_up: {}\n"
    player = handed_in(DESK.replace(asked, waited))
    desk = player.frame.id
    player.opens("club")

    player.hears("decision", "approved", frame=desk)

    assert reached(player) == ["desk.more"]
    assert player.places == ("club.join", "desk.more")


def test_the_end_is_reached_by_walking_there() -> None:
    player = ana()
    player.opens("club")

    player.says("yes")

    assert reached(player) == ["club.end"]


def test_a_draft_and_an_order_that_are_given_up_are_cancelled() -> None:
    for player in (at("cups"), ordered()):
        player.says("cancel", "yes")

        assert reached(player) == ["tea.cancelled"]


def test_what_cannot_be_given_up_is_not_cancelled() -> None:
    player = ordered()
    player.script.outcomes["~cancel"] = "too_late"

    player.says("cancel", "yes")

    assert reached(player) == []


def test_a_flow_begun_anew_counts_anew() -> None:
    player = at("milk")

    player.opens("tea")
    player.taps("again")

    assert reached(player) == ["tea.start", "tea.which_tea"]


def test_what_staff_ask_again_was_reached_before() -> None:
    player = handed_in()

    player.is_asked_again("way")
    assert reached(player) == []
    player.says("Right")

    assert reached(player) == ["desk.right_word"]


def test_a_question_on_the_page_is_reached_when_its_link_is_given() -> None:
    player = abroad.at("origin")

    player.says(ORDER["origin"])
    assert reached(player) == ["tea.phone"]
    player.visits()

    assert reached(player) == []


def test_each_frame_stands_at_one_place() -> None:
    player = ordered()

    player.opens("club")

    assert player.places == ("club.join", "tea.brew")


def test_a_frame_that_is_closed_stands_nowhere() -> None:
    player = ordered()
    player.opens("club")

    player.says("no")

    assert player.places == ("tea.brew",)


def test_a_turn_that_changes_nothing_says_where_frames_stand() -> None:
    player = ordered()

    player.hears("payment", "paid_up")

    assert player.places == ("tea.brew",)


def test_who_has_begun_nothing_stands_nowhere() -> None:
    player = ana()

    for given in (Start(), Said("help")):
        player.does(given)
        assert (player.places, player.reached) == ((), ())

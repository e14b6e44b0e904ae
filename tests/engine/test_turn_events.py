"""What staff, others and the clock do."""

import pytest

from bot.engine.advance import EndlessTurn
from bot.engine.asides import FRAMES_PER_CONTACT
from bot.engine.model import Event, Woken
from tests.catalogues import toy, written
from tests.engine.player import Player
from tests.engine.tea import ORDER, ana, at, ordered, seated

# events


def test_news_goes_on_where_it_was_waited_for() -> None:
    player = ordered()

    player.hears("brewing", "ready")

    assert player.heard() == ("tea.brew.ready", "tea.seat")


@pytest.mark.parametrize(
    ("name", "outcome"), [("payment", "paid_up"), ("brewing", "burnt"), ("nothing", "ready")]
)
def test_news_nobody_waits_for_changes_nothing(name: str, outcome: str) -> None:
    player = ordered()
    before = player.conversation

    said = player.hears(name, outcome)

    assert said == ()
    assert player.conversation == before


def test_news_for_a_frame_that_is_closed_changes_nothing() -> None:
    player = ana()
    before = player.conversation

    player.does(Event("brewing", 1, "ready"))

    assert player.conversation == before


def test_the_same_news_twice_is_taken_once() -> None:
    player = seated()
    before = player.conversation

    player.does(Event("brewing", player.frame.id, "ready"))

    assert player.conversation == before


def test_news_does_not_interrupt_another_flow_and_is_acted_upon() -> None:
    player = seated()
    tea = player.frame.id
    player.sends("receipt")
    assert player.step == "confirm"
    player.opens("club")

    player.hears("payment", "expired", frame=tea)
    assert player.heard() == ("tea.confirm.expired", "system.more_later", "club.join")
    player.says("yes")

    assert player.heard() == ("club.welcome", "tea.seat")
    assert len(player.said[-1].cards) == 2


def test_an_action_that_news_leads_to_is_performed_while_another_flow_is_open() -> None:
    flow = """
flow: errand
title: Errand
steps:
  - step: order
    await: order
    text: We wait.
    outcomes:
      ready: {text: Ready.}
  - step: fetch
    do: fetch
    outcomes:
      fetched: {text: Fetched.}
  - step: more
    ask: text
    text: More?
"""
    player = Player(toy(), catalogue=written(toy(), flow))
    player.opens("errand")
    errand = player.frame.id
    player.opens("club")

    player.hears("order", "ready", frame=errand)

    assert [do.action for do in player.script.performed] == ["fetch"]
    assert player.heard()[-1] == "club.join"
    player.says("no")
    assert player.heard() == ("errand.more",)


def test_news_reaches_a_question_that_others_may_answer() -> None:
    player = seated()

    player.hears("payment", "paid_up")

    assert player.heard() == ("tea.pay.paid_up", "tea.done", "system.menu_question")
    assert player.conversation.frames == ()


def test_news_that_leads_back_asks_anew_and_frees_what_was_held() -> None:
    player = seated()

    player.hears("payment", "expired")

    assert player.step == "seat"
    assert set(player.frame.milestones) == {"ordered"}


def test_news_is_not_lost_while_an_earlier_answer_is_looked_at() -> None:
    flow = """
flow: bill
title: Bill
steps:
  - step: name
    ask: text
    text: Name?
  - step: pay
    ask: upload
    text: Receipt?
    await: payment
    outcomes:
      paid_up: {text: Thank you., go: end}
"""
    player = Player(toy(), catalogue=written(toy(), flow))
    player.opens("bill")
    player.says("Ana", "back")
    assert player.step == "name"

    player.hears("payment", "paid_up")

    assert player.heard()[0] == "bill.pay.paid_up"
    assert player.conversation.frames == ()


# the clock


def test_a_reminder_comes_once_and_asks_the_question() -> None:
    player = at("cups")
    question = player.question

    player.waits(hours=3)
    assert player.heard() == ("system.reminder", "tea.cups")
    assert player.question == question

    assert player.conversation.wakes == ()


def test_nobody_is_reminded_who_has_moved_on() -> None:
    player = at("cups")
    wake = player.conversation.wakes[0]
    player.says("3")
    before = player.conversation

    player.does(Woken(wake.name, wake.frame, wake.turn))

    assert player.said == ()
    assert player.conversation == before


def test_nobody_is_reminded_who_waits_for_others() -> None:
    assert ordered().conversation.wakes == ()


def test_a_reminder_asks_the_flow_s_question_even_above_a_menu() -> None:
    player = at("cups")
    player.says("menu")

    player.waits(hours=3)

    assert player.heard() == ("system.reminder", "tea.cups")


# limits


def test_a_flow_that_goes_in_circles_is_stopped() -> None:
    circle = """
flow: circle
title: Circle
steps:
  - step: one
    text: One.
  - step: two
    text: Two.
    go: one
"""
    player = Player(toy(), catalogue=written(toy(), circle))

    with pytest.raises(EndlessTurn):
        player.opens("circle")


def test_the_oldest_unfinished_flow_makes_room_and_none_that_is_handed_in() -> None:
    form = "flow: {0}\ntitle: {0}\nsteps:\n  - step: name\n    ask: text\n    text: Name?\n"
    names = [f"form_{n}" for n in range(FRAMES_PER_CONTACT)]
    player = ordered()
    player.remembers(written(toy(), *(form.format(name) for name in names)))

    for name in names:
        player.opens(name)

    open_flows = [frame.flow for frame in player.conversation.frames]
    assert open_flows == ["tea", *names[1:]]


def test_a_flow_without_a_way_to_give_it_up_says_so_once_it_is_handed_in() -> None:
    player = ordered()
    lines = toy().content.sources["tea"].split("cancel:\n")
    without_cancel = lines[0] + lines[1][lines[1].index("\nsteps:") :]
    player = Player(toy(), catalogue=written(toy(), without_cancel))
    player.opens("tea")
    while player.step != "brew":
        player.says(ORDER.get(player.step, "1"))

    player.says("cancel", "yes")

    assert player.heard() == ("system.cancel_too_late",)
    assert player.step == "brew"


def test_another_flow_may_be_named_while_one_waits() -> None:
    player = ordered()

    player.says("Join the tea club")

    assert player.heard() == ("club.join",)


def test_a_milestone_is_not_thrown_away_by_an_old_wish_to_start_again() -> None:
    player = seated()
    tea = player.frame.id
    player.opens("club")

    player.says("menu")
    player.taps("tea")

    assert player.step == "pay"
    assert player.frame.id == tea

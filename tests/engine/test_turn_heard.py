from bot.content.hears import Spoken
from bot.content.labels import hears_of, labels_of
from bot.engine.catalogue import Catalogue
from bot.engine.heard import hear
from tests.catalogues import toy, written
from tests.engine.player import Player

FAIR = """
flow: fair
title: The fair
menu: 9
hears: [fair, stalls, market]
steps:
  - step: day
    ask: choice
    label: Day
    text: Which day?
    options:
      - {option: weekday, text: Next day, also: [soon]}
      - {option: weekend, text: Weekend, also: [sunday]}
      - {option: all_days, text: All days, also: [every day], go: order}
  - step: goods
    ask: choice
    label: Goods
    text: What goods?
    options:
      - {option: free, text: Free, go: free_goods}
      - {option: pots, text: Pots}
      - {option: anything, text: Anything, also: [market]}
  - step: list
    ask: choice
    text: Here it is.
    options:
      - {option: done, text: Done, go: end}
  - step: free_goods
    ask: choice
    text: Which free goods?
    options:
      - {option: pots, text: Pots, go: list_free}
  - step: list_free
    ask: choice
    text: Here they are, free.
    options:
      - {option: done, text: Done, go: end}
  - step: order
    do: place_order
    outcomes: {placed: {text: Your order is in.}}
"""


def fairgoer() -> Player:
    """Somebody at the Teahouse, which knows of a fair."""
    return Player(toy(), catalogue=catalogue())


def catalogue() -> Catalogue:
    """The Teahouse's content with the fair."""
    return written(toy(), FAIR)


def given(player: Player) -> dict[str, object]:
    """The answers of the newest frame."""
    return {name: answer.value for name, answer in player.conversation.frames[-1].answers.items()}


def test_a_sentence_starts_the_flow_and_answers_what_it_names() -> None:
    player = fairgoer()

    said = player.says("pots at the fair on Sunday")

    assert given(player) == {"day": "weekend", "goods": "pots"}
    assert player.step == "list"
    assert said[0].text.context == "system.heard"
    assert len(said[0].facts["answers"]["lines"]) == 2


def test_what_a_sentence_leaves_open_is_asked() -> None:
    player = fairgoer()

    player.says("free stalls")

    assert player.step == "day"
    assert given(player) == {}


def test_the_first_option_of_the_file_is_meant_and_a_later_step_takes_the_other() -> None:
    player = fairgoer()

    player.says("free pots at the fair, soon")

    assert given(player) == {"day": "weekday", "goods": "free", "free_goods": "pots"}
    assert player.step == "list_free"


def test_a_name_alone_starts_the_flow_and_shows_nothing_back() -> None:
    player = fairgoer()

    said = player.says("stalls")

    assert player.step == "day"
    assert all(one.text.context != "system.heard" for one in said)


def test_a_sentence_that_leads_to_an_action_has_it_done_once() -> None:
    player = fairgoer()

    said = player.says("the fair every day")

    assert [do.action for do in player.script.performed] == ["place_order"]
    assert [one.text.context for one in said[:2]] == ["system.heard", "fair.order.placed"]


def test_what_was_heard_can_be_changed() -> None:
    player = fairgoer()
    player.says("pots at the fair on Sunday")

    player.says("change")
    player.taps("day")
    player.says("soon")

    assert given(player)["day"] == "weekday"
    assert given(player)["goods"] == "pots"


def test_another_sentence_begins_the_open_flow_again() -> None:
    player = fairgoer()
    player.says("pots at the fair on Sunday")

    player.says("free pots at the fair soon")

    assert len(player.conversation.frames) == 1
    assert given(player) == {"day": "weekday", "goods": "free", "free_goods": "pots"}


def test_an_answer_to_the_open_question_stays_one() -> None:
    player = fairgoer()
    player.says("fair")

    player.says("sunday")

    assert given(player) == {"day": "weekend"}


def test_a_sentence_starts_nothing_in_the_middle_of_another_flow() -> None:
    player = fairgoer()
    player.opens("tea")
    before = player.step

    player.says("pots at the fair on Sunday")

    assert player.step == before
    assert [frame.flow for frame in player.conversation.frames] == ["tea"]


def test_a_command_comes_before_a_sentence() -> None:
    player = fairgoer()

    player.says("menu")

    assert player.conversation.frames == ()


def test_words_of_other_languages_are_heard_as_well() -> None:
    spoken = Spoken({"fair": ("集市",)}, {("fair", "day", "weekend"): ("周日",)})
    flow, content = catalogue().flows["fair"], toy().content
    labels = labels_of([flow], content.system, toy().translations, spoken)
    hears = hears_of([flow], toy().translations, spoken)

    assert hears["fair"] == ("fair", "stalls", "market", "the fair", "集市")
    assert ("周日", "weekend") in labels["fair", flow.version, "day"].pairs


def test_a_flow_that_hears_nothing_is_started_by_no_sentence() -> None:
    assert hear(toy().catalogue, "order tea") is None

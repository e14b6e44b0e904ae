"""What a new table or a new version of a flow does to what is under way."""

from datetime import UTC, datetime

from bot.engine.carry import carry
from bot.engine.model import Tapped
from tests.catalogues import edited, toy, without
from tests.engine.tea import ORDER, at, ordered

# new tables


def test_a_new_edition_decides_anew_and_the_contact_hears_it() -> None:
    player = at("which_tea")
    player.now = datetime(2025, 12, 31, 12, tzinfo=UTC)
    while player.step != "check":
        player.says(ORDER[player.step])
    assert player.answers["verdict"]["outcome"] == "no_discount"

    player.now = datetime(2026, 1, 1, 12, tzinfo=UTC)
    player.says("help")

    assert player.answers["verdict"]["outcome"] == "discount"
    assert player.heard() == ("tea.verdict.discount", "system.help", "tea.check")


# new versions


def test_a_renamed_step_keeps_its_answer() -> None:
    player = at("cups")

    player.remembers(
        edited(
            toy(),
            "tea",
            ("- step: leaf\n", "- step: which_leaf\n    was: leaf\n"),
            ("leaf: [fine", "which_leaf: [fine"),
            ("go: leaf", "go: which_leaf"),
        )
    )
    player.says("4")

    assert player.answers["which_leaf"] == {"entry": "dragon_well", "option": "fine"}
    assert player.step == "wish"
    assert "system.flow_updated" not in player.heard()


def test_a_renamed_question_that_is_open_takes_the_answer() -> None:
    player = at("guest")

    player.remembers(edited(toy(), "tea", ("- step: guest\n", "- step: visitor\n    was: guest\n")))
    player.says("Ana Núñez")

    assert player.answers["visitor"] == {"text": "Ana Núñez"}


def test_a_renamed_option_keeps_its_meaning() -> None:
    player = at("cups")

    player.remembers(
        edited(
            toy(),
            "tea",
            (
                "{option: black, text: Black tea, was: brown}",
                "{option: dark, text: Black tea, was: black}",
            ),
        )
    )
    player.says("4")

    assert player.answers["which_tea"] == "dark"
    assert player.step == "wish"


def test_an_option_that_is_gone_asks_its_question_again_and_keeps_the_rest() -> None:
    player = at("cups")

    player.remembers(
        edited(toy(), "tea", ("      - {option: black, text: Black tea, was: brown}\n", ""))
    )
    player.says("4")

    assert player.heard() == ("system.flow_updated", "tea.which_tea")
    assert player.shown()[0].text == "“Order tea” has changed; one question is asked again."
    player.says("1")
    assert player.step == "cups"


def test_a_step_inserted_before_the_position_is_asked_and_then_one_is_where_one_was() -> None:
    player = at("cups")

    player.remembers(edited(toy(), "tea", ("  - step: leaf\n", SUGAR)))
    player.says("4")
    assert player.heard() == ("tea.sugar",)
    assert "sugar" not in player.answers
    player.says("two lumps")

    assert player.step == "cups"


def test_a_step_inserted_after_the_position_is_not_noticed() -> None:
    player = at("milk")

    player.remembers(edited(toy(), "tea", ("  - step: leaf\n", SUGAR)))
    player.says("no")

    assert player.heard() == ("tea.sugar",)


def test_a_removed_question_that_was_open_is_passed_by() -> None:
    player = at("cups")

    player.remembers(
        edited(toy(), "tea", (CUPS, ""), ("go: cups", "go: wish"), (", cups: cups", ""))
    )
    player.says("3")

    assert player.heard() == ("tea.wish",)
    assert "wish" not in player.answers


def test_a_milestone_keeps_a_conversation_on_its_version() -> None:
    player = ordered()
    version = player.frame.version

    player.remembers(edited(toy(), "tea", ("  - step: leaf\n", SUGAR)))
    player.hears("brewing", "ready")

    assert player.step == "seat"
    assert player.frame.version == version
    assert "system.flow_updated" not in player.heard()


def test_an_open_question_whose_options_changed_is_asked_anew_before_a_number_counts() -> None:
    player = at("which_tea")
    white = "      - {option: white, text: White tea}\n"

    player.remembers(edited(toy(), "tea", (BLACK, white + BLACK)))
    player.says("2")
    assert player.heard() == ("tea.which_tea",)
    player.says("2")

    assert player.answers["which_tea"] == "white"


def test_what_is_offered_is_listed_anew_before_a_number_counts() -> None:
    player = ordered()
    player.hears("brewing", "ready")

    player.remembers(edited(toy(), "tea", ("Which tea would you like?", "Which one?")))
    player.says("3")
    assert player.step == "seat"
    assert len(player.said[-1].cards) == 2
    player.says("3")

    assert player.heard()[0] == "tea.done"


def test_a_flow_that_is_gone_is_finished_in_its_old_version() -> None:
    player = at("cups")

    player.remembers(without(player.catalogue, "tea"))
    player.says("4")

    assert player.heard() == ("tea.wish",)


def test_a_flow_that_nobody_knows_rests_until_it_comes_back() -> None:
    player = at("cups")
    catalogue = player.catalogue
    frames = player.conversation.frames
    player.remembers(without(catalogue, "tea", editions=True))

    player.says("4")
    assert player.heard()[-1] == "system.menu_question"
    player.says("status", "cancel", "back", "change")
    assert player.conversation.frames == frames

    player.remembers(catalogue)
    player.says("4")
    assert player.step == "wish"


def test_a_question_that_is_looked_at_again_and_is_gone_does_not_stop_anybody() -> None:
    player = at("cups")
    player.says("change")
    player.taps("milk")

    player.remembers(
        edited(
            toy(),
            "tea",
            ('      - {option: "no", text: "No"}\n', '      - {option: never, text: "No"}\n'),
        )
    )
    player.says("keep")

    assert player.step == "milk"
    assert player.said[-1].options


def test_only_questions_really_asked_again_are_counted() -> None:
    player = at("day")
    new = edited(toy(), "tea", ("  - step: leaf\n", SUGAR)).flows["tea"]
    fewer = edited(toy(), "tea", ("{option: honey, text: Honey}", "{option: sugar, text: Sugar}"))

    inserted = carry(toy().catalogue.flows["tea"], new, player.frame)
    gone = carry(toy().catalogue.flows["tea"], fewer.flows["tea"], player.frame)

    assert (inserted.fate, inserted.lost) == ("same", ())
    assert (gone.fate, gone.lost) == ("asks", ("extras",))


BLACK = "      - {option: black, text: Black tea, was: brown}\n"
DARK = "option: dark, text: Black tea, was: black"
CUPS = """  - step: cups
    ask: number
    at_least: 1
    at_most: 9
    label: Cups
    text: How many cups?

"""
SUGAR = """  - step: sugar
    ask: text
    text: How much sugar?

  - step: leaf
"""


def test_a_new_label_alone_does_not_ask_again() -> None:
    player = at("which_tea")

    player.remembers(edited(toy(), "tea", ("text: Only hot water", "text: Just hot water")))
    player.says("2")

    assert player.answers["which_tea"] == "black"


def test_nobody_agrees_to_words_they_were_not_shown() -> None:
    player = at("notice")
    token = player.token("agree")
    newer = edited(toy(), "tea", ("days. Do you agree?", "days and sell it. Do you agree?"))

    player.remembers(newer)
    player.does(Tapped(token))
    assert player.heard() == ("system.stale_button", "tea.notice")
    player.remembers(toy().catalogue)
    player.says("1")
    assert player.heard() == ("tea.notice",)

    assert "notice" not in player.answers
    player.taps("agree")
    assert player.step == "photo"


def test_a_new_edition_does_not_touch_what_is_handed_in() -> None:
    player = at("which_tea")
    player.now = datetime(2025, 12, 31, 12, tzinfo=UTC)
    while player.step != "check":
        player.says(ORDER[player.step])
    player.taps("send")

    player.now = datetime(2026, 1, 1, 12, tzinfo=UTC)
    player.says("status")
    assert player.heard() == ("tea.brew",)
    player.hears("brewing", "ready")

    assert player.step == "seat"
    assert player.answers["verdict"]["outcome"] == "no_discount"

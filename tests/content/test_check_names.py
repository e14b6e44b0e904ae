from collections.abc import Callable
from pathlib import Path

import pytest

from tests.content.faults import CHINESE, CLUB, TEA, Fault

LONG = "a_very_long_name_for_a_step_which"
WELCOME = "  - step: welcome\n"
NOT_FINE = "{not: {leaf: [fine, plain]}}"

REFERENCES = (
    Fault(
        "a condition on an unknown step",
        TEA,
        NOT_FINE,
        "{not: {laef: [fine, plain]}}",
        "laef",
        "a condition of step 'extras' names step 'laef', which does not exist; do you mean 'leaf'?",
    ),
    Fault(
        "a condition on an unknown option",
        TEA,
        NOT_FINE,
        "{not: {leaf: [fine, plian]}}",
        "plian",
        "a condition of step 'extras' names 'plian', which step 'leaf' has not; "
        "do you mean 'plain'?",
    ),
    Fault(
        "a condition on a later step",
        TEA,
        NOT_FINE,
        "{not: {notice: agree}}",
        "notice: agree",
        "a condition of step 'extras' names step 'notice', which is not before it",
    ),
    Fault(
        "an argument from a later step",
        TEA,
        "with: {tea: which_tea, cups: cups}",
        "with: {tea: which_tea, cups: brew}",
        "step: place",
        "step 'place' gives 'cups' from step 'brew', which is not before it",
    ),
    Fault(
        "an argument nobody takes",
        TEA,
        "with: {tea: which_tea, cups: cups}",
        "with: {tea: which_tea, mugs: cups}",
        "step: place",
        "step 'place' gives 'mugs', which 'place_order' does not take",
    ),
    Fault(
        "an unknown list",
        TEA,
        "ask: country",
        "ask: lookup\n    listing: cuontries",
        "step: origin",
        "step 'origin' looks in list 'cuontries', which does not exist; do you mean 'countries'?",
    ),
    Fault(
        "more files than the centre takes",
        TEA,
        "most: 2",
        "most: 6",
        "step: photo",
        "step 'photo' takes more files than 5",
    ),
)

IDS = (
    Fault(
        "a step id with capitals",
        CLUB,
        "step: welcome",
        "step: Welcome",
        "Welcome",
        "step 'Welcome' must be written in small letters, digits and underscores",
        also=(CHINESE, '"club.welcome"', '"club.Welcome"'),
    ),
    Fault(
        "a step id that does not fit",
        CLUB,
        "step: welcome",
        f"step: {LONG}",
        LONG,
        f"step '{LONG}' has 33 letters: 24 fit on a button",
        also=(CHINESE, '"club.welcome"', f'"club.{LONG}"'),
    ),
    Fault(
        "a step id that is counted as something else",
        CLUB,
        "step: welcome",
        "step: start",
        "step: start",
        "step 'start' means something else: choose another id",
        also=(CHINESE, '"club.welcome"', '"club.start"'),
    ),
    Fault(
        "an option id that does not fit",
        TEA,
        "option: honey",
        f"option: {LONG}",
        LONG,
        f"option '{LONG}' has 33 letters: 24 fit on a button",
        also=(CHINESE, '"tea.extras.honey"', f'"tea.extras.{LONG}"'),
    ),
    Fault(
        "an option id that is taken",
        TEA,
        "option: honey",
        "option: enough",
        "option: enough",
        "option 'enough' means something else: choose another id",
        also=(CHINESE, '"tea.extras.honey"', '"tea.extras.enough"'),
    ),
    Fault(
        "an option twice",
        TEA,
        "      - {option: honey, text: Honey}\n",
        "      - {option: honey, text: Honey}\n      - {option: honey, text: Sugar}\n",
        "Sugar",
        "option 'honey' of step 'extras' exists already: flows/tea.yaml:48",
    ),
    Fault(
        "the same place in the menu",
        CLUB,
        "menu: 2",
        "menu: 1",
        "flow: tea",
        "flow 'tea' has the same place in the menu as 'club'",
        where=TEA,
    ),
    Fault(
        "a rename of a step that is still there",
        TEA,
        "was: with_milk",
        "was: leaf",
        "step: milk",
        "step 'leaf' still exists, so none 'was' it",
    ),
)


@pytest.mark.parametrize("fault", [*REFERENCES, *IDS], ids=str)
def test_a_fault_of_names_is_reported_with_its_line_and_nothing_else(
    fault: Fault, teahouse: Path, problems: Callable[[], list[str]]
) -> None:
    expected = fault.plant(teahouse)

    assert problems() == [expected]


def test_a_step_written_twice_is_reported_with_both_places(
    teahouse: Path, problems: Callable[[], list[str]]
) -> None:
    Fault("", CLUB, WELCOME, "  - step: join\n    text: Again.\n" + WELCOME, "", "").plant(teahouse)

    assert problems() == [f"{CLUB}:14: step 'join' exists already: {CLUB}:7"]


def test_a_flow_described_in_two_files_is_reported(
    teahouse: Path, problems: Callable[[], list[str]]
) -> None:
    (teahouse / "flows" / "zclub.yaml").write_text((teahouse / CLUB).read_text("utf-8"), "utf-8")

    assert problems() == [f"flows/zclub.yaml:2: flow 'club' exists already: {CLUB}:2"]

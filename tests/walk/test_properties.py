"""What holds wherever a contact has gone before."""

from dataclasses import dataclass
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from bot.engine.flow import Ask, walk
from bot.engine.model import Said
from tests.catalogues import real, toy
from tests.engine.player import buttons, where
from tests.engine.script import NOON, remembered
from tests.walk.inputs import TAP, Given, inputs
from tests.walk.walker import Move, Node, Walk

CENTRES = {"toy": toy, "real": real}
LONGEST_WAY = 30
"""Turns of a random way: enough to come to the end of any flow."""
everywhere = pytest.mark.parametrize(
    ("centre", "flow", "home"),
    [
        (name, flow, home)
        for name, read in CENTRES.items()
        for flow in read().catalogue.flows
        for home in ("web", "telegram")
    ],
)
ways = st.lists(st.integers(0, 1000), max_size=LONGEST_WAY)
commands = st.sampled_from(
    [
        "help",
        "status",
        "person",
        "privacy",
        "menu",
        "cancel no",
        "change none",
        "language",
        "back keep",
    ]
)


@dataclass(frozen=True, slots=True)
class Way:
    """Where a random way led, and what was done last at each step."""

    walk: Walk
    node: Node
    given: dict[str, Given]

    def does(self, *given: Given) -> "Way":
        """The way one goes on."""
        node: Node | None = self.node
        for one in given:
            assert node is not None
            node, _ = self.walk.take(node, Move(one))
        assert node is not None
        return Way(self.walk, node, self.given)

    @property
    def step(self) -> str:
        """The step that is open."""
        return where(self.walk.catalogue, self.node.frame, NOON).step_id

    @property
    def path(self) -> tuple[str, ...]:
        """The steps passed."""
        return where(self.walk.catalogue, self.node.frame, NOON).path

    @property
    def question(self) -> tuple[str, tuple[str, ...]]:
        """The words of the open question and of its options."""
        last = self.node.said[-1]
        voice = self.walk.centre.renderer.voice(self.node.conversation.language)
        labels = tuple(voice.fact(option.label) for option in buttons(last))
        return voice.message(last).text, labels


def gone(centre: str, flow: str, home: str, choices: list[int]) -> Way:
    """Go a random way; the last question on it."""
    read = CENTRES[centre]()
    walk = Walk(read, read.catalogue.flows[flow], home)
    node = asked = walk.begin()
    done: dict[str, Given] = {}
    for choice in choices:
        possible = list(inputs(walk.catalogue, walk.flow, node.frame, NOON))
        move = possible[choice % len(possible)]
        after, _ = walk.take(node, Move(move))
        if after is None:
            break
        done[where(walk.catalogue, node.frame, NOON).step_id] = move
        node = after
        if isinstance(where(walk.catalogue, node.frame, NOON).step, Ask):
            asked = node
    return Way(walk, asked, done)


@everywhere
@given(ways)
def test_back_and_keep_is_where_one_was(
    centre: str, flow: str, home: str, choices: list[int]
) -> None:
    way = gone(centre, flow, home, choices)

    back = way.does(Said("back"))
    if not back.node.frame.reopened:
        return
    kept = back.does(f"{TAP}~keep")

    assert (kept.step, kept.path) == (way.step, way.path)
    assert kept.node.frame.answers == way.node.frame.answers


@everywhere
@given(ways)
def test_back_and_the_same_answer_is_where_one_was(
    centre: str, flow: str, home: str, choices: list[int]
) -> None:
    way = gone(centre, flow, home, choices)

    back = way.does(Said("back"))
    if not back.node.frame.reopened:
        return
    again = back.does(way.given[back.step])

    values = {step: answer.value for step, answer in again.node.frame.answers.items()}
    assert (again.step, again.path) == (way.step, way.path)
    assert values == {step: answer.value for step, answer in way.node.frame.answers.items()}


@everywhere
@given(ways, st.randoms(use_true_random=False))
def test_a_position_follows_from_the_answers_alone(
    centre: str, flow: str, home: str, choices: list[int], chance: Random
) -> None:
    way = gone(centre, flow, home, choices)
    pairs = list(way.node.frame.answers.items())
    chance.shuffle(pairs)

    frame = remembered(way.node.conversation).frames[-1]
    position = walk(way.walk.flow, replace(frame, answers=dict(pairs)))

    assert position == walk(way.walk.flow, way.node.frame)


@everywhere
@given(ways, st.lists(commands, min_size=1, max_size=5))
def test_after_digressions_the_question_is_the_same_word_for_word(
    centre: str, flow: str, home: str, choices: list[int], digressions: list[str]
) -> None:
    way = gone(centre, flow, home, choices)
    way = way.does(Said("help"))
    returned = way

    for digression in digressions:
        returned = digress(returned, digression)

    assert returned.question == way.question
    assert returned.step == way.step
    assert returned.node.frame.answers == way.node.frame.answers


def digress(way: Way, digression: str) -> Way:
    """Go away from the question and come back to it."""
    match digression.split():
        case ["menu"]:
            return way.does(Said("menu"), f"{TAP}help")
        case ["language"]:
            return way.does(Said("language"), f"{TAP}zh_Hans", Said("language"), f"{TAP}en")
        case ["back", "keep"]:
            back = way.does(Said("back"))
            return back.does(f"{TAP}~keep") if back.node.frame.reopened else back
        case ["change", "none"]:
            change = way.does(Said("change"))
            return change.does(f"{TAP}none") if change.node.conversation.aside else change
        case [command, *rest]:
            return way.does(*(Said(word) for word in (command, *rest)))
    raise AssertionError(digression)

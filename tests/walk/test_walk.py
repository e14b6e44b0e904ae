import sys
from collections import Counter
from collections.abc import Iterator
from functools import cache

import pytest

from bot.content.render import MISSING
from bot.engine.flow import Ask, Await, Flow
from bot.engine.model import Said
from tests.catalogues import real, toy
from tests.engine.player import where
from tests.engine.script import NOON
from tests.walk.inputs import TAP, inputs
from tests.walk.walker import Move, Node, Walk, walked

MOST_POSITIONS = 3_000
"""In every flow together: more take too long to be walked at every change."""
MOST_QUESTIONS = 40
"""More than any flow asks anew after one change."""
CENTRES = {"toy": toy, "real": real}
HOMES = ("web", "telegram")
"""Channels to walk on: one that asks everything, and one that sends to the page."""
everywhere = pytest.mark.parametrize(
    ("centre", "flow", "home"),
    [
        (name, flow, home)
        for name, read in CENTRES.items()
        for flow in read().catalogue.flows
        for home in HOMES
    ],
)


@cache
def walk_of(centre: str, flow: str, home: str) -> Walk:
    read = CENTRES[centre]()
    return walked(read, read.catalogue.flows[flow], home)


@everywhere
def test_every_edge_is_taken(centre: str, flow: str, home: str) -> None:
    walk = walk_of(centre, flow, home)

    never = [f"{flow}.{step}.{edge}" for step, edge in sorted(walk.never_taken())]
    assert not never, f"no input leads along {', '.join(never)}"


@everywhere
def test_every_message_has_all_its_facts_in_every_language(
    centre: str, flow: str, home: str
) -> None:
    walk = walk_of(centre, flow, home)

    for language in walk.catalogue.languages:
        for say in walk.said.values():
            message = walk.centre.renderer.message(say, language)
            labels = [button.label for button in message.buttons]
            cards = [(card.title, *card.lines) for card in message.cards]
            assert MISSING not in message.text, f"{say.text.context} in {language}"
            assert MISSING not in labels, f"{say.text.context} in {language}"
            assert not [card for card in cards if MISSING in card], say.text.context
            assert len(set(labels)) == len(labels), f"{say.text.context}: two labels are alike"


@everywhere
def test_giving_up_says_what_became_of_it(centre: str, flow: str, home: str) -> None:
    walk = walk_of(centre, flow, home)

    for node in one_of_each(walk):
        for outcome in outcomes_of_cancelling(walk.flow):
            asked, _ = walk.take(node, Move(Said("cancel")))
            assert asked is not None
            after, _ = walk.take(asked, Move(f"{TAP}yes", (("~cancel", outcome),)))
            given_up = not node.frame.milestones or outcome == "cancelled"
            assert (after is None) == given_up


def test_no_walk_is_long() -> None:
    walks = [
        walk_of(name, flow, home)
        for name, read in CENTRES.items()
        for flow in read().catalogue.flows
        for home in HOMES
    ]

    positions = sum(len(walk.nodes) for walk in walks)
    assert positions < MOST_POSITIONS


# changing an earlier answer


@everywhere
def test_a_change_asks_only_what_was_not_asked_before(centre: str, flow: str, home: str) -> None:
    walk = walk_of(centre, flow, home)

    tried: Counter[str] = Counter()
    for node in one_of_each(walk):
        for changed, alternative in changes(walk, node):
            asked = asked_after(walk, node, changed, alternative)
            needless = [step for step in asked if step in node.frame.answers]
            assert not needless, f"{alternative} to {changed!r} asks {needless} needlessly"
            tried[changed] += 1
    sys.stdout.write(f"\n{flow}: {sum(tried.values())} changes of {len(tried)} answers\n")


@everywhere
def test_keeping_an_answer_changes_nothing(centre: str, flow: str, home: str) -> None:
    walk = walk_of(centre, flow, home)

    for node in one_of_each(walk):
        for reopened, _ in reopenings(walk, node):
            kept, _ = walk.take(reopened, Move(f"{TAP}~keep"))
            assert kept is not None
            assert kept.frame.answers == node.frame.answers
            assert where(walk.catalogue, kept.frame, NOON) == where(
                walk.catalogue, node.frame, NOON
            )


def one_of_each(walk: Walk) -> list[Node]:
    """One conversation for each step that asks and each way there."""
    found = {}
    for node in walk.nodes.values():
        position = where(walk.catalogue, node.frame, NOON)
        found[position.step_id, position.path] = node
    return list(found.values())


def outcomes_of_cancelling(flow: Flow) -> tuple[str, ...]:
    return tuple(flow.cancelling.outcomes) if flow.cancelling else ("",)


def reopenings(walk: Walk, node: Node) -> Iterator[tuple[Node, str]]:
    """The conversation with each answer that may be changed asked again, by way of the menu."""
    if not isinstance(where(walk.catalogue, node.frame, NOON).step, Ask):
        return
    offered, _ = walk.take(node, Move(Said("change")))
    assert offered is not None
    aside = offered.conversation.aside
    for step in aside.options[:-1] if aside else ():
        reopened, _ = walk.take(offered, Move(f"{TAP}{step}"))
        assert reopened is not None
        assert where(walk.catalogue, reopened.frame, NOON).step_id == step
        yield reopened, step


def changes(walk: Walk, node: Node) -> Iterator[tuple[str, tuple[Node, Move]]]:
    for reopened, name in reopenings(walk, node):
        step = walk.flow.by_id[name]
        assert isinstance(step, Ask)
        for given in inputs(walk.catalogue, walk.flow, reopened.frame, NOON):
            option = given.removeprefix(TAP) if isinstance(given, str) else ""
            edge = step.edges.get(option)
            if edge is None or not edge.again:
                yield name, (reopened, Move(given))


def asked_after(walk: Walk, node: Node, changed: str, alternative: tuple[Node, Move]) -> list[str]:
    """What is asked from a change until the conversation is where it was, or over."""
    open_step = where(walk.catalogue, node.frame, NOON).step_id
    after, _ = walk.take(*alternative)
    asked: list[str] = []
    for _ in range(MOST_QUESTIONS):
        step = where(walk.catalogue, after.frame, NOON).step if after else None
        if after is None or step is None or isinstance(step, Await):
            return asked
        if step.id in (open_step, changed):
            return asked
        asked.append(step.id)
        first = next(iter(inputs(walk.catalogue, walk.flow, after.frame, NOON)))
        after, _ = walk.take(after, Move(first))
    raise AssertionError(f"a change of {changed!r} asks {asked} and goes on")

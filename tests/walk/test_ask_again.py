"""Wherever something is handed in, staff may ask again for each of its answers."""

from collections.abc import Iterator

import pytest

from bot.engine.flow import Ask, Await, Perform
from bot.engine.kinds.choice import Review
from bot.engine.model import AskedAgain
from tests.catalogues import real, toy
from tests.engine.player import where
from tests.engine.script import NOON
from tests.walk.inputs import TAP
from tests.walk.test_walk import one_of_each, walk_of
from tests.walk.walker import Move, Node, Walk

CENTRES = {"toy": (toy, "tea"), "real": (real, "apartment")}


def handed_in(walk: Walk) -> Iterator[tuple[Node, str, list[str]]]:
    """Conversations that wait for staff, the action before, and what the contact answered."""
    for node in one_of_each(walk):
        position = where(walk.catalogue, node.frame, NOON)
        last = walk.flow.by_id[position.path[-1]] if position.path else None
        is_last = last is not None and last.id in node.frame.milestones.values()
        if is_last and isinstance(position.step, Await) and isinstance(last, Perform):
            yield node, last.id, [name for name in position.path if _is_given(walk, node, name)]


def _is_given(walk: Walk, node: Node, name: str) -> bool:
    step, answer = walk.flow.by_id[name], node.frame.answers[name]
    return isinstance(step, Ask) and not isinstance(step.kind, Review) and answer.who == "contact"


@pytest.mark.parametrize("home", ["web", "telegram"])
@pytest.mark.parametrize("centre", CENTRES)
def test_who_is_asked_again_and_keeps_the_answer_waits_as_before(centre: str, home: str) -> None:
    walk = walk_of(centre, CENTRES[centre][1], home)

    asked = 0
    for node, action, answered in handed_in(walk):
        before = where(walk.catalogue, node.frame, NOON)
        for name in answered:
            again, _ = walk.take(node, Move(AskedAgain(node.frame.id, name, action, "")))
            assert again is not None
            assert where(walk.catalogue, again.frame, NOON).step_id == name
            kept, _ = walk.take(again, Move(f"{TAP}~keep"))
            assert kept is not None
            assert where(walk.catalogue, kept.frame, NOON) == before
            asked += 1
    assert asked > 10

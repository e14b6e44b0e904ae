"""Takes every edge of every flow, breadth first, and checks each turn on the way."""

from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, datetime

from msgspec.structs import replace

from bot.engine.catalogue import Catalogue
from bot.engine.effects import Say
from bot.engine.flow import Ask, Await, Decide, Flow, Perform, Step, Tell, all_edges
from bot.engine.kinds.kind import Accepted
from bot.engine.kinds.stock import Pick
from bot.engine.model import (
    AskedAgain,
    Conversation,
    Done,
    Event,
    Frame,
    Input,
    Start,
    Tapped,
    Value,
    Visited,
)
from bot.engine.rules import END, options_of, steps_in
from tests.catalogues import Centre
from tests.engine.player import WEB, buttons, where
from tests.engine.script import CONVERSATION, NOON, Script, think
from tests.walk.edges import Taken, trace
from tests.walk.inputs import TAP, Given, ground, inputs, turning_days
from tests.walk.secrets import assert_keeps_secrets

PRIVATE_PAGE = "system.private_page"


@dataclass(frozen=True, slots=True)
class Move:
    """One thing to do at a step, and how the actions it leads to come out."""

    given: Given
    outcomes: tuple[Taken, ...] = ()
    none_left: bool = False


@dataclass(frozen=True, slots=True)
class Node:
    """A conversation at a step of a flow, and what was said there."""

    conversation: Conversation
    said: tuple[Say, ...]

    @property
    def frame(self) -> Frame:
        """The only frame."""
        return self.conversation.frames[-1]

    @property
    def here(self) -> str:
        """Where the contact was asked last: nothing on its own channel."""
        return self.said[-1].channel if self.said else ""


@dataclass(slots=True)
class Walk:
    """What came of walking one flow: where it led, which edges were taken, what was said.

    On a channel that is not private the contact visits the page whenever it is sent there.
    """

    centre: Centre
    flow: Flow
    channel: str = WEB
    now: datetime = NOON
    nodes: dict[tuple[object, ...], Node] = field(default_factory=dict)
    taken: set[Taken] = field(default_factory=set)
    said: dict[tuple[object, ...], Say] = field(default_factory=dict)

    @property
    def catalogue(self) -> Catalogue:
        """The centre's content."""
        return self.centre.catalogue

    def never_taken(self) -> set[Taken]:
        """Edges that no input led along."""
        every = {(step.id, name) for step in self.flow.steps for name, _ in all_edges(step)}
        return every - self.taken

    def go(self) -> None:
        """Go everywhere; of two ways to a step only what still matters there is told apart."""
        looked_at = looked_at_ahead(self.catalogue, self.flow, self.now)
        todo = deque([self.begin()])
        while todo:
            node = todo.popleft()
            key = self._key(node.frame, looked_at)
            if key in self.nodes:
                continue
            self.nodes[key] = node
            for given in inputs(self.catalogue, self.flow, node.frame, self.now):
                todo.extend(self._everything_after(node, given))

    def begin(self) -> Node:
        """A conversation at the flow's first question."""
        nobody = Conversation(CONVERSATION, self.channel, language="en")
        node, done = self.take(Node(nobody, ()), Move(Start(self.flow.name)))
        assert node is not None
        fresh = replace(node.frame, answers={})
        edges, _ = trace(self.catalogue, self.flow, fresh, None, done, self.now)
        self.taken.update(edges)
        return node

    def _everything_after(self, node: Node, given: Given) -> Iterator[Node]:
        """Where an input leads, whatever its actions come to."""
        todo = [Move(given)]
        tried = [todo[0]]
        while todo:
            move = todo.pop()
            after, done = self._step(node, move)
            if after is not None:
                yield after
            fresh = [other for other in self._variations(move, done) if other not in tried]
            tried.extend(fresh)
            todo.extend(fresh)

    def _variations(self, move: Move, done: list[Done]) -> Iterator[Move]:
        for one in done:
            step = self.flow.by_id[one.step]
            if isinstance(step, Perform):
                others = tuple(taken for taken in move.outcomes if taken[0] != step.id)
                for outcome in step.outcomes:
                    outcomes = tuple(sorted((*others, (step.id, outcome))))
                    yield Move(move.given, outcomes, move.none_left)
            elif isinstance(step, Ask) and isinstance(step.kind, Pick) and step.kind.none:
                yield Move(move.given, move.outcomes, none_left=True)

    def _step(self, node: Node, move: Move) -> tuple[Node | None, list[Done]]:
        """Take a move, note the edges it leads along and compare where it came to."""
        after, done = self.take(node, move)
        answer = self._answer(node, move)
        if answer is not None:
            edges, path = trace(self.catalogue, self.flow, node.frame, answer, done, self.now)
            self.taken.update(edges)
            came_to = where(self.catalogue, after.frame, self.now).path if after else path
            assert came_to == path, f"after {move} the path is {came_to}, expected {path}"
        return after, done

    def take(self, node: Node, move: Move) -> tuple[Node | None, list[Done]]:
        """Take a move and check what every contact relies on; no node when the flow is over."""
        script = Script(self.catalogue, dict(move.outcomes), move.none_left)
        given = input_of(node, move.given)
        here = "" if isinstance(given, Event | AskedAgain) else node.here
        conversation, said = self._think(node.conversation, given, script, here)
        if said[-1].text.context == PRIVATE_PAGE:
            given = Visited(conversation.question)
            conversation, said = self._think(conversation, given, script, WEB)
        return (Node(conversation, said) if conversation.frames else None), script.done

    def _think(
        self, before: Conversation, given: Input, script: Script, here: str
    ) -> tuple[Conversation, tuple[Say, ...]]:
        turn = think(self.catalogue, before, given, self.now, script, here)
        conversation = turn.conversation
        said = tuple(effect for effect in turn.effects if isinstance(effect, Say))
        assert_keeps_secrets(self.catalogue, before, conversation, said)
        for say in said:
            shown = tuple(option.token.rpartition(".")[2] for option in say.options)
            self.said.setdefault((say.text, tuple(sorted(say.facts)), shown), say)
        assert_next_thing(self.catalogue, conversation, said, self.now)
        return conversation, said

    def _answer(self, node: Node, move: Move) -> tuple[str, Value] | None:
        """The answer that a move gives to the step a node stands at, if it gives one."""
        step = where(self.catalogue, node.frame, self.now).step
        assert step is not None
        if isinstance(move.given, Event):
            return step.id, {"outcome": move.given.outcome, "facts": {}}
        assert isinstance(step, Ask)
        at = ground(self.catalogue, node.frame, step, self.now)
        if isinstance(move.given, str):
            reading = step.kind.chosen(move.given.removeprefix(TAP), at)
        else:
            reading = step.kind.read(move.given, at)
        return (step.id, reading.value) if isinstance(reading, Accepted) else None

    def _key(self, frame: Frame, looked_at: dict[str, frozenset[str]]) -> tuple[object, ...]:
        """Where a frame stands and whatever some step ahead still looks at."""
        position = where(self.catalogue, frame, self.now)
        known = tuple(
            (step, self._class_of(step, frame.answers[step].value))
            for step in position.path
            if step in looked_at[position.step_id]
        )
        return (position.step_id, known, tuple(frame.drafts), tuple(sorted(frame.milestones)))

    def _class_of(self, step: str, value: Value) -> object:
        if isinstance(value, dict) and "date" in value:
            today = self.catalogue.local(self.now).date()
            turns = list(turning_days(self.catalogue, step, today))[::2]
            return tuple(date.fromisoformat(value["date"]) > day for day in turns)
        return options_of(value)


def walked(centre: Centre, flow: Flow, channel: str = WEB) -> Walk:
    """A flow, walked."""
    walk = Walk(centre, flow, channel)
    walk.go()
    return walk


def input_of(node: Node, given: Given) -> Input:
    """What is done; a tap gets the token of the button that was shown."""
    if not isinstance(given, str):
        return given
    option = given.removeprefix(TAP)
    shown = [button for say in node.said for button in buttons(say)]
    found = (button for button in shown if button.token.rpartition(".")[2] == option)
    return Tapped(next(found).token)


def assert_next_thing(
    catalogue: Catalogue, conversation: Conversation, said: tuple[Say, ...], now: datetime
) -> None:
    """A turn says something, and leaves a question, the menu, or somebody who is waited for."""
    assert said, "a turn said nothing"
    last = said[-1]
    asks = bool(last.options or last.cards) or last.expects != "nothing" or last.door
    asks = asks or last.text.context == "system.visit_over"
    steps = [where(catalogue, frame, now).step for frame in conversation.frames]
    waiting = any(isinstance(step, Await) for step in steps)
    assert asks or waiting, f"nothing to do after {last.text.context!r}"


# what still matters at a step


def looked_at_ahead(catalogue: Catalogue, flow: Flow, now: datetime) -> dict[str, frozenset[str]]:
    """For each step, the steps whose answers some rule or table ahead of it looks at."""
    own = {step.id: _looks_at(catalogue, step, now) for step in flow.steps}
    return {
        step.id: frozenset(name for other in _ahead(flow, step.id) for name in own[other])
        for step in flow.steps
    }


def _looks_at(catalogue: Catalogue, step: Step, now: datetime) -> frozenset[str]:
    match step:
        case Decide(policy=name):
            edition = catalogue.policies[name].edition(catalogue.local(now).date())
            return frozenset(given.step for given in edition.inputs.values())
        case Ask() | Tell():
            return frozenset(name for rule in step.rules for name in steps_in(rule.when))
        case _:
            return frozenset()


def _ahead(flow: Flow, start: str) -> set[str]:
    """Every step that can be reached from one, and itself."""
    seen: set[str] = set()
    todo = [start]
    while todo:
        at = todo.pop()
        if at not in seen and at != END:
            seen.add(at)
            todo.extend(edge.go for _, edge in all_edges(flow.by_id[at]))
    return seen

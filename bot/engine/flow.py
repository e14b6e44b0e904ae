"""Flows, their steps, and the walk that derives where a conversation stands."""

from collections.abc import Callable, Iterator, Mapping
from functools import cached_property
from typing import TypeAlias

from msgspec import Struct
from msgspec.structs import replace

from bot.engine.kinds.kind import Kind
from bot.engine.model import Answer, Frame, Text, Value
from bot.engine.rules import END, Edge, Rule, holds, options_of


class Tell(Struct, frozen=True):
    """A step that only says something."""

    id: str
    text: Text
    edge: Edge
    rules: tuple[Rule, ...] = ()
    was: str = ""
    line: int = 0


class Ask(Struct, frozen=True):
    """A step that the contact answers; `waits` names who else may answer it, with `outcomes`."""

    id: str
    text: Text
    kind: Kind
    edge: Edge
    edges: dict[str, Edge] = {}
    rules: tuple[Rule, ...] = ()
    waits: str = ""
    outcomes: dict[str, Edge] = {}
    label: Text | None = None
    sensitive: bool = False
    was: str = ""
    line: int = 0


class Decide(Struct, frozen=True):
    """A step that a policy table answers."""

    id: str
    policy: str
    outcomes: dict[str, Edge]
    was: str = ""
    line: int = 0


class Perform(Struct, frozen=True):
    """A step that the program answers by a named action; `arguments` are answers of steps."""

    id: str
    action: str
    arguments: dict[str, str]
    outcomes: dict[str, Edge]
    was: str = ""
    line: int = 0


class Await(Struct, frozen=True):
    """A step that somebody answers later; `text` tells the contact what is waited for."""

    id: str
    text: Text
    waits: str
    outcomes: dict[str, Edge]
    was: str = ""
    line: int = 0


Step: TypeAlias = Tell | Ask | Decide | Perform | Await


class Cancelling(Struct, frozen=True):
    """How a flow is given up once it has a milestone: what is asked, the action, its outcomes."""

    text: Text
    action: str
    outcomes: dict[str, Text]


class Flow(Struct, frozen=True, dict=True):
    """A named path of steps; `version` is the hash of what was published."""

    name: str
    version: str
    title: Text
    steps: tuple[Step, ...]
    menu: int = 0
    remind_hours: int = 0
    cancelling: Cancelling | None = None
    path: str = ""
    hears: tuple[str, ...] = ()

    @cached_property
    def by_id(self) -> dict[str, Step]:
        """The steps by their id."""
        return {step.id: step for step in self.steps}

    @cached_property
    def renamed(self) -> dict[str, str]:
        """Old step ids and what they are called now."""
        return {step.was: step.id for step in self.steps if step.was}


class Position(Struct, frozen=True):
    """Where a walk came to: the answered steps in order, and the step without an answer."""

    path: tuple[str, ...]
    step: Step | None

    def answers(self, frame: Frame) -> dict[str, Answer]:
        """The answers on the path, in its order: what is shown and submitted."""
        return {step: frame.answers[step] for step in self.path}


Basis: TypeAlias = Callable[[Step, Mapping[str, Answer]], str]
"""What a computed step would look at now, as one string; empty when it is never stale."""


def walk(flow: Flow, frame: Frame, basis: Basis | None = None) -> Position:
    """Walk from the start through the answers to the first step without one.

    With `basis`, an answer that was computed from something else does not count, unless a
    milestone was reached since.
    """
    anew = (frame.reopened, frame.redo)
    seen: dict[str, Answer] = {}
    at = flow.steps[0].id if flow.steps else END
    while at != END:
        step = flow.by_id[at]
        answer = frame.answers.get(at)
        if answer is None or at in anew or at in seen:
            return Position(tuple(seen), step)
        if basis is not None and _is_stale(frame, step, seen, basis):
            return Position(tuple(seen), step)
        seen[at] = answer
        edge = edge_taken(step, answer.value, seen)
        if edge is None or edge.again:
            return Position(tuple(seen)[:-1], step)
        at = edge.go
    return Position(tuple(seen), None)


def as_handed_in(frame: Frame) -> Frame:
    """The frame as it stands for others, whatever earlier answer is looked at or asked again."""
    if not frame.redo:
        return replace(frame, reopened="")
    answers = frame.handed_in
    return replace(frame, answers=answers, reopened="", redo="", handed_in={}, drafts={}, offers={})


def holds_draft(frame: Frame) -> bool:
    """Whether a frame holds answers that are not handed in, or not yet anew."""
    return not frame.milestones or bool(frame.redo)


def _is_stale(frame: Frame, step: Step, seen: Mapping[str, Answer], basis: Basis) -> bool:
    known = frame.answers[step.id].basis
    if not known or any(at not in seen for at in frame.milestones.values()):
        return False
    return basis(step, seen) != known


def edge_taken(step: Step, value: Value, answers: Mapping[str, Answer]) -> Edge | None:
    """The edge an answer leads along; None when the step knows no such answer (any more)."""
    options = options_of(value)
    option = options[0] if options else ""
    if not isinstance(step, Ask | Tell) or (isinstance(value, dict) and "outcome" in value):
        return None if isinstance(step, Tell) else step.outcomes.get(option)
    if isinstance(step, Ask) and option in step.edges:
        return step.edges[option]
    for rule in step.rules:
        if holds(rule.when, answers):
            return rule.edge
    return step.edge


def all_edges(step: Step) -> Iterator[tuple[str, Edge]]:
    """Every edge of a step with the name of what leads along it."""
    match step:
        case Decide() | Perform() | Await():
            yield from step.outcomes.items()
        case Ask() | Tell():
            if isinstance(step, Ask):
                yield from step.edges.items()
                yield from step.outcomes.items()
            yield from ((f"rule {n}", rule.edge) for n, rule in enumerate(step.rules, 1))
            if needs_default(step):
                yield "otherwise", step.edge


def needs_default(step: Tell | Ask) -> bool:
    """Whether some answer of the step takes neither an option's edge nor an outcome's."""
    if isinstance(step, Tell):
        return True
    options = step.kind.closed_options()
    return options is None or any(option not in step.edges for option in options)

"""Which edges an answer leads along, found without the engine's own bookkeeping."""

from collections.abc import Mapping
from datetime import datetime

from bot.engine.catalogue import Catalogue
from bot.engine.flow import Ask, Await, Flow, Perform, Step, Tell, all_edges, edge_taken
from bot.engine.flow import Decide as DecideStep
from bot.engine.kinds.stock import Pick
from bot.engine.model import Answer, Done, Frame, Value
from bot.engine.policy import decide
from bot.engine.rules import END, holds, options_of
from tests.engine.player import where

Taken = tuple[str, str]
"""A step and the name `all_edges` gives to one of its edges."""


def trace(
    catalogue: Catalogue,
    flow: Flow,
    frame: Frame,
    answer: tuple[str, Value] | None,
    done: list[Done],
    now: datetime,
) -> tuple[list[Taken], tuple[str, ...]]:
    """The edges from an answer on, through whatever tables and actions answered, and the path."""
    edges = []
    answers = {step: frame.answers[step] for step in where(catalogue, frame, now).path}
    results = list(done)
    at, given = answer if answer else (flow.steps[0].id, None)
    while at != END:
        step = flow.by_id[at]
        value = given if given is not None else _computed(catalogue, step, answers, results, now)
        given = None
        if value is None:
            break
        answers[at] = Answer(value, "", now)
        edge = edge_taken(step, value, answers)
        assert edge is not None, (at, value)
        edges.append((at, edge_name(step, value, answers)))
        if edge.again:
            names = list(answers)
            answers = {name: answers[name] for name in names[: names.index(edge.go)]}
        at = edge.go
    return edges, tuple(answers)


def _computed(
    catalogue: Catalogue,
    step: Step,
    answers: Mapping[str, Answer],
    results: list[Done],
    now: datetime,
) -> Value | None:
    match step:
        case Tell():
            return "told"
        case DecideStep(policy=name):
            today = catalogue.local(now).date()
            return decide(catalogue.policies[name], answers, today).value()
        case Perform() if results and results[0].step == step.id:
            return {"outcome": results.pop(0).outcome}
        case Ask() if isinstance(step.kind, Pick) and results and results[0].step == step.id:
            listed = results.pop(0)
            return None if listed.offers or not step.kind.none else {"outcome": step.kind.none}
        case _:
            return None


def edge_name(step: Step, value: Value, answers: Mapping[str, Answer]) -> str:
    """The name `all_edges` gives to the edge an answer leads along."""
    option = options_of(value)[0] if options_of(value) else ""
    if not isinstance(step, Ask | Tell):
        return option
    if isinstance(step, Ask) and isinstance(value, dict) and "outcome" in value:
        return option
    if isinstance(step, Ask) and option in step.edges:
        return option
    numbers = (n for n, rule in enumerate(step.rules, 1) if holds(rule.when, answers))
    number = next(numbers, None)
    return f"rule {number}" if number else "otherwise"


def may_end(flow: Flow, start: str) -> bool:
    """Whether one answer may end the flow."""
    todo, seen = [start], set[str]()
    while todo:
        at = todo.pop()
        if at in seen or at not in flow.by_id:
            continue
        seen.add(at)
        ways = _ways(flow.by_id[at], is_first=at == start)
        if END in ways:
            return True
        todo.extend(ways)
    return False


def _ways(step: Step, *, is_first: bool) -> list[str]:
    """Where one answer leads on from a step; from a later one, only if nobody has to answer it."""
    edges = list(all_edges(step))
    if not is_first and isinstance(step, Ask | Await):
        none = step.kind.none if isinstance(step, Ask) and isinstance(step.kind, Pick) else ""
        edges = [(name, edge) for name, edge in edges if none and name == none]
    return [edge.go for _, edge in edges]

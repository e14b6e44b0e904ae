"""Checks that every way leads somewhere, every step is reached and no way goes round."""

from collections.abc import Iterator

from bot.content.checks.subject import Subject
from bot.content.checks.ways import ways_of
from bot.content.form import hint
from bot.content.problem import Problem
from bot.engine.flow import Ask, Await, Flow, Perform, Step, all_edges
from bot.engine.kinds.choice import Choices
from bot.engine.rules import END, Edge


def problems(subject: Subject) -> Iterator[Problem]:
    """Ways that lead nowhere or round, and steps that no way leads to."""
    for flow in subject.flows:
        if not flow.steps:
            yield subject.problem(f"flow {flow.name!r} has no steps", flow.name)
            continue
        lost = tuple(_lost(subject, flow))
        yield from lost
        stuck = [step for step in flow.steps if not tuple(all_edges(step))]
        if not lost and not stuck:  # each makes what it should lead to look unreached
            yield from _unreached(subject, flow)
        yield from _rounds(subject, flow)
        yield from _returns(subject, flow)
        yield from _choices(subject, flow)


def _lost(subject: Subject, flow: Flow) -> Iterator[Problem]:
    for step, name, edge in subject.edges(flow):
        if edge.go not in flow.by_id and (edge.again or edge.go != END):
            ways = "back to" if edge.again else "to"
            message = f"step {step.id!r} goes {ways} {edge.go!r}, which does not exist"
            yield subject.problem(message + hint(edge.go, flow.by_id), flow.name, step.id, name)


def _unreached(subject: Subject, flow: Flow) -> Iterator[Problem]:
    reached = {flow.steps[0].id}
    todo = [flow.steps[0]]
    while todo:
        for _, edge in all_edges(todo.pop()):
            if edge.go in flow.by_id and edge.go not in reached:
                reached.add(edge.go)
                todo.append(flow.by_id[edge.go])
    for step in flow.steps:
        if step.id not in reached:
            yield subject.problem(f"nothing leads to step {step.id!r}", flow.name, step.id)


def _rounds(subject: Subject, flow: Flow) -> Iterator[Problem]:
    """Ways that lead on to a step they come from: the walk would stop there for ever."""
    before = ways_of(flow).sometimes
    order = {step.id: number for number, step in enumerate(flow.steps)}
    for step, name, edge in subject.edges(flow):
        round_trip = edge.go == step.id or edge.go in before[step.id]
        if edge.again or not round_trip or not _closes(step, edge, order):
            continue
        message = f"step {step.id!r} goes to {edge.go!r}, which comes before it: write 'again'"
        yield subject.problem(message, flow.name, step.id, name)


def _closes(step: Step, edge: Edge, order: dict[str, int]) -> bool:
    """Of the ways of a circle, those against the order of the file are reported."""
    return order.get(edge.go, -1) <= order[step.id]


def _returns(subject: Subject, flow: Flow) -> Iterator[Problem]:
    always = ways_of(flow).always
    for step, name, edge in subject.edges(flow):
        target = flow.by_id.get(edge.go)
        if not edge.again or target is None:
            continue
        is_done_anew = isinstance(target, Perform) and isinstance(step, Ask | Await)
        if not isinstance(target, Ask) and not is_done_anew:
            message = f"step {step.id!r} goes back to {edge.go!r}, which asks nothing"
        elif edge.go != step.id and edge.go not in always[step.id]:
            message = f"step {step.id!r} goes back to {edge.go!r}, which not every way here passes"
        else:
            continue
        yield subject.problem(message, flow.name, step.id, name)


def _choices(subject: Subject, flow: Flow) -> Iterator[Problem]:
    for step in flow.steps:
        if isinstance(step, Ask) and isinstance(step.kind, Choices):
            for option in step.edges:
                message = f"option {option!r} is one of several: where they lead needs rules"
                yield subject.problem(message, flow.name, step.id, option)

"""Checks that every outcome has its way, and that no way waits for what never comes."""

from collections.abc import Iterable, Iterator

from bot.content.checks.subject import Subject
from bot.content.form import hint
from bot.content.problem import Problem
from bot.engine.flow import Ask, Await, Decide, Flow, Perform, Step, Tell
from bot.engine.kinds.stock import Pick


def problems(subject: Subject) -> Iterator[Problem]:
    """Outcomes that are missing or unknown, and names the program does not know."""
    for flow in subject.flows:
        for step in flow.steps:
            yield from _of_step(subject, flow, step)
        yield from _of_cancelling(subject, flow)


def _of_step(subject: Subject, flow: Flow, step: Step) -> Iterator[Problem]:
    known = subject.vocabulary
    match step:
        case Tell():
            return
        case Decide(policy=name):
            policies = {p.name: p.outcomes for p in subject.content.catalogue.policies.values()}
            declared = policies.get(name)
            what = f"step {step.id!r} decides by policy {name!r}"
            unknown = hint(name, policies)
        case Perform(action=name):
            declared = known.actions.get(name)
            what = f"step {step.id!r} does {name!r}"
            unknown = hint(name, known.actions)
        case Await(waits=name):
            declared = known.events.get(name)
            what = f"step {step.id!r} awaits {name!r}"
            unknown = hint(name, known.events)
        case Ask():
            yield from _of_ask(subject, flow, step)
            return
    if declared is None:
        yield subject.problem(f"{what}, which does not exist{unknown}", flow.name, step.id)
        return
    yield from _missing(subject, flow, step.id, declared, step.outcomes)
    yield from _unknown(subject, flow, step.id, declared, step.outcomes)


def _of_ask(subject: Subject, flow: Flow, step: Ask) -> Iterator[Problem]:
    """A question that others may answer too takes only those outcomes it has a way for."""
    known = subject.vocabulary
    possible: tuple[str, ...] = ()
    if step.waits and step.waits not in known.events:
        message = f"step {step.id!r} awaits {step.waits!r}, which does not exist"
        yield subject.problem(message + hint(step.waits, known.events), flow.name, step.id)
        return
    possible += known.events.get(step.waits, ())
    if step.waits and not set(possible) & set(step.outcomes):
        yield subject.problem(f"step {step.id!r} awaits what has no way", flow.name, step.id)
    if isinstance(step.kind, Pick):
        if step.kind.source not in known.sources:
            message = f"step {step.id!r} picks from {step.kind.source!r}, which does not exist"
            yield subject.problem(
                message + hint(step.kind.source, known.sources), flow.name, step.id
            )
        none = (step.kind.none,) if step.kind.none else ()
        yield from _missing(subject, flow, step.id, none, step.outcomes)
        possible += none
    yield from _unknown(subject, flow, step.id, possible, step.outcomes)


def _of_cancelling(subject: Subject, flow: Flow) -> Iterator[Problem]:
    if flow.cancelling is None:
        return
    declared = subject.vocabulary.actions.get(flow.cancelling.action)
    if declared is None:
        message = f"'cancel' does {flow.cancelling.action!r}, which does not exist"
        near = hint(flow.cancelling.action, subject.vocabulary.actions)
        yield subject.problem(message + near, flow.name, "cancel")
        return
    yield from _missing(subject, flow, "cancel", declared, flow.cancelling.outcomes)
    yield from _unknown(subject, flow, "cancel", declared, flow.cancelling.outcomes)


def _missing(
    subject: Subject, flow: Flow, step: str, declared: Iterable[str], written: Iterable[str]
) -> Iterator[Problem]:
    for outcome in declared:
        if outcome not in written:
            yield subject.problem(f"step {step!r} has no outcome {outcome!r}", flow.name, step)


def _unknown(
    subject: Subject, flow: Flow, step: str, declared: Iterable[str], written: Iterable[str]
) -> Iterator[Problem]:
    declared = tuple(declared)
    for outcome in written:
        if outcome not in declared:
            message = f"outcome {outcome!r} of step {step!r} never comes{hint(outcome, declared)}"
            yield subject.problem(message, flow.name, step, outcome)

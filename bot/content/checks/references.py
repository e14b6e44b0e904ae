"""Checks that conditions, arguments and lists name steps and things that are there by then."""

from collections.abc import Iterator

from bot.content.checks.options import possible_options
from bot.content.checks.subject import Subject
from bot.content.checks.ways import ways_of
from bot.content.form import hint
from bot.content.problem import Problem
from bot.engine.flow import Ask, Flow, Perform, Step, Tell
from bot.engine.kinds.lookup import Lookup
from bot.engine.kinds.papers import Upload
from bot.engine.kinds.stock import Pick
from bot.engine.rules import All, Any, Condition, Is, Not


def problems(subject: Subject) -> Iterator[Problem]:
    """Names of steps, options and lists that mean nothing where they stand."""
    for flow in subject.flows:
        before = ways_of(flow).sometimes
        for step in flow.steps:
            if isinstance(step, Ask | Tell):
                for number, rule in enumerate(step.rules, 1):
                    key = f"rule {number}"
                    known = before[step.id] | {step.id}
                    for message in _of_condition(subject, flow, step, rule.when, known):
                        yield subject.problem(message, flow.name, step.id, key)
            given = _of_arguments(subject, flow, step, before[step.id])
            for message in (*given, *_of_kind(subject, step)):
                yield subject.problem(message, flow.name, step.id)


def _of_condition(
    subject: Subject, flow: Flow, step: Step, condition: Condition, known: frozenset[str]
) -> Iterator[str]:
    for part in _single(condition):
        looked_at = flow.by_id.get(part.step)
        said = f"a condition of step {step.id!r} names"
        if looked_at is None:
            near = hint(part.step, flow.by_id)
            yield f"{said} step {part.step!r}, which does not exist{near}"
        elif part.step not in known:
            yield f"{said} step {part.step!r}, which is not before it"
        else:
            possible = possible_options(looked_at, subject.content.catalogue)
            for option in part.options:
                if option not in possible:
                    near = hint(option, possible)
                    yield f"{said} {option!r}, which step {part.step!r} has not{near}"


def _single(condition: Condition) -> Iterator[Is]:
    match condition:
        case Is():
            yield condition
        case All(parts) | Any(parts):
            for part in parts:
                yield from _single(part)
        case Not(part):
            yield from _single(part)


def _of_arguments(subject: Subject, flow: Flow, step: Step, known: frozenset[str]) -> Iterator[str]:
    action, arguments = _arguments(step)
    taken = subject.vocabulary.arguments.get(action)
    for name, given in arguments.items():
        if taken is not None and name not in taken:
            yield f"step {step.id!r} gives {name!r}, which {action!r} does not take"
        if given not in flow.by_id:
            near = hint(given, flow.by_id)
            yield f"step {step.id!r} gives {name!r} from step {given!r}, which does not exist{near}"
        elif given not in known:
            yield f"step {step.id!r} gives {name!r} from step {given!r}, which is not before it"


def _arguments(step: Step) -> tuple[str, dict[str, str]]:
    """The action of a step and what it is given."""
    if isinstance(step, Perform):
        return step.action, step.arguments
    if isinstance(step, Ask) and isinstance(step.kind, Pick):
        return step.kind.source, step.kind.arguments
    return "", {}


def _of_kind(subject: Subject, step: Step) -> Iterator[str]:
    if not isinstance(step, Ask):
        return
    catalogue, centre = subject.content.catalogue, subject.content.centre
    match step.kind:
        case Lookup(listing=name) if name not in catalogue.lists:
            near = hint(name, catalogue.lists)
            yield f"step {step.id!r} looks in list {name!r}, which does not exist{near}"
        case Lookup(listing=name, counts_as=attribute) if attribute:
            entries = catalogue.lists[name].entries
            known = {known for entry in entries for known in entry.attributes}
            if attribute not in known:
                near = hint(attribute, known)
                yield f"step {step.id!r} counts as {attribute!r}, which list {name!r} has not{near}"
        case Upload(most=most) if most > centre.uploads.files_per_step:
            yield f"step {step.id!r} takes more files than {centre.uploads.files_per_step}"

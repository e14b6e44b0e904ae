"""Checks that a policy table decides every case, and exactly once."""

from collections.abc import Iterator
from math import prod

from bot.content.checks.options import GIVEN, possible_options
from bot.content.checks.subject import Subject
from bot.content.checks.ways import ways_of
from bot.content.form import hint
from bot.content.policy import edition_key, input_key
from bot.content.problem import Place, Problem
from bot.content.problem import problem as problem_at
from bot.engine.flow import Decide, Flow
from bot.engine.policy import (
    OVER,
    WITHIN,
    Criterion,
    Edition,
    Policy,
    PolicyInput,
    Since,
    gaps_and_overlaps,
)

MOST_CASES = 20_000
"""Combinations of one criterion's inputs; no reader could follow more, and each is tried."""


def problems(subject: Subject) -> Iterator[Problem]:
    """Gaps, overlaps, names that mean nothing, editions out of order."""
    for policy in subject.content.catalogue.policies.values():
        yield from _order(subject, policy)
        for number, edition in enumerate(policy.editions, 1):
            path = subject.at("policy." + policy.name).path
            for criterion in edition.criteria:
                unknown = tuple(_unknown(path, policy, edition, criterion))
                yield from unknown
                if not unknown:
                    yield from _cases(path, edition, criterion)
            for flow in subject.flows:
                yield from _inputs(subject, flow, policy, number, edition)


def _order(subject: Subject, policy: Policy) -> Iterator[Problem]:
    for number, (one, other) in enumerate(zip(policy.editions, policy.editions[1:], strict=False)):
        if one.valid_from >= other.valid_from:
            message = (
                f"the edition of {other.valid_from} must stand before that of {one.valid_from}"
            )
            yield subject.problem(message, edition_key(policy.name, number + 2))


def _unknown(
    path: str, policy: Policy, edition: Edition, criterion: Criterion
) -> Iterator[Problem]:
    for rule in criterion.rules:
        place = Place(path, rule.line)
        if rule.outcome not in policy.outcomes:
            near = hint(rule.outcome, policy.outcomes)
            yield problem_at(place, f"policy {policy.name!r} has no outcome {rule.outcome!r}{near}")
        for name, values in rule.when.items():
            given = edition.inputs.get(name)
            if given is None:
                near = hint(name, edition.inputs)
                yield problem_at(place, f"the edition has no input {name!r}{near}")
                continue
            for value in values:
                if value not in given.values:
                    near = hint(value, given.values)
                    yield problem_at(place, f"input {name!r} has no value {value!r}{near}")


def _cases(path: str, edition: Edition, criterion: Criterion) -> Iterator[Problem]:
    inputs = criterion.inputs()
    if prod(len(edition.inputs[name].values) for name in inputs) > MOST_CASES:
        message = f"criterion {criterion.name!r} has too many cases: divide it"
        yield problem_at(Place(path, criterion.line), message)
        return
    for given, rules in gaps_and_overlaps(edition, criterion):
        case = ", ".join(f"{name} {value}" for name, value in given.items())
        if rules:
            line, message = rules[1].line, f"decides {case} as well as line {rules[0].line}"
        else:
            line, message = criterion.line, f"does not decide {case}"
        yield problem_at(Place(path, line), f"criterion {criterion.name!r} {message}")


def _inputs(
    subject: Subject, flow: Flow, policy: Policy, number: int, edition: Edition
) -> Iterator[Problem]:
    deciding = [s for s in flow.steps if isinstance(s, Decide) and s.policy == policy.name]
    before = ways_of(flow).sometimes if deciding else {}
    for step in deciding:
        for name, given in edition.inputs.items():
            key = input_key(policy.name, number, name)
            if given.step not in before[step.id]:
                near = hint(given.step, before[step.id])
                where = f"which is not before step {step.id!r} of flow {flow.name!r}{near}"
                yield subject.problem(f"input {name!r} looks at step {given.step!r}, {where}", key)
            else:
                for message in _values(subject, flow, name, given):
                    yield subject.problem(message, key)


def _values(subject: Subject, flow: Flow, name: str, given: PolicyInput) -> Iterator[str]:
    step = flow.by_id[given.step]
    possible = possible_options(step, subject.content.catalogue)
    if isinstance(given, Since):
        if GIVEN not in possible:
            yield f"input {name!r} counts from step {given.step!r}, which is no day"
        possible = (WITHIN, OVER, *(option for option in possible if option != GIVEN))
    for value in given.values:
        if value not in possible:
            near = hint(value, possible)
            yield f"input {name!r} has a value {value!r}, which step {given.step!r} has not{near}"
    for option in possible:
        if option not in given.values:
            yield f"input {name!r} leaves out {option!r}, which step {given.step!r} has"

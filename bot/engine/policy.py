"""Policy tables: dated criteria that turn answers into an outcome with its reasons."""

from collections.abc import Iterator, Mapping
from datetime import date
from itertools import product
from typing import TypeAlias

from msgspec import Struct

from bot.engine.kinds.day import Span
from bot.engine.model import Answer, Fact, Text, Value
from bot.engine.rules import options_of

WITHIN, OVER = "within", "over"


class OfStep(Struct, frozen=True):
    """The option of a step's answer, one of `values`."""

    step: str
    values: tuple[str, ...]


class Since(Struct, frozen=True):
    """Whether a step's day lies `within` a span before today or `over` it; else its option."""

    step: str
    span: Span
    values: tuple[str, ...] = (WITHIN, OVER)


PolicyInput: TypeAlias = OfStep | Since


class PolicyRule(Struct, frozen=True):
    """Which inputs lead to an outcome, and why; an input left out may be anything."""

    when: dict[str, tuple[str, ...]]
    outcome: str
    reason: Text
    line: int = 0


class Criterion(Struct, frozen=True):
    """One requirement: exactly one of its rules holds for every combination of its inputs."""

    name: str
    rules: tuple[PolicyRule, ...]
    line: int = 0

    def inputs(self) -> tuple[str, ...]:
        """The inputs its rules look at."""
        return tuple(dict.fromkeys(name for rule in self.rules for name in rule.when))


class Edition(Struct, frozen=True):
    """The criteria in force from a day on, and the amounts that go with them."""

    valid_from: date
    source: str
    inputs: dict[str, PolicyInput]
    criteria: tuple[Criterion, ...]
    amounts: dict[str, Value] = {}


class Policy(Struct, frozen=True):
    """A policy table: its outcomes, the strictest first, and its editions, the newest last."""

    name: str
    outcomes: tuple[str, ...]
    editions: tuple[Edition, ...]

    def edition(self, day: date) -> Edition:
        """The edition in force on a day; before the first one, the first."""
        started = [edition for edition in self.editions if edition.valid_from <= day]
        return started[-1] if started else self.editions[0]


class Verdict(Struct, frozen=True):
    """An outcome and the reasons for it."""

    outcome: str
    reasons: tuple[Text, ...]
    valid_from: date

    def value(self) -> Value:
        """The verdict as the answer of a step."""
        reasons: list[Fact] = [{"text": [text.context, text.source]} for text in self.reasons]
        facts = {"reasons": {"lines": reasons}, "valid_from": {"date": self.valid_from.isoformat()}}
        return {"outcome": self.outcome, "facts": facts}


def decide(policy: Policy, answers: Mapping[str, Answer], day: date) -> Verdict:
    """Decide by the strictest outcome of all criteria for which the answers suffice."""
    edition = policy.edition(day)
    given = read_inputs(edition, answers, day)
    held = [rule for criterion in edition.criteria if (rule := _rule(criterion, given))]
    outcomes = {rule.outcome for rule in held}
    outcome = next((o for o in policy.outcomes if o in outcomes), policy.outcomes[0])
    reasons = tuple(rule.reason for rule in held if rule.outcome == outcome)
    return Verdict(outcome, reasons, edition.valid_from)


def basis(policy: Policy, answers: Mapping[str, Answer], day: date) -> str:
    """What a decision would look at, as one string: when it changes, the decision is stale.

    The day itself is not part of it: a verdict once given does not change while somebody pauses.
    """
    steps = {given.step for given in policy.edition(day).inputs.values()}
    looked_at = sorted(step for step in steps if step in answers)
    return ";".join(f"{step}={answers[step].value}" for step in looked_at) or "nothing"


def read_inputs(edition: Edition, answers: Mapping[str, Answer], day: date) -> dict[str, str]:
    """The value of each input whose step was answered."""
    return {
        name: _read(given, answers[given.step].value, day)
        for name, given in edition.inputs.items()
        if given.step in answers
    }


def _read(given: PolicyInput, value: Value, day: date) -> str:
    match given, value:
        case Since(_, span), {"date": str(then)}:
            back = Span(-span.years, -span.months, -span.days).from_day(day)
            return WITHIN if date.fromisoformat(then) > back else OVER
        case _:
            return options_of(value)[0]


def _rule(criterion: Criterion, given: Mapping[str, str]) -> PolicyRule | None:
    return next((rule for rule in criterion.rules if _holds(rule, given)), None)


def _holds(rule: PolicyRule, given: Mapping[str, str]) -> bool:
    return all(given.get(name) in allowed for name, allowed in rule.when.items())


def gaps_and_overlaps(
    edition: Edition, criterion: Criterion
) -> Iterator[tuple[dict[str, str], tuple[PolicyRule, ...]]]:
    """Every combination of inputs for which not exactly one rule holds, with the rules that do."""
    names = criterion.inputs()
    for values in product(*(edition.inputs[name].values for name in names)):
        given = dict(zip(names, values, strict=True))
        holding = tuple(rule for rule in criterion.rules if _holds(rule, given))
        if len(holding) != 1:
            yield given, holding

"""The closed rule language: which step comes next, and when."""

from collections.abc import Mapping
from typing import TypeAlias

from msgspec import Struct

from bot.engine.model import Answer, Text, Value

END = "end"
"""Where an edge leads when the flow is over."""


class Is(Struct, frozen=True):
    """Holds when the step's answer is one of the options."""

    step: str
    options: tuple[str, ...]


class All(Struct, frozen=True):
    """Holds when every part holds."""

    parts: "tuple[Condition, ...]"


class Any(Struct, frozen=True):
    """Holds when at least one part holds."""

    parts: "tuple[Condition, ...]"


class Not(Struct, frozen=True):
    """Holds when its part does not."""

    part: "Condition"


Condition: TypeAlias = Is | All | Any | Not


class Edge(Struct, frozen=True, omit_defaults=True):
    """A way from one step to the next.

    `again` leads back: the answers from `go` up to here are dropped and asked anew.
    `text` is said on the way; `milestone` is a fact that replay may not undo from then on.
    """

    go: str
    again: bool = False
    text: Text | None = None
    milestone: str = ""


class Rule(Struct, frozen=True):
    """An edge that is taken when its condition holds."""

    when: Condition
    edge: Edge


def options_of(value: Value) -> tuple[str, ...]:
    """The options an answer counts as in a rule: those chosen, its outcome, or just `given`."""
    match value:
        case str():
            return (value,)
        case {"option": str(option)} | {"outcome": str(option)}:
            return (option,)
        case {"options": options}:
            return tuple(options)
        case _:
            return ("given",)


def holds(condition: Condition, answers: Mapping[str, Answer]) -> bool:
    """Say whether the condition holds for the answers on the path so far."""
    match condition:
        case Is(step, options):
            answer = answers.get(step)
            return answer is not None and not set(options).isdisjoint(options_of(answer.value))
        case All(parts):
            return all(holds(part, answers) for part in parts)
        case Any(parts):
            return any(holds(part, answers) for part in parts)
        case Not(part):
            return not holds(part, answers)


def steps_in(condition: Condition) -> tuple[str, ...]:
    """Every step the condition looks at."""
    match condition:
        case Is(step, _):
            return (step,)
        case All(parts) | Any(parts):
            return tuple(step for part in parts for step in steps_in(part))
        case Not(part):
            return steps_in(part)

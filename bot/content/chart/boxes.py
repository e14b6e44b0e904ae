"""Turns a flow into boxes and arrows with words on them."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal, TypeAlias

from bot.engine.flow import Ask, Await, Decide, Flow, Perform, Step, Tell, all_edges
from bot.engine.kinds.day import Day
from bot.engine.kinds.kind import Kind
from bot.engine.kinds.words import Words
from bot.engine.model import Text
from bot.engine.rules import END, All, Any, Condition, Is, Not

Shape: TypeAlias = Literal["tell", "ask", "decide", "do", "await", "end"]
InWords: TypeAlias = Callable[[Text], str]
"""A text in the language of the picture."""


MOST_NAMED = 3
"""Options an arrow names; more are `otherwise`."""
NAMES: dict[type[Kind], str] = {Words: "text", Day: "date"}
"""What authors call a kind where its class is called something else."""


@dataclass(frozen=True, slots=True)
class Box:
    """A step: its heading says who answers, `words` what is said, `options` what is offered."""

    id: str
    shape: Shape
    heading: str
    words: str
    options: str = ""


@dataclass(frozen=True, slots=True)
class Arrow:
    """A way from one box to another; `again` leads back."""

    source: str
    target: str
    label: str
    again: bool


@dataclass(frozen=True, slots=True)
class Chart:
    """A flow as a picture without places."""

    boxes: tuple[Box, ...]
    arrows: tuple[Arrow, ...]


def chart_of(flow: Flow, in_words: InWords) -> Chart:
    """The boxes and arrows of a flow; every way out has an end of its own."""
    boxes = [_box(step, in_words) for step in flow.steps]
    arrows = [arrow for step in flow.steps for arrow in _arrows(step, in_words)]
    ends = dict.fromkeys(arrow.target for arrow in arrows if arrow.target not in flow.by_id)
    boxes += [Box(end, "end", "", "") for end in ends]
    return Chart(tuple(boxes), tuple(arrows))


def _box(step: Step, in_words: InWords) -> Box:
    match step:
        case Tell():
            return Box(step.id, "tell", step.id, in_words(step.text))
        case Ask():
            kind = NAMES.get(type(step.kind), type(step.kind).__name__.lower())
            options = " · ".join(in_words(choice.text) for choice in step.kind.options)
            also = f" or {step.waits}" if step.waits else ""
            heading = f"{step.id} · {kind}{also}"
            return Box(step.id, "ask", heading, in_words(step.text), options)
        case Decide():
            return Box(step.id, "decide", step.id, f"by policy {step.policy}")
        case Perform():
            return Box(step.id, "do", step.id, step.action.replace("_", " "))
        case Await():
            return Box(step.id, "await", f"{step.id} · await {step.waits}", in_words(step.text))


def _arrows(step: Step, in_words: InWords) -> list[Arrow]:
    """One arrow for each place the step leads to, with everything that leads there."""
    labels: dict[tuple[str, bool], list[str]] = {}
    for name, edge in all_edges(step):
        words = _label(step, name, in_words)
        labels.setdefault((edge.go, edge.again), []).append(words)
    return [
        Arrow(
            source=step.id,
            target=target if target != END else f"{step.id} {END}",
            label="" if len(labels) == 1 and isinstance(step, Ask | Tell) else " · ".join(words),
            again=again,
        )
        for (target, again), words in labels.items()
    ]


def _label(step: Step, name: str, in_words: InWords) -> str:
    if not isinstance(step, Ask | Tell):
        return name.replace("_", " ")
    for number, rule in enumerate(step.rules, 1):
        if name == f"rule {number}":
            return described(rule.when)
    if isinstance(step, Tell):
        return name
    if name == "otherwise":
        return _others(step, in_words)
    texts = (in_words(choice.text) for choice in step.kind.options if choice.option == name)
    return next(texts, name.replace("_", " "))


def _others(step: Ask, in_words: InWords) -> str:
    """The options without a way of their own, where these are all there is."""
    others = [choice for choice in step.kind.options if choice.option not in step.edges]
    closed = step.kind.closed_options() is not None and not step.rules
    if not closed or len(others) > MOST_NAMED:
        return "otherwise"
    return " · ".join(in_words(choice.text) for choice in others)


def described(condition: Condition) -> str:
    """A condition in words."""
    match condition:
        case Is(step, options):
            return f"{step}: {' or '.join(options)}"
        case All(parts):
            return " and ".join(_within(part) for part in parts)
        case Any(parts):
            return " or ".join(_within(part) for part in parts)
        case Not(part):
            return f"not ({described(part)})"


def _within(part: Condition) -> str:
    return described(part) if isinstance(part, Is | Not) else f"({described(part)})"

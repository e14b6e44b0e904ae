"""Puts a centre's flows, policies and calendar into rows that the console shows."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta

from bot.content.calendar import Calendar
from bot.content.chart.boxes import chart_of
from bot.engine.flow import Flow
from bot.engine.model import Value
from bot.engine.policy import Criterion, Edition, OfStep, Policy, PolicyRule, Since
from bot.web.staff.names import Names
from bot.web.staff.words import N_

WARNED = timedelta(days=60)
"""How long before a calendar ends the console says so: the next one is published in November."""
SHAPES: Mapping[str, str] = {
    "tell": N_("Says"),
    "ask": N_("Asks"),
    "decide": N_("Decides by a table"),
    "do": N_("Does something"),
    "await": N_("Waits for somebody"),
}


@dataclass(frozen=True, slots=True)
class FlowRow:
    """A flow in the list."""

    name: str
    title: str
    steps: int
    version: str
    path: str
    people: int


@dataclass(frozen=True, slots=True)
class StepRow:
    """A step of a flow: who acts, what is said, where it leads, how many stand there now."""

    id: str
    kind: str
    words: str
    options: str
    leads: tuple[tuple[str, str], ...]
    here: int


def flow_row(flow: Flow, standing: Mapping[str, int], names: Names) -> FlowRow:
    """A flow with how many stand in it now."""
    people = sum(counts_in(flow.name, standing).values())
    title = names.text(flow.title)
    return FlowRow(flow.name, title, len(flow.steps), flow.version, flow.path, people)


def counts_in(flow: str, standing: Mapping[str, int]) -> dict[str, int]:
    """How many stand at each step of a flow now."""
    prefix = f"{flow}."
    return {
        place.removeprefix(prefix): count
        for place, count in standing.items()
        if place.startswith(prefix)
    }


def step_rows(flow: Flow, counts: Mapping[str, int], names: Names) -> tuple[StepRow, ...]:
    """The steps of a flow, in the order of its file."""
    chart = chart_of(flow, names.text)
    leads: dict[str, list[tuple[str, str]]] = {}
    for arrow in chart.arrows:
        target = arrow.target if arrow.target in flow.by_id else ""
        leads.setdefault(arrow.source, []).append((target, arrow.label))
    return tuple(
        StepRow(
            id=box.id,
            kind=names.words(SHAPES[box.shape]),
            words=box.words,
            options=box.options,
            leads=tuple(leads.get(box.id, ())),
            here=counts.get(box.id, 0),
        )
        for box in chart.boxes
        if box.shape in SHAPES
    )


@dataclass(frozen=True, slots=True)
class RuleRow:
    """A rule of a policy: the criterion it belongs to, when it holds, what follows, and why."""

    criterion: str
    when: str
    outcome: str
    style: str
    reason: str


@dataclass(frozen=True, slots=True)
class EditionView:
    """The criteria of a policy from a day on; `is_in_force` today."""

    valid_from: date
    is_in_force: bool
    source: str
    inputs: tuple[tuple[str, str, str], ...]
    rules: tuple[RuleRow, ...]
    amounts: tuple[tuple[str, int], ...]


def editions_of(policy: Policy, today: date, names: Names) -> tuple[EditionView, ...]:
    """A policy's editions, the newest first."""
    in_force = policy.edition(today)
    return tuple(
        EditionView(
            valid_from=one.valid_from,
            is_in_force=one is in_force,
            source=one.source,
            inputs=tuple(_inputs(one, names)),
            rules=tuple(row for each in one.criteria for row in _rules(each, policy, names)),
            amounts=tuple(_amounts(one.amounts, ())),
        )
        for one in reversed(policy.editions)
    )


def _inputs(edition: Edition, names: Names) -> Iterator[tuple[str, str, str]]:
    for name, given in edition.inputs.items():
        match given:
            case OfStep(step, values):
                yield name, step, " · ".join(values)
            case Since(step, span, values):
                said = names.words(
                    "{years} years, {months} months, {days} days before the day it is decided",
                    years=span.years,
                    months=span.months,
                    days=span.days,
                )
                yield name, step, f"{' · '.join(values)} ({said})"


def _rules(criterion: Criterion, policy: Policy, names: Names) -> Iterator[RuleRow]:
    for rule in criterion.rules:
        style = _style(rule, policy)
        reason = names.text(rule.reason)
        yield RuleRow(criterion.name, _when(rule), rule.outcome, style, reason)


def _when(rule: PolicyRule) -> str:
    parts = (f"{name}: {' / '.join(values)}" for name, values in rule.when.items())
    return "\n".join(parts)


def _style(rule: PolicyRule, policy: Policy) -> str:
    """The colour of an outcome: the strictest is the first, the most lenient the last."""
    if rule.outcome == policy.outcomes[0]:
        return "bad"
    return "good" if rule.outcome == policy.outcomes[-1] else "waiting"


def _amounts(amounts: Mapping[str, Value], above: tuple[str, ...]) -> Iterator[tuple[str, int]]:
    for name, value in amounts.items():
        path = (*above, name)
        if isinstance(value, dict):
            yield from _amounts(value, path)
        elif isinstance(value, int):
            yield " · ".join(path).replace("_", " "), value


@dataclass(frozen=True, slots=True)
class CalendarView:
    """Until when working days are known, and whether somebody should see to the next ones."""

    known_until: date | None
    days_left: int
    is_ending: bool
    holidays: tuple[date, ...]
    working_weekends: tuple[date, ...]


def calendar_view(calendar: Calendar, today: date) -> CalendarView:
    """The calendar, with the days that are still to come."""
    is_endless = calendar.known_until == date.max
    left = (calendar.known_until - today).days
    return CalendarView(
        None if is_endless else calendar.known_until,
        left,
        not is_endless and not calendar.is_known(today + WARNED),
        _coming(calendar.holidays, today),
        _coming(calendar.working_weekends, today),
    )


def _coming(days: Iterable[date], today: date) -> tuple[date, ...]:
    return tuple(sorted(day for day in days if day >= today))

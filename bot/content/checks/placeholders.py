"""Checks that every placeholder has a fact by the time its text is said."""

import re
from collections.abc import Iterator

from bot.content.checks.subject import Subject
from bot.content.checks.ways import ways_of
from bot.content.flows import LABEL, TEXT
from bot.content.form import hint
from bot.content.phrases import PHRASES
from bot.content.problem import Problem
from bot.engine.flow import Ask, Await, Decide, Flow, Perform, Step, Tell, all_edges
from bot.engine.kinds.choice import Review
from bot.engine.kinds.stock import Pick
from bot.engine.model import Text
from bot.engine.talk import placeholders

BRACES = re.compile(r"\{[^{}]*\}|[{}]")
VERDICT_FACTS = ("reasons", "valid_from")
PLACEHOLDER = re.compile(r"\{[a-z0-9_.]+\}")


def problems(subject: Subject) -> Iterator[Problem]:
    """Placeholders that would stay empty."""
    yield from _malformed(subject)
    for flow in subject.flows:
        always = ways_of(flow).always
        for step in flow.steps:
            yield from _of_step(subject, flow, step, always[step.id])
        if flow.cancelling:
            for outcome, text in flow.cancelling.outcomes.items():
                yield from _of_cancel(subject, flow, flow.cancelling.action, outcome, text)
    for name, text in subject.content.catalogue.phrases.items():
        known = (*PHRASES.get(name, ()), *subject.content.catalogue.facts)
        for placeholder in placeholders(text):
            if name in PHRASES and placeholder not in known:
                yield _problem(subject, placeholder, known, "system", name)


def _malformed(subject: Subject) -> Iterator[Problem]:
    for placed in subject.notes.texts:
        for found in BRACES.findall(f"{placed.text.source} {placed.text.plural}"):
            if not PLACEHOLDER.fullmatch(found):
                message = f"{found!r} is no placeholder: write {{step}} or {{step.fact}}"
                yield Problem(placed.place.path, placed.place.line, message)


def _of_step(subject: Subject, flow: Flow, step: Step, before: frozenset[str]) -> Iterator[Problem]:
    own = ("answers",) if isinstance(step, Ask) and isinstance(step.kind, Review) else ()
    for name, text in _texts(step):
        for placeholder in placeholders(text):
            if placeholder not in own:
                at = (flow.name, step.id, name)
                yield from _of_flow(subject, flow, placeholder, before, at)
    for name, edge in all_edges(step):
        for placeholder in placeholders(edge.text) if edge.text else ():
            at = (flow.name, step.id, name)
            yield from _of_flow(subject, flow, placeholder, before | {step.id}, at)


def _texts(step: Step) -> Iterator[tuple[str, Text]]:
    """What a step says, with the names its places are noted under."""
    if isinstance(step, Tell | Ask | Await):
        yield TEXT, step.text
    if isinstance(step, Ask):
        yield from ((choice.option, choice.text) for choice in step.kind.options)
        if step.label:
            yield LABEL, step.label


def _of_flow(
    subject: Subject, flow: Flow, placeholder: str, before: frozenset[str], at: tuple[str, ...]
) -> Iterator[Problem]:
    facts = subject.content.catalogue.facts
    step, _, fact = placeholder.partition(".")
    if placeholder in facts:
        return
    if step in before:
        known = _facts_of(subject, flow.by_id[step])
        if known is not None and fact not in known:
            message = f"step {step!r} has nothing to show for {{{placeholder}}}{hint(fact, known)}"
            yield subject.problem(message, *at)
    elif step in flow.by_id:
        message = f"{{{placeholder}}}: not every way here passes step {step!r}"
        yield subject.problem(message, *at)
    else:
        yield _problem(subject, placeholder, (*facts, *flow.by_id), *at)


def _facts_of(subject: Subject, step: Step) -> tuple[str, ...] | None:
    """What an answer can show: itself (an empty name) and facts; None when nobody declares it."""
    declared = subject.vocabulary.facts
    match step:
        case Tell():
            return ()
        case Decide():
            return VERDICT_FACTS
        case Perform(action=name):
            return declared.get(name)
        case Await(waits=name):
            return declared.get(name)
        case Ask():
            of_source = declared.get(step.kind.source) if isinstance(step.kind, Pick) else ()
            of_event = declared.get(step.waits) if step.waits else ()
            known = of_source is not None and of_event is not None
            return ("", *(of_source or ()), *(of_event or ())) if known else None


def _of_cancel(
    subject: Subject, flow: Flow, action: str, outcome: str, text: Text
) -> Iterator[Problem]:
    """What an action says of itself has no dot in its name and is known to the action only."""
    for placeholder in placeholders(text):
        facts = subject.content.catalogue.facts
        declared = subject.vocabulary.facts.get(action)
        own = declared is None and "." not in placeholder
        if not own and placeholder not in ("title", *facts, *(declared or ())):
            yield _problem(subject, placeholder, tuple(facts), flow.name, "cancel", outcome)


def _problem(subject: Subject, name: str, known: tuple[str, ...], *at: str) -> Problem:
    return subject.problem(f"there is nothing to show for {{{name}}}{hint(name, known)}", *at)

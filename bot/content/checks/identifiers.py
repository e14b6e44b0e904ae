"""Checks ids: their letters, their length, and the words that are taken."""

import re
from collections.abc import Iterator

from bot.content.checks.subject import Subject
from bot.content.conditions import OPERATORS
from bot.content.lists import COUNTRIES
from bot.content.problem import Problem
from bot.engine.flow import Ask, Flow, all_edges
from bot.engine.kinds.choice import FINISHED
from bot.engine.kinds.lookup import NOT_LISTED
from bot.engine.rules import END
from bot.engine.talk import CANCELLED, START

LONGEST = 24
"""Telegram allows a button 64 bytes: step and option with two dots leave 14 for conversation and
turn (`conversation.turn.step.option`)."""
LONGEST_ENTRY = 40
"""An entry of a list stands on a button only beside the step `~unsure`."""
PATTERN = re.compile(r"[a-z][a-z0-9_]*")
FLOW_NAMES_TAKEN = ("system", "policy", "page", "list", "services", "language", "help")
STEP_NAMES_TAKEN = (END, START, CANCELLED, "centre", "cancel", "answers", "title", *OPERATORS)
OPTION_NAMES_TAKEN = (FINISHED, NOT_LISTED)


def problems(subject: Subject) -> Iterator[Problem]:
    """Ids that a button cannot carry or that mean something else already."""
    for flow in subject.flows:
        yield from _of_flow(subject, flow)
    for listing in subject.content.catalogue.lists.values():
        for entry in listing.entries if listing.name != COUNTRIES else ():
            names = ("list." + listing.name, entry.id)
            yield from _id(subject, "entry", entry.id, names, longest=LONGEST_ENTRY)
    for building in subject.content.stock:
        for unit_type in building.unit_types:
            for flat in unit_type.flats:
                yield from _id(subject, "flat", flat.id, ("flat." + flat.id,))


def _of_flow(subject: Subject, flow: Flow) -> Iterator[Problem]:
    yield from _id(subject, "flow", flow.name, (flow.name,), FLOW_NAMES_TAKEN)
    same = [other.name for other in subject.flows if flow.menu and other.menu == flow.menu]
    if same[:1] not in ([], [flow.name]):
        message = f"flow {flow.name!r} has the same place in the menu as {same[0]!r}"
        yield subject.problem(message, flow.name)
    for step in flow.steps:
        names = (flow.name, step.id)
        yield from _id(subject, "step", step.id, names, STEP_NAMES_TAKEN)
        if step.was in flow.by_id:
            yield subject.problem(f"step {step.was!r} still exists, so none 'was' it", *names)
        for choice in step.kind.options if isinstance(step, Ask) else ():
            taken = OPTION_NAMES_TAKEN
            yield from _id(subject, "option", choice.option, (*names, choice.option), taken)
        for name, edge in all_edges(step):
            if edge.milestone:
                yield from _id(subject, "milestone", edge.milestone, (*names, name))


def _id(
    subject: Subject,
    what: str,
    name: str,
    at: tuple[str, ...],
    taken: tuple[str, ...] = (),
    longest: int = LONGEST,
) -> Iterator[Problem]:
    if name in taken:
        yield subject.problem(f"{what} {name!r} means something else: choose another id", *at)
    elif not PATTERN.fullmatch(name):
        message = f"{what} {name!r} must be written in small letters, digits and underscores"
        yield subject.problem(message, *at)
    elif len(name) > longest:
        message = f"{what} {name!r} has {len(name)} letters: {longest} fit on a button"
        yield subject.problem(message, *at)

"""Reads a flow's funnel: how many reached each step, and how many went no further."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from bot.engine.flow import Ask, Await, Flow, all_edges
from bot.engine.rules import END
from bot.store.funnel import Passage

START, ENDED, CANCELLED = "start", "end", "cancelled"


@dataclass(frozen=True, slots=True)
class Stage:
    """A point of a flow: how many came there, and how many at least went no further."""

    step: str
    count: int
    stopped: int
    here: int = 0


def stages(
    flow: Flow, passages: Iterable[Passage], standing: Mapping[str, int]
) -> tuple[Stage, ...]:
    """The points of a flow that somebody reached, in the order its author wrote them.

    Ways part and meet again, so of who leaves a step only those are surely lost who reached none
    of the steps it leads to.
    """
    counts = total(passages)
    leads = _leads(flow)
    order = [START, *flow.by_id, *sorted(counts.keys() - flow.by_id.keys() - PSEUDO), ENDED]
    return tuple(
        Stage(
            step=step,
            count=counts[step],
            stopped=_stopped(counts, step, leads),
            here=standing.get(f"{flow.name}.{step}", 0),
        )
        for step in order
        if counts[step]
    )


PSEUDO = {START, ENDED, CANCELLED}


def total(passages: Iterable[Passage]) -> Counter[str]:
    """How many reached each step, by whatever channel and in whatever language."""
    counts = Counter[str]()
    for one in passages:
        counts[one.step] += one.count
    return counts


def _leads(flow: Flow) -> dict[str, set[str]]:
    """The steps at which whoever leaves a step stops next; a way back is none.

    Nobody stops at what the program says or does by itself: what lies behind it counts.
    """
    first = flow.steps[0].id if flow.steps else ENDED
    return {
        START: _stops(flow, {first}),
        **{one: _stops(flow, _next(flow, one)) for one in flow.by_id},
    }


def _next(flow: Flow, step: str) -> set[str]:
    edges = (edge for _, edge in all_edges(flow.by_id[step]) if not edge.again)
    return {edge.go if edge.go != END else ENDED for edge in edges}


def _stops(flow: Flow, ahead: set[str]) -> set[str]:
    """The first steps on every way on at which somebody else than the program answers."""
    found, seen = set[str](), set[str]()
    while ahead:
        step = ahead.pop()
        if step == ENDED or isinstance(flow.by_id[step], Ask | Await):
            found.add(step)
        elif step not in seen:
            seen.add(step)
            ahead |= _next(flow, step)
    return found


def _stopped(counts: Mapping[str, int], step: str, leads: Mapping[str, set[str]]) -> int:
    if step not in leads:
        return 0
    return max(0, counts[step] - sum(counts[to] for to in leads[step]))


def by_source(passages: Sequence[Passage], step: str) -> list[tuple[str, str, int, int]]:
    """For each channel and language: how many began, and how many of them reached a step."""
    began, came = Counter[tuple[str, str]](), Counter[tuple[str, str]]()
    for one in passages:
        if one.step == START:
            began[one.channel, one.language] += one.count
        if one.step == step:
            came[one.channel, one.language] += one.count
    return [(*source, began[source], came[source]) for source in sorted(began.keys() | came.keys())]

"""Sees which steps lie before which, by the ways that lead on."""

from dataclasses import dataclass

from bot.engine.flow import Flow, all_edges

NOTHING: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Ways:
    """For each step: those some way passes before it, and those every way passes."""

    sometimes: dict[str, frozenset[str]]
    always: dict[str, frozenset[str]]


def ways_of(flow: Flow) -> Ways:
    """The steps before each step of a flow; ways that lead back do not count."""
    sources = _sources(flow)
    everything = frozenset(sources)
    first = flow.steps[0].id if flow.steps else ""
    sometimes = dict.fromkeys(sources, NOTHING)
    always = {name: NOTHING if name == first else everything for name in sources}
    changed = True
    while changed:
        changed = False
        for name in sources.keys() - {first}:
            some = NOTHING.union(*({one} | sometimes[one] for one in sources[name]))
            every = everything.intersection(*({one} | always[one] for one in sources[name]))
            if not sources[name]:  # nothing leads here, which is a problem of its own
                some = everything
            changed = changed or (some, every) != (sometimes[name], always[name])
            sometimes[name], always[name] = some, every
    return Ways(sometimes, always)


def _sources(flow: Flow) -> dict[str, set[str]]:
    """For each step, those with a way that leads on to it."""
    sources: dict[str, set[str]] = {step.id: set() for step in flow.steps}
    for step in flow.steps:
        for _, edge in all_edges(step):
            if edge.go in sources and not edge.again:
                sources[edge.go].add(step.id)
    return sources

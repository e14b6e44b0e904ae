"""Makes the overview's charts of cases, deliveries and quotas."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from markupsafe import Markup

from bot.store.overview import Failure, Purses
from bot.web.staff.case_words import STATE_NAMES
from bot.web.staff.charts import Bar, Part, bars
from bot.web.staff.names import Names


@dataclass(frozen=True, slots=True)
class CaseRow:
    """The cases of one flow, or of all of them (`flow` is empty)."""

    flow: str
    title: str
    counts: tuple[tuple[str, int], ...]
    total: int


@dataclass(frozen=True, slots=True)
class CaseTile:
    """Cases by state as a chart and as a table."""

    chart: Markup
    rows: tuple[CaseRow, ...]
    states: tuple[tuple[str, str], ...]


def cases_of(by_flow: Mapping[str, Mapping[str, int]], names: Names) -> CaseTile:
    """Cases by state, first of all flows and then of each."""
    words, everything = names.words, Counter[str]()
    for counts in by_flow.values():
        everything.update(counts)
    states = tuple((state, words(name)) for state, name in STATE_NAMES.items())
    rows = [_row("", words("All"), everything)]
    if len(by_flow) > 1:
        rows += [_row(flow, names.flow(flow), counts) for flow, counts in by_flow.items()]
    said = dict(states)
    drawn = [
        Bar(
            row.title,
            tuple(Part(count, f"state-{state}", said[state]) for state, count in row.counts),
            names.voice.number(row.total),
        )
        for row in rows
    ]
    return CaseTile(bars(words("Cases by state"), drawn), tuple(rows), states)


def _row(flow: str, title: str, counts: Mapping[str, int]) -> CaseRow:
    known = tuple((state, counts.get(state, 0)) for state in STATE_NAMES)
    return CaseRow(flow, title, known, sum(count for _, count in known))


@dataclass(frozen=True, slots=True)
class ChannelRow:
    """What one channel has to send."""

    title: str
    due: int
    held: int
    failed: int


@dataclass(frozen=True, slots=True)
class DeliveryTile:
    """Deliveries by channel, and why some failed."""

    chart: Markup
    rows: tuple[ChannelRow, ...]
    failures: tuple[tuple[str, str, int], ...]


def deliveries_of(
    due: Mapping[str, int], held: Mapping[str, int], failures: Sequence[Failure], names: Names
) -> DeliveryTile:
    """What is to be sent, what waits, what was given up."""
    failed = Counter[str]()
    for one in failures:
        failed[one.channel] += one.count
    rows = tuple(
        ChannelRow(names.channel(name), due.get(name, 0), held.get(name, 0), failed[name])
        for name in sorted({*due, *held, *failed})
    )
    why = tuple((names.channel(one.channel), one.problem, one.count) for one in failures)
    drawn = [
        Bar(
            f"{channel} · {problem or names.words('no reason given')}",
            (Part(count, "lost"),),
            names.voice.number(count),
        )
        for channel, problem, count in why[:10]
    ]
    return DeliveryTile(bars(names.words("Failed in the last 7 days"), drawn), rows, why)


@dataclass(frozen=True, slots=True)
class PurseTile:
    """Of how many contacts a quota is left, by channel."""

    chart: Markup
    rows: tuple[tuple[str, Purses], ...]


def purses_of(purses: Mapping[str, Purses], metered: Iterable[str], names: Names) -> PurseTile:
    """Who may be written to, on the channels where that is counted."""
    channels = sorted({*purses, *metered})
    rows = tuple((names.channel(name), purses.get(name, Purses())) for name in channels)
    words = names.words
    drawn = [
        Bar(
            title,
            (
                Part(one.open - one.ending, "kept", words("longer")),
                Part(one.ending, "ending", words("run out today")),
            ),
            words("{open}, of them {ending} run out today", open=one.open, ending=one.ending),
        )
        for title, one in rows
    ]
    return PurseTile(bars(words("Contacts who may be written to now"), drawn), rows)

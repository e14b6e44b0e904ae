"""Makes the overview's funnel: of one flow, in one period, perhaps of one channel or language."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta

from aiohttp import web
from markupsafe import Markup

from bot.engine.flow import Flow
from bot.store.funnel import Passage
from bot.web.request import Malformed
from bot.web.staff.charts import Bar, Part, bars
from bot.web.staff.lists import Filter, Listing, Query, read_query
from bot.web.staff.names import Names
from bot.web.staff.stages import CANCELLED, ENDED, START, Stage, by_source, stages, total
from bot.web.staff.words import N_

PERIODS: Mapping[str, tuple[int, str]] = {
    "30": (30, N_("30 days")),
    "7": (7, N_("7 days")),
    "90": (90, N_("90 days")),
}
POINTS: Mapping[str, str] = {START: N_("Began"), ENDED: N_("Came to the end")}


@dataclass(frozen=True, slots=True)
class FunnelQuery:
    """What is wanted of the funnel; there is none where a centre has no flow."""

    flow: Flow | None
    since: date
    step: str
    channel: str
    language: str
    listing: Listing[Stage]


@dataclass(frozen=True, slots=True)
class Funnel:
    """The funnel as a chart and as a table, and the same for one step by channel and language."""

    asked: FunnelQuery
    chart: Markup
    rows: tuple[tuple[str, Stage, str], ...]
    cancelled: int
    title: str
    step_title: str
    step_chart: Markup
    step_rows: tuple[tuple[str, int, int, str], ...]


def funnel_query(
    request: web.Request, names: Names, channels: Sequence[str], today: date
) -> FunnelQuery:
    """What an address asks of the funnel."""
    flows = names.catalogue.flows
    chosen = request.query.get("flow") or next(iter(flows), "")
    if chosen not in flows and flows:
        raise Malformed("there is no such flow")
    flow = flows.get(chosen)
    filters = _filters(names, channels)
    query = read_query(request, filters, (), "")
    step = request.query.get("step", "")
    known = flow.by_id if flow else {}
    step = step if step in known else ""  # another flow was chosen while a step still was
    choices = [("", names.words("All")), *((one, names.step(flow, one)) for one in known if flow)]
    filters.insert(2, Filter("step", N_("Step"), choices))
    query = replace(query, values={**query.values, **({"step": step} if step else {})})
    days, _ = PERIODS[query.value("period") or "30"]
    return FunnelQuery(
        flow,
        today - timedelta(days=days - 1),
        step,
        query.value("channel"),
        query.value("language"),
        _listing(query, filters),
    )


def _listing(query: Query, filters: Sequence[Filter]) -> Listing[Stage]:
    return Listing(query, (), filters, (), 0)


def _filters(names: Names, channels: Sequence[str]) -> list[Filter]:
    words = names.words
    everything = ("", words("All"))
    flows = [(name, names.flow(name)) for name in names.catalogue.flows]
    languages = [(code, names.language(code)) for code in names.catalogue.languages]
    return [
        Filter("flow", N_("Flow"), flows),
        Filter("period", N_("Period"), [(key, words(said)) for key, (_, said) in PERIODS.items()]),
        Filter("channel", N_("Channel"), [everything, *((c, names.channel(c)) for c in channels)]),
        Filter("language", N_("Language"), [everything, *languages]),
    ]


def funnel_of(
    asked: FunnelQuery, passages: Sequence[Passage], standing: Mapping[str, int], names: Names
) -> Funnel | None:
    """The funnel that is asked for."""
    flow = asked.flow
    if flow is None:
        return None
    wanted = [one for one in passages if _is_wanted(one, asked)]
    found, counts = stages(flow, wanted, standing), total(wanted)
    began = counts[START]
    rows = tuple((_title(one, flow, names), one, share(one.count, began)) for one in found)
    title = names.words("How far people come: {flow}", flow=names.flow(flow.name))
    step_title = names.step(flow, asked.step) if asked.step else ""
    step_rows = _sources(passages, asked.step, names) if asked.step else ()
    return Funnel(
        asked,
        bars(title, [_bar(*row, names) for row in rows], began),
        rows,
        counts[CANCELLED],
        title,
        step_title,
        _step_chart(step_title, step_rows, names),
        step_rows,
    )


def share(count: int, whole: int) -> str:
    """A part in whole percent; nothing where there is no whole."""
    return f"{round(100 * count / whole)} %" if whole else ""


def _is_wanted(one: Passage, asked: FunnelQuery) -> bool:
    return asked.channel in ("", one.channel) and asked.language in ("", one.language)


def _title(stage: Stage, flow: Flow, names: Names) -> str:
    if stage.step in POINTS:
        return names.words(POINTS[stage.step])
    return names.step(flow, stage.step)


def _bar(title: str, stage: Stage, part: str, names: Names) -> Bar:
    words, number = names.words, names.voice.number
    note = f"{number(stage.count)} · {part}" if part else number(stage.count)
    if stage.stopped:
        note += " · " + words("{count} stopped", count=number(stage.stopped))
    went_on = stage.count - stage.stopped
    parts = (Part(went_on, "kept", words("went on")), Part(stage.stopped, "lost", words("stopped")))
    return Bar(title, parts, note)


def _sources(
    passages: Sequence[Passage], step: str, names: Names
) -> tuple[tuple[str, int, int, str], ...]:
    return tuple(
        (f"{names.channel(channel)} · {names.language(language)}", began, came, share(came, began))
        for channel, language, began, came in by_source(passages, step)
    )


def _step_chart(title: str, rows: Sequence[tuple[str, int, int, str]], names: Names) -> Markup:
    of_them = names.words
    drawn = [
        Bar(
            source,
            (Part(came, "kept"), Part(max(0, began - came), "rest")),
            of_them("{came} of {began} · {share}", came=came, began=began, share=part),
        )
        for source, began, came, part in rows
    ]
    return bars(title, drawn)

"""Everything there is to do at a step, made from the flow itself."""

from collections.abc import Iterator
from datetime import date, datetime, timedelta

from bot.engine.catalogue import Catalogue
from bot.engine.flow import Ask, Await, Flow
from bot.engine.kinds.choice import Choices
from bot.engine.kinds.day import Day, Span
from bot.engine.kinds.kind import Ground
from bot.engine.kinds.lookup import Lookup
from bot.engine.kinds.papers import Upload
from bot.engine.match import Labels
from bot.engine.model import Event, File, Frame, Input, Said, Uploaded
from bot.engine.policy import Since
from tests.engine.player import where
from tests.engine.script import facts_of

Given = Input | str
"""An input, or `tap:` and an option: its token is known only once the question was asked."""
TAP = "tap:"


def ground(catalogue: Catalogue, frame: Frame, step: Ask, now: datetime) -> Ground:
    """What a step's kind looks at."""
    labels = catalogue.labels.get((frame.flow, frame.version, step.id), Labels(()))
    offers = frame.offers.get(step.id, ())
    return Ground(catalogue.local(now), "en", labels, catalogue.lists, offers=offers)


def inputs(catalogue: Catalogue, flow: Flow, frame: Frame, now: datetime) -> Iterator[Given]:
    """What contact or staff may do where a node stands."""
    step = where(catalogue, frame, now).step
    assert isinstance(step, Ask | Await), step
    if step.waits:
        for outcome in step.outcomes:
            yield Event(step.waits, frame.id, outcome, facts_of(flow, step.id))
    if isinstance(step, Await):
        return
    at = ground(catalogue, frame, step, now)
    if not isinstance(step.kind, Choices):
        yield from (f"{TAP}{option}" for option, _ in step.kind.shown_options(at))
    yield from (Said(words) for words in step.kind.examples(at))
    yield from _made_for(catalogue, step, at)


def _made_for(catalogue: Catalogue, step: Ask, at: Ground) -> Iterator[Input]:
    """Inputs that reach what a kind's own examples need not: each class of answer once."""
    match step.kind:
        case Choices() as kind:
            yield from (Said(str(n)) for n in range(1, len(kind.options) + 1))
        case Lookup() as kind:
            yield from _one_of_each(catalogue, kind)
        case Day() as kind:
            yield from (Said(day.isoformat()) for day in turning_days(catalogue, step.id, at.today))
        case Upload() as kind:
            files = tuple(File(f"file{n}", "jpeg") for n in range(kind.most))
            yield Uploaded(files)


def _one_of_each(catalogue: Catalogue, kind: Lookup) -> Iterator[Said]:
    """One entry for each value of the attribute that counts."""
    seen = set()
    for entry in catalogue.lists[kind.listing].entries:
        counted = entry.attributes.get(kind.counts_as, "")
        if counted not in seen:
            seen.add(counted)
            yield Said(next(iter(entry.names.values())))


def turning_days(catalogue: Catalogue, step: str, today: date) -> Iterator[date]:
    """The days about which a table changes its mind."""
    for policy in catalogue.policies.values():
        for given in policy.edition(today).inputs.values():
            if isinstance(given, Since) and given.step == step:
                span = given.span
                edge = Span(-span.years, -span.months, -span.days).from_day(today)
                yield from (edge + timedelta(days=n) for n in (0, 1))

"""Sees what an answer to a step can count as in a rule."""

from bot.engine.catalogue import Catalogue
from bot.engine.flow import Ask, Step, Tell
from bot.engine.kinds.kind import Kind
from bot.engine.kinds.lookup import NOT_LISTED, Lookup
from bot.engine.kinds.papers import Upload
from bot.engine.kinds.stock import Pick

GIVEN = "given"
TOLD = "told"


def possible_options(step: Step, catalogue: Catalogue) -> tuple[str, ...]:
    """Every option or outcome an answer to the step can be."""
    if isinstance(step, Tell):
        return (TOLD,)
    if not isinstance(step, Ask):
        return tuple(step.outcomes)
    own = tuple(choice.option for choice in step.kind.options)
    return tuple(dict.fromkeys((*own, *_typed(step.kind, catalogue), *step.outcomes)))


def _typed(kind: Kind, catalogue: Catalogue) -> tuple[str, ...]:
    match kind:
        case Lookup():
            return _looked_up(kind, catalogue)
        case Pick() | Upload():
            return (GIVEN,)
        case _ if kind.expects in ("choice", "choices"):
            return ()
        case _:
            return (GIVEN,)


def _looked_up(kind: Lookup, catalogue: Catalogue) -> tuple[str, ...]:
    if not kind.counts_as:
        return (GIVEN, NOT_LISTED) if kind.open else (GIVEN,)
    listing = catalogue.lists.get(kind.listing)
    entries = listing.entries if listing else ()
    counted = {entry.attributes.get(kind.counts_as, NOT_LISTED) for entry in entries}
    return tuple(sorted(counted | ({NOT_LISTED} if kind.open else set())))

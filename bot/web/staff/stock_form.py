"""The fields in which staff write a building, a unit type or a flat."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from aiohttp import web

from bot.engine.policy import Policy
from bot.services.stock import FEN
from bot.services.stock_items import fields_of
from bot.store.inventory import Item, Kind
from bot.web.staff.stock_parts import StockParts, label_of
from bot.web.staff.words import N_, Words


@dataclass(frozen=True, slots=True)
class Field:
    """A field: its dotted name, label and value; `type` is that of HTML, or choice or lines."""

    name: str
    label: str
    value: str
    type: str = "text"
    choices: Sequence[tuple[str, str]] = ()
    least: int | None = None
    is_required: bool = True


NAMED: Mapping[Kind, tuple[str, ...]] = {
    Kind.BUILDING: ("name", "operator", "address", "metro", "payee.name", "payee.bank"),
    Kind.UNIT_TYPE: ("name", "equipment"),
    Kind.FLAT: (),
}
LONGEST_FIELD = 500
MONTHS, YUAN = "months_of_rent", "yuan"
Draws = Callable[..., Field]
"""Makes a field of its name, type and what else it has."""


def values_of(item: Item) -> dict[str, str]:
    """What an item fills into the fields of its kind."""
    known: dict[str, Any] = fields_of(item)
    match item.kind:
        case Kind.BUILDING:
            rule = MONTHS if f"deposit.{MONTHS}" in known else YUAN
            known["deposit.rule"], known["deposit.amount"] = rule, known[f"deposit.{rule}"]
            if "subsidy.policy" in known:
                known["subsidy"] = f"{known['subsidy.policy']}.{known['subsidy.amounts']}"
        case Kind.UNIT_TYPE:
            known["rent_yuan"] = known["rent_fen"] // FEN
        case Kind.FLAT:
            known["offered"] = "yes" if known["offered"] else "no"
    return {name: str(value) for name, value in known.items()}


def fields_for(
    kind: Kind, values: Mapping[str, str], parts: StockParts, words: Words
) -> list[Field]:
    """The fields of a kind, filled with values."""

    def field(name: str, type: str = "text", **more: Any) -> Field:
        return Field(
            name, label_of(name, words, parts.catalogue), values.get(name, ""), type, **more
        )

    names = [
        field(f"{name}.{language}", "lines" if name == "equipment" else "text")
        for name in NAMED[kind]
        for language in parts.catalogue.languages
        if language in parts.catalogue.whole_languages or values.get(f"{name}.{language}")
    ]
    own = {Kind.BUILDING: _building, Kind.UNIT_TYPE: _unit_type, Kind.FLAT: _flat}[kind]
    return [*names, *own(field, values, parts, words)]


def _building(
    field: Draws, values: Mapping[str, str], parts: StockParts, words: Words
) -> list[Field]:
    rules = [(MONTHS, words(N_("Months of rent"))), (YUAN, words(N_("A sum in yuan")))]
    known = _amounts(parts.rules.policies)
    amounts = [("", words(N_("None"))), *_choices(values.get("subsidy"), known)]
    return [
        field("payee.account"),
        field("map", "url"),
        field("deposit.rule", "choice", choices=rules),
        field("deposit.amount", "number", least=0),
        field("subsidy", "choice", choices=amounts, is_required=False),
    ]


def _unit_type(
    field: Draws, values: Mapping[str, str], parts: StockParts, words: Words
) -> list[Field]:
    known = parts.photos.names()
    photos = [("", words(N_("None"))), *_choices(values.get("photo"), known)]
    return [
        field("square_metres", "number", least=1),
        field("rent_yuan", "number", least=1),
        field("photo", "choice", choices=photos, is_required=False),
    ]


def _flat(field: Draws, values: Mapping[str, str], parts: StockParts, words: Words) -> list[Field]:
    offered = [("yes", words(N_("Offered"))), ("no", words(N_("Withheld")))]
    return [
        field("number"),
        field("floor", "number", least=-5),
        field("available_from", "date"),
        field("offered", "choice", choices=offered),
    ]


def _choices(present: str | None, known: Iterable[str]) -> list[tuple[str, str]]:
    """What may be chosen; what is chosen now stays, even when it is gone elsewhere."""
    return [(one, one) for one in dict.fromkeys((*known, *filter(None, (present,))))]


def _amounts(policies: Mapping[str, Policy]) -> Iterator[str]:
    """The tables of amounts there are, such as `apartment.subsidy`."""
    for policy in policies.values():
        names = dict.fromkeys(name for edition in policy.editions for name in edition.amounts)
        yield from (f"{policy.name}.{name}" for name in names)


def words_of(
    kind: Kind, item_id: str, form: Mapping[str, str], fields: Sequence[Field]
) -> dict[str, str]:
    """What was filled in, as a file of stock would say it."""
    known = {one.name: form[one.name].strip() for one in fields if form.get(one.name, "").strip()}
    if any(len(value) > LONGEST_FIELD for value in known.values()):
        raise web.HTTPRequestEntityTooLarge(LONGEST_FIELD, LONGEST_FIELD + 1)
    said = {kind.value: item_id, **known}
    if kind == Kind.BUILDING:
        rule = YUAN if said.pop("deposit.rule", "") == YUAN else MONTHS
        said[f"deposit.{rule}"] = said.pop("deposit.amount", "")
        policy, _, amounts = said.pop("subsidy", "").partition(".")
        subsidy = {"subsidy.policy": policy, "subsidy.amounts": amounts} if policy else {}
        said.update(subsidy)
    return said

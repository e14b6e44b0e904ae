"""Between the stock as people write it and the items that are kept: one set of rules for all."""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from bot.content.form import Form
from bot.content.node import Fields, Items, Node, Word
from bot.content.notes import Notes
from bot.content.problem import Place
from bot.content.stock import Building, Flat, UnitType, building_of, flat_of, unit_type_of
from bot.services.seeding import building_facts, unit_type_facts
from bot.services.stock import FEN
from bot.store.inventory import Item, Kept, Kind

Shown = str | int | bool


def items_of(buildings: Iterable[Building]) -> Iterator[Item]:
    """Everything in these buildings, the whole before its parts."""
    for building in buildings:
        yield _building(building)
        for unit_type in building.unit_types:
            yield _unit_type(unit_type, building.id)
            for flat in unit_type.flats:
                yield flat_item(flat, unit_type.id)


def _building(building: Building) -> Item:
    return Item(Kind.BUILDING, building.id, {"facts": building_facts(building)})


def _unit_type(unit_type: UnitType, building: str) -> Item:
    values: dict[str, Kept] = {
        "building_id": building,
        "rent_fen": unit_type.rent_yuan * FEN,
        "facts": unit_type_facts(unit_type),
    }
    return Item(Kind.UNIT_TYPE, unit_type.id, values)


def flat_item(flat: Flat, unit_type: str) -> Item:
    """A flat of a unit type."""
    values: dict[str, Kept] = {
        "unit_type_id": unit_type,
        "number": flat.number,
        "floor": flat.floor,
        "available_from": flat.available_from,
        "offered": flat.offered,
    }
    return Item(Kind.FLAT, flat.id, values)


def item_of(kind: Kind, parent: str, words: Mapping[str, str], notes: Notes) -> Item:
    """What somebody filled in, by the dotted names of `fields_of`; what is wrong goes to notes."""
    form = form_at(words, Place("", 1), notes)
    match kind:
        case Kind.BUILDING:
            form.node.nodes["unit_types"] = _nothing(form.place)
            return _building(building_of(form))
        case Kind.UNIT_TYPE:
            form.node.nodes["flats"] = _nothing(form.place)
            return _unit_type(unit_type_of(form), parent)
        case Kind.FLAT:
            return flat_item(flat_of(form), parent)


def form_at(words: Mapping[str, str], place: Place, notes: Notes) -> Form:
    """Words under dotted names as a form that stands at one place."""
    root = Fields(place, {}, {})
    for name, text in words.items():
        *above, last = name.split(".")
        inner = root
        for part in above:
            next_one = inner.nodes.setdefault(part, Fields(place, {}, {}))
            assert isinstance(next_one, Fields)
            inner.places[part] = place
            inner = next_one
        inner.nodes[last] = Word(place, text, plain=False)
        inner.places[last] = place
    first = next(iter(words.items()), ("", ""))
    return Form(root, f"{first[0]} {first[1]!r}", notes)


def _nothing(place: Place) -> Node:
    return Items(place, ())


def written(item: Item) -> dict[str, Any]:
    """An item as a file of stock has it, without its parts."""
    values: Mapping[str, Any] = item.values
    if item.kind == Kind.FLAT:
        names = ("number", "floor", "available_from")
        offered = {} if values["offered"] else {"offered": False}
        return {"flat": item.id, **{name: values[name] for name in names}, **offered}
    facts = values["facts"]
    if item.kind == Kind.BUILDING:
        return {"building": item.id, **{name: _plain(fact) for name, fact in facts.items()}}
    photo = {"photo": facts["photo"]} if facts.get("photo") else {}
    return {
        "unit_type": item.id,
        "name": _plain(facts["unit_type"]),
        "square_metres": _plain(facts["square_metres"]),
        "rent_yuan": values["rent_fen"] // FEN,
        **photo,
        "equipment": _plain(facts["equipment"]),
    }


def _plain(fact: Any) -> Any:
    match fact:
        case {"names": names}:
            return names
        case {"number": number}:
            return number
        case dict():
            return {name: _plain(inner) for name, inner in fact.items()}
        case _:
            return fact


def fields_of(item: Item) -> dict[str, Shown]:
    """Everything known of an item under dotted names; days as 2026-12-31, money in fen."""
    known = dict(_flattened("", written(item)))
    known.pop(item.kind.value)
    if item.kind == Kind.FLAT:
        known["offered"] = bool(item.values["offered"])
    if item.kind == Kind.UNIT_TYPE:
        known["rent_fen"] = int(known.pop("rent_yuan")) * FEN
    within = {item.parent[0].value: item.parent[1]} if item.parent else {}
    return {**within, **known}


def _flattened(prefix: str, node: Mapping[str, Any]) -> Iterator[tuple[str, Shown]]:
    for name, value in node.items():
        if isinstance(value, Mapping):
            yield from _flattened(f"{prefix}{name}.", value)
        elif isinstance(value, str | int):
            yield prefix + name, value
        else:
            yield prefix + name, value.isoformat()

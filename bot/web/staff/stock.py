"""The list of flats, and the buildings with their unit types."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

from aiohttp import web

from bot.services.staff import Signed
from bot.services.stock_files import Known
from bot.store.inventory import Item, Kind, taken_states
from bot.web.staff.lists import (
    PAGE,
    Column,
    Filter,
    Listing,
    Query,
    export,
    read_query,
)
from bot.web.staff.page import Voice
from bot.web.staff.stock_parts import SEE, STATES, STOCK, StockParts, known
from bot.web.staff.words import N_, Words

OF_FLATS = ("free", "offered", "held", "let", "withheld")
"""The states of flats."""
Key = Callable[["ListedFlat"], Any]


@dataclass(frozen=True, slots=True)
class ListedFlat:
    """A flat with what it is part of, and its state."""

    flat: Item
    unit_type: Item
    building: Item
    state: str


SORTS: dict[str, Key] = {
    "building": lambda row: (row.building.id, row.flat.values["number"]),
    "unit_type": lambda row: row.unit_type.id,
    "number": lambda row: row.flat.values["number"],
    "floor": lambda row: row.flat.values["floor"],
    "rent_fen": lambda row: row.unit_type.values["rent_fen"],
    "available_from": lambda row: row.flat.values["available_from"],
    "state": lambda row: row.state,
}


@dataclass(frozen=True, slots=True)
class StockDoor:
    """The handlers of the lists of the stock."""

    parts: StockParts

    def routes(self) -> list[web.RouteDef]:
        """The door's routes."""
        look = self.parts.guard.look
        return [
            web.get(STOCK, look(SEE, self.flats)),
            web.get(f"{STOCK}/buildings", look(SEE, self.buildings)),
        ]

    async def flats(self, request: web.Request, signed: Signed) -> web.StreamResponse:
        """The flats: filtered, sorted, a page of them, or all as a file."""
        stock, taken = await self.parts.database.read(lambda tx: (known(tx), taken_states(tx)))
        pages = self.parts.pages
        language = pages.language(request, signed)
        words, voice = pages.words[language], pages.voices[language]
        filters = _filters(stock, words, voice)
        query = read_query(request, filters, SORTS, "building")
        rows = [row for row in listed(stock, taken) if _is_wanted(row, query, voice)]
        rows.sort(key=SORTS[query.sort], reverse=query.is_down)
        columns = _columns(words, voice)
        if query.format:
            return export(columns, rows, query.format, "flats")
        shown = rows[query.offset : query.offset + PAGE]
        listing = Listing(query, columns, filters, shown, len(rows), may_export=True)
        return pages.render(request, signed, "stock.html", listing=listing, part="flats")

    async def buildings(self, request: web.Request, signed: Signed) -> web.StreamResponse:
        """The buildings, each with its unit types and how many flats they have."""
        stock = await self.parts.known()
        parents = [item.parent for item in stock.values()]
        tree = [
            (building, [one for one in stock.values() if one.parent == building.key])
            for building in stock.values()
            if building.kind == Kind.BUILDING
        ]
        render, page = self.parts.pages.render, "stock_buildings.html"
        return render(request, signed, page, tree=tree, count=parents.count, part="buildings")


def listed(stock: Known, taken: dict[str, str]) -> Iterable[ListedFlat]:
    """Each flat with its state: who has it, else whether it is offered to all."""
    for flat in stock.values():
        if flat.kind == Kind.FLAT:
            unit_type = stock[Kind.UNIT_TYPE, str(flat.values["unit_type_id"])]
            building = stock[Kind.BUILDING, str(unit_type.values["building_id"])]
            yield ListedFlat(flat, unit_type, building, state_of(flat, taken))


def state_of(flat: Item, taken: dict[str, str]) -> str:
    """Offered, held or let; else withheld or free."""
    return taken.get(flat.id) or ("free" if flat.values["offered"] else "withheld")


def name_of(item: Item) -> Any:
    """The name of a building or a unit type, as a fact."""
    facts: Any = item.values["facts"]
    return facts["name"] if item.kind == Kind.BUILDING else facts["unit_type"]


def _filters(stock: Known, words: Words, voice: Voice) -> list[Filter]:
    buildings = [
        (item.id, voice.fact(name_of(item)))
        for item in stock.values()
        if item.kind == Kind.BUILDING
    ]
    states = [(name, words(STATES[name])) for name in OF_FLATS]
    return [
        Filter("building", N_("Building"), [("", words(N_("All"))), *buildings]),
        Filter("state", N_("State"), [("", words(N_("All"))), *states]),
        Filter("search", N_("Number or id")),
    ]


def _is_wanted(row: ListedFlat, query: Query, voice: Voice) -> bool:
    searched = query.value("search").casefold()
    said = f"{row.flat.id} {row.flat.values['number']} {voice.fact(name_of(row.unit_type))}"
    return (
        query.value("building") in ("", row.building.id)
        and query.value("state") in ("", row.state)
        and searched in said.casefold()
    )


def _columns(words: Words, voice: Voice) -> list[Column[ListedFlat]]:
    return [
        Column(
            "number",
            N_("Number"),
            lambda row: row.flat.values["number"],
            link=lambda row: f"{STOCK}/flat/{row.flat.id}",
            is_sorted=True,
        ),
        _part("building", N_("Building"), lambda row: row.building, voice),
        _part("unit_type", N_("Unit type"), lambda row: row.unit_type, voice),
        _figure("floor", N_("Floor"), lambda row: row.flat.values["floor"]),
        _figure(
            "rent_fen",
            N_("Rent a month"),
            lambda row: row.unit_type.values["rent_fen"],
            lambda row: voice.money(SORTS["rent_fen"](row)),
        ),
        Column(
            "available_from",
            N_("Free from"),
            lambda row: str(row.flat.values["available_from"]),
            is_sorted=True,
        ),
        Column(
            "state",
            N_("State"),
            lambda row: row.state,
            cell=lambda row: words(STATES[row.state]),
            is_sorted=True,
            is_badge=True,
        ),
    ]


def _part(
    name: str, label: str, part: Callable[[ListedFlat], Item], voice: Voice
) -> Column[ListedFlat]:
    """What a flat is part of: named, and leading to its page."""
    return Column(
        name,
        label,
        lambda row: part(row).id,
        cell=lambda row: voice.fact(name_of(part(row))),
        link=lambda row: f"{STOCK}/{name}/{part(row).id}",
        is_sorted=True,
    )


def _figure(
    name: str, label: str, raw: Key, cell: Callable[[ListedFlat], str] | None = None
) -> Column[ListedFlat]:
    return Column(name, label, raw, cell, is_sorted=True, is_number=True)

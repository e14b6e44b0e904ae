"""Enter the stock of the content folder into an empty database."""

from collections.abc import Iterable, Mapping
from datetime import date, datetime

from bot.content.stock import Building, FixedSum, UnitType
from bot.engine.model import Fact
from bot.services.stock import FEN
from bot.store import stock
from bot.store.database import Transaction


def seed(tx: Transaction, buildings: Iterable[Building], now: datetime) -> bool:
    """Enter the buildings if there is no stock yet; whether they were entered."""
    if not stock.is_empty(tx):
        return False
    known = tuple(buildings)
    stock.enter(tx, rows_of(known), now)
    for flat in (one for building in known for kind in building.unit_types for one in kind.flats):
        if not flat.offered:
            stock.offer_flat(tx, flat.id, now, offered=False)
    return True


def rows_of(buildings: Iterable[Building]) -> stock.StockRows:
    """Buildings as rows."""
    own: list[tuple[str, Mapping[str, Fact]]] = []
    kinds: list[tuple[str, str, int, Mapping[str, Fact]]] = []
    flats: list[tuple[str, str, str, int, date]] = []
    for building in buildings:
        own.append((building.id, building_facts(building)))
        for kind in building.unit_types:
            kinds.append((kind.id, building.id, kind.rent_yuan * FEN, unit_type_facts(kind)))
            flats.extend(
                (flat.id, kind.id, flat.number, flat.floor, flat.available_from)
                for flat in kind.flats
            )
    return stock.StockRows(own, kinds, flats)


def building_facts(building: Building) -> Mapping[str, Fact]:
    """What is kept of a building beside its id."""
    deposit = building.deposit
    rule = (
        {"yuan": deposit.yuan}
        if isinstance(deposit, FixedSum)
        else {"months_of_rent": deposit.months}
    )
    facts: dict[str, Fact] = {
        "name": {"names": dict(building.name)},
        "operator": {"names": dict(building.operator)},
        "address": {"names": dict(building.address)},
        "metro": {"names": dict(building.metro)},
        "map": building.map,
        "deposit": rule,
        "payee": {
            "name": {"names": dict(building.payee.name)},
            "bank": {"names": dict(building.payee.bank)},
            "account": building.payee.account,
        },
    }
    if building.subsidy is not None:
        facts["subsidy"] = {
            "policy": building.subsidy.policy,
            "amounts": building.subsidy.amounts,
        }
    return facts


def unit_type_facts(kind: UnitType) -> Mapping[str, Fact]:
    """What is kept of a unit type beside its id, building and rent."""
    return {
        "unit_type": {"names": dict(kind.name)},
        "square_metres": {"number": kind.square_metres},
        "equipment": {"names": dict(kind.equipment)},
        "photo": kind.photo,
    }

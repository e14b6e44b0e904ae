"""Reads the buildings, unit types and flats to start with."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import TypeAlias

from bot.content.form import Form, form_of
from bot.content.node import Node
from bot.content.notes import Notes

WEB = re.compile(r"https://\S+")


@dataclass(frozen=True, slots=True)
class Flat:
    """One flat of a unit type."""

    id: str
    number: str
    floor: int
    available_from: date
    offered: bool = True


@dataclass(frozen=True, slots=True)
class UnitType:
    """Flats of one size, rent and equipment."""

    id: str
    name: Mapping[str, str]
    square_metres: int
    rent_yuan: int
    photo: str
    equipment: Mapping[str, str]
    flats: tuple[Flat, ...]


@dataclass(frozen=True, slots=True)
class MonthsOfRent:
    """A deposit that goes by the rent."""

    months: int


@dataclass(frozen=True, slots=True)
class FixedSum:
    """A deposit that is the same for every flat."""

    yuan: int


Deposit: TypeAlias = MonthsOfRent | FixedSum


@dataclass(frozen=True, slots=True)
class Payee:
    """To whom a deposit is paid."""

    name: Mapping[str, str]
    bank: Mapping[str, str]
    account: str


@dataclass(frozen=True, slots=True)
class Subsidy:
    """Which amounts of which policy lower the rent of these flats."""

    policy: str
    amounts: str


@dataclass(frozen=True, slots=True)
class Building:
    """One building with its operator."""

    id: str
    name: Mapping[str, str]
    operator: Mapping[str, str]
    address: Mapping[str, str]
    metro: Mapping[str, str]
    map: str
    deposit: Deposit
    payee: Payee
    unit_types: tuple[UnitType, ...]
    subsidy: Subsidy | None = None
    sample: bool = False


BUILDING = ("name", "operator", "address", "metro", "map", "deposit", "payee", "unit_types")
UNIT_TYPE = ("name", "square_metres", "rent_yuan", "equipment", "flats")
FLAT = ("number", "floor", "available_from")
LONGEST_NUMBER = 16
"""Letters of a flat's number."""


def buildings_of(node: Node, notes: Notes) -> tuple[Building, ...]:
    """The buildings that a file's node describes."""
    form = form_of(node, "the stock", notes)
    if form is None:
        return ()
    form.check_names(("buildings",), ("sample", "subsidy"))
    forms = form.forms("buildings", "building")
    sample, subsidy = form.flag("sample"), _subsidy(form)
    return tuple(building_of(one, subsidy, sample) for one in forms if _is_new(one, "building"))


def _subsidy(form: Form) -> Subsidy | None:
    if not form.has("subsidy"):
        return None
    subsidy = form.form("subsidy")
    if subsidy is None:
        return None
    subsidy.check_names(("policy", "amounts"))
    return Subsidy(subsidy.word("policy"), subsidy.word("amounts"))


def _is_new(form: Form, key: str) -> bool:
    return form.notes.is_new(f"{key}.{form.word(key)}", form.place_of(key), form.what)


def building_of(form: Form, subsidy: Subsidy | None = None, sample: bool = False) -> Building:
    """A building; it may name another subsidy than its file."""
    form.check_names(("building", *BUILDING), ("subsidy",))
    name = form.word("building")
    if form.has("map") and not WEB.fullmatch(form.word("map")):
        form.notes.add(form.place_of("map"), f"{form.what}: 'map' must be an https:// address")
    unit_types = form.forms("unit_types", "unit_type")
    return Building(
        id=name,
        name=form.names("name"),
        operator=form.names("operator"),
        address=form.names("address"),
        metro=form.names("metro"),
        map=form.word("map"),
        deposit=_deposit(form),
        payee=_payee(form),
        unit_types=tuple(unit_type_of(one) for one in unit_types),
        subsidy=_subsidy(form) or subsidy,
        sample=sample,
    )


def _deposit(form: Form) -> Deposit:
    deposit = form.form("deposit", f"{form.what}: 'deposit'")
    if deposit is None:
        return MonthsOfRent(0)
    if deposit.has("yuan"):
        deposit.check_names(("yuan",))
        return FixedSum(deposit.number("yuan"))
    deposit.check_names(("months_of_rent",), ("yuan",))
    return MonthsOfRent(deposit.number("months_of_rent"))


def _payee(form: Form) -> Payee:
    payee = form.form("payee", f"{form.what}: 'payee'")
    if payee is None:
        return Payee({}, {}, "")
    payee.check_names(("name", "bank", "account"))
    return Payee(payee.names("name"), payee.names("bank"), payee.word("account"))


def unit_type_of(form: Form) -> UnitType:
    """A unit type with its flats."""
    form.check_names(("unit_type", *UNIT_TYPE), ("photo",))
    name = form.word("unit_type")
    form.notes.is_new(f"unit_type.{name}", form.place_of("unit_type"), form.what)
    form.notes.put(f"photo.{form.word('photo')}", form.place_of("photo"))
    flats = form.forms("flats", "flat")
    return UnitType(
        id=name,
        name=form.names("name"),
        square_metres=form.number("square_metres", least=1),
        rent_yuan=form.number("rent_yuan", least=1),
        photo=form.word("photo"),
        equipment=form.names("equipment"),
        flats=tuple(flat_of(one) for one in flats if _is_new(one, "flat")),
    )


def flat_of(form: Form) -> Flat:
    """A flat; it is offered unless it says `offered: no`."""
    form.check_names(("flat", *FLAT), ("offered",))
    number, floor = form.word("number"), form.number("floor", least=-5)
    if len(number) > LONGEST_NUMBER:
        what = f"{form.what}: 'number' has more than {LONGEST_NUMBER} letters"
        form.notes.add(form.place_of("number"), what)
    offered = form.flag("offered") if form.has("offered") else True
    return Flat(form.word("flat"), number, floor, form.day("available_from"), offered)

"""What an import would do, to be shown before it is done; sealed, so that just that is done."""

import zlib
from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

import msgspec

from bot.content.notes import Notes
from bot.content.problem import Problem, in_order, problem
from bot.services.stock_files import Known
from bot.services.stock_items import Shown, fields_of
from bot.services.stock_rules import Rules, place_of
from bot.store.inventory import Item, Kind
from bot.store.seal import Sealer, Unsealable

LONGEST_SEALED = 180 * 1024
"""Letters of a sealed proposal, so that it fits a form."""


@dataclass(frozen=True, slots=True)
class Change:
    """An item as it is to be, of the revision that it changes; `old` is None when it is new."""

    new: Item
    old: Item | None

    @property
    def what(self) -> str:
        """What happens to it: added, withheld (and nothing else) or changed."""
        if self.old is None:
            return "added"
        is_withheld = [(name, new) for name, _, new in self.fields()] == [("offered", False)]
        return "withheld" if is_withheld else "changed"

    def fields(self) -> list[tuple[str, Shown | None, Shown | None]]:
        """The fields that change: name, old and new value; None where there is none."""
        new, old = fields_of(self.new), fields_of(self.old) if self.old else {}
        return [
            (name, old.get(name), new.get(name))
            for name in {**old, **new}
            if old.get(name) != new.get(name)
        ]


@dataclass(frozen=True, slots=True)
class Proposal:
    """Changes in the order they are done, how many items stay as they are, and what is wrong."""

    changes: tuple[Change, ...]
    left: int
    problems: tuple[Problem, ...]


def propose(wanted: Sequence[Item], notes: Notes, known: Known, rules: Rules) -> Proposal:
    """Compare what a file wants with the stock as it is."""
    found = [*rules.problems(wanted, notes), *_misplaced(wanted, notes, known)]
    changes = [
        Change(replace(item, revision=old.revision if old else 0), old)
        for item in wanted
        if (old := known.get(item.key)) is None or old.values != item.values
    ]
    changes.sort(key=lambda change: list(Kind).index(change.new.kind))
    return Proposal(tuple(changes), len(wanted) - len(changes), in_order(found))


def _misplaced(wanted: Sequence[Item], notes: Notes, known: Known) -> Iterable[Problem]:
    there = {*known, *(item.key for item in wanted)}
    for item in wanted:
        above, old = item.parent, known.get(item.key)
        said = f"{item.kind} {item.id!r}"
        if above is not None and above not in there:
            yield problem(place_of(item, notes), f"{said}: there is no {above[0]} {above[1]!r}")
        if old is not None and item.kind == Kind.UNIT_TYPE and old.parent != above:
            where = old.values["building_id"]
            yield problem(place_of(item, notes), f"{said} is in building {where!r} already")


def seal_proposal(sealer: Sealer, proposal: Proposal, who: str) -> str:
    """The changes for a form that only `who` can send back; empty when they are too many."""
    as_json = msgspec.json.encode([_packed(change.new) for change in proposal.changes])
    sealed = sealer.seal(zlib.compress(as_json, 9), _about(who))
    text = urlsafe_b64encode(sealed).decode()
    return text if len(text) <= LONGEST_SEALED else ""


def open_proposal(sealer: Sealer, text: str, who: str) -> list[Item] | None:
    """The items of a sealed proposal; None for one we did not seal for `who`."""
    try:
        packed = zlib.decompress(sealer.open(urlsafe_b64decode(text), _about(who)))
    except (ValueError, Unsealable):
        return None
    return [_unpacked(*one) for one in msgspec.json.decode(packed)]


def _about(who: str) -> str:
    return f"stock proposal {who}"


def _packed(item: Item) -> tuple[str, str, Mapping[str, object], int]:
    return item.kind.value, item.id, item.values, item.revision


def _unpacked(kind: str, item_id: str, values: dict[str, Any], revision: int) -> Item:
    if "available_from" in values:
        values = {**values, "available_from": date.fromisoformat(str(values["available_from"]))}
    return Item(Kind(kind), item_id, values, revision)

"""What an item of the stock has to keep to, beside the form it is written in."""

import unicodedata
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from bot.content.checks.identifiers import LONGEST, PATTERN
from bot.content.checks.translations import of_names
from bot.content.notes import Notes
from bot.content.problem import Place, Problem, in_order, problem
from bot.engine.policy import Policy
from bot.services.stock_items import fields_of
from bot.store.inventory import Item, Kind


@dataclass(frozen=True, slots=True)
class Rules:
    """The languages, policy tables and photos of one centre; names need the `whole` languages."""

    whole: tuple[str, ...]
    languages: tuple[str, ...]
    policies: Mapping[str, Policy]
    has_photo: Callable[[str], bool]

    def problems(self, items: Iterable[Item], notes: Notes) -> tuple[Problem, ...]:
        """Everything that is wrong, by line; `notes` are those of reading the items."""
        found = [*notes.problems, *of_names(notes.names, self.whole, self.languages)]
        for item in items:
            place = place_of(item, notes)
            found += (problem(place, f"{item.kind} {item.id!r}: {why}") for why in self._of(item))
        return in_order(found)

    def _of(self, item: Item) -> Iterator[str]:
        if not PATTERN.fullmatch(item.id):
            yield "an id has small letters, digits and underscores, a letter first"
        elif len(item.id) > LONGEST:
            yield f"an id has at most {LONGEST} letters"
        for name, shown in fields_of(item).items():
            if any(unicodedata.category(letter) == "Cc" for letter in str(shown)):
                yield f"{name!r} holds a sign that cannot be shown"
        facts: Any = item.values.get("facts", {})
        if item.kind == Kind.UNIT_TYPE and facts["photo"] and not self.has_photo(facts["photo"]):
            yield f"there is no photo {facts['photo']!r}"
        if "subsidy" in facts and not self._is_known(**facts["subsidy"]):
            yield "'subsidy' names amounts that no policy table has"

    def _is_known(self, policy: str, amounts: str) -> bool:
        table = self.policies.get(policy)
        return table is not None and any(amounts in one.amounts for one in table.editions)


def place_of(item: Item, notes: Notes) -> Place:
    """Where an item is written."""
    return notes.places.get(f"{item.kind}.{item.id}", Place("", 1))

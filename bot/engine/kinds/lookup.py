"""Answers looked up in a list of known things, named in the person's own words."""

from bot.engine.kinds.kind import Accepted, Ground, Kind, Reading, Refusal, Unsure
from bot.engine.kinds.words import LONGEST_ANSWER, tidy
from bot.engine.match import Maybe, Sure, search
from bot.engine.model import Fact, Value

NOT_LISTED = "not_listed"
"""The option an answer counts as when the person's words are not in the list."""


class Lookup(Kind, frozen=True, kw_only=True):
    """An entry of a list; with `open`, also something that is not in it, kept as typed.

    In rules the answer counts as the entry's attribute `counts_as`, or as `not_listed`.
    """

    listing: str
    open: bool = True
    counts_as: str = ""

    def read_words(self, text: str, ground: Ground) -> Reading:
        words = tidy(text)
        if len(words) > LONGEST_ANSWER:
            return Refusal("too_long", {"count": LONGEST_ANSWER})
        match search(words, ground.lists[self.listing].labels):
            case Sure(option):
                return Accepted(self._entry(option, ground))
            case Maybe(options):
                return Unsure(options, words)
            case None:
                return self._unlisted(words, ground)

    def neither(self, typed: str, ground: Ground) -> Reading | None:
        return self._unlisted(typed, ground) if self.open else None

    def _unlisted(self, words: str, ground: Ground) -> Reading:
        if not self.open:
            return self.otherwise(words, ground, Refusal("not_in_list"))
        if sum(c.isalpha() for c in words) < 2:
            return self.otherwise(words, ground, Refusal("too_short"))
        return Accepted({"option": NOT_LISTED, "text": words}, "not_listed")

    def chosen(self, option: str, ground: Ground) -> Reading | None:
        if option in ground.lists[self.listing].by_id:
            return Accepted(self._entry(option, ground))
        return super().chosen(option, ground)

    def _entry(self, entry: str, ground: Ground) -> Value:
        if not self.counts_as:
            return {"entry": entry}
        known = ground.lists[self.listing].by_id[entry]
        return {"entry": entry, "option": known.attributes.get(self.counts_as, NOT_LISTED)}

    def show(self, value: Value, ground: Ground) -> Fact:
        match value:
            case str(entry) | {"entry": str(entry)} if entry in ground.lists[self.listing].by_id:
                return {"names": ground.lists[self.listing].by_id[entry].names}
            case {"text": str(words)}:
                return words
            case _:
                return super().show(value, ground)

    def has_shape(self, value: Value) -> bool:
        return isinstance(value, dict) and ("entry" in value or "text" in value)

    def still_valid(self, value: Value) -> bool:
        return self.has_shape(value) or super().still_valid(value)

    def examples(self, ground: Ground) -> tuple[str, ...]:
        first = ground.lists[self.listing].entries[0]
        return (next(iter(first.names.values())), *(("Qwxyz Institute",) if self.open else ()))


class Country(Lookup, frozen=True, kw_only=True):
    """A country or region, by its name in any language we speak."""

    listing: str = "countries"
    open: bool = False

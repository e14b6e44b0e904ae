"""Lists of known things (universities …) that people name in their own words."""

from functools import cached_property

from msgspec import Struct

from bot.engine.match import Labels, fold


class Entry(Struct, frozen=True):
    """One thing of a list: its id, its name by language, other ways to say it, and attributes."""

    id: str
    names: dict[str, str]
    also: tuple[str, ...] = ()
    attributes: dict[str, str] = {}


class Listing(Struct, frozen=True, dict=True):
    """A list of entries; `sample` says that it does not claim to be complete."""

    name: str
    entries: tuple[Entry, ...]
    sample: bool = False

    @cached_property
    def by_id(self) -> dict[str, Entry]:
        """The entries by their id."""
        return {entry.id: entry for entry in self.entries}

    @cached_property
    def labels(self) -> Labels:
        """Every way to say every entry, folded."""
        return Labels(
            tuple(
                (fold(words), entry.id)
                for entry in self.entries
                for words in (*entry.names.values(), *entry.also)
            )
        )

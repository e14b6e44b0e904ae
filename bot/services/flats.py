"""How a flat is called."""

from bot.engine.model import Fact
from bot.store.stock import Flat


def title(flat: Flat) -> Fact:
    """A flat's name: its building and its number."""
    names = flat.building["name"]["names"]
    return {"names": {language: f"{name} {flat.number}" for language, name in names.items()}}

"""Grounds and options for tests of the kinds, as a centre would give them."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from bot.engine.kinds.choice import FINISHED
from bot.engine.kinds.kind import Choosable, Ground, Kind, Reading
from bot.engine.listing import Listing
from bot.engine.match import Labels, fold
from bot.engine.model import Offer, Said, Text
from tests.catalogues import toy

SHANGHAI = ZoneInfo("Asia/Shanghai")

TEAS = {
    "green": ("Green tea", "绿茶"),
    "black": ("Black tea", "红茶"),
    "white": ("White tea", "白茶"),
    "water": ("Only hot water", "只要热水"),
}
YES_NO = {"yes": ("Yes", "yes", "y", "ok", "是", "是的"), "no": ("No", "no", "n", "否", "不是")}
ENOUGH = {FINISHED: ("That is all", "就这些")}


def options(said: Mapping[str, tuple[str, ...]]) -> tuple[Choosable, ...]:
    """Options by their id; the first label is the one the author wrote."""
    return tuple(Choosable(name, Text(f"t.s.{name}", words[0])) for name, words in said.items())


def labels(*said: Mapping[str, tuple[str, ...]]) -> Labels:
    """Whatever may be typed for the options."""
    return Labels(
        tuple((fold(words), name) for part in said for name in part for words in part[name])
    )


def ground(
    *said: Mapping[str, tuple[str, ...]],
    now: datetime = datetime(2026, 11, 24, 12, tzinfo=SHANGHAI),
    lists: Mapping[str, Listing] | None = None,
    draft: Any = None,
    offers: tuple[Offer, ...] = (),
) -> Ground:
    """What a kind may look at, at noon at the centre."""
    days = toy().catalogue.days
    return Ground(now, "en", labels(*said), lists or {}, draft=draft, offers=offers, days=days)


def read(kind: Kind, text: str, at: Ground | None = None) -> Reading:
    """What a kind makes of typed words."""
    return kind.read(Said(text), at or ground())

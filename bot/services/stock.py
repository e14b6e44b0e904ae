"""Stock: offer free flats, hold one, let holds run out, tell those on the waiting list."""

from collections.abc import Mapping
from datetime import datetime, timedelta, tzinfo

from bot.engine.model import Event, Fact, Offer
from bot.engine.policy import Policy
from bot.services.action import Acting, Action, Outcome
from bot.services.letterbox import Letterbox
from bot.store import deposits, stock, waiting
from bot.store.database import Transaction

MOST_OFFERS = 9
"""Flats shown at once: what one can compare on a telephone, and one digit each."""
FEN = 100
"""Fen in a yuan."""


class Stock:
    """Flats and the holds on them. `hours` is how long a hold lasts, `offer_hours` an offer."""

    def __init__(
        self,
        letterbox: Letterbox,
        policies: Mapping[str, Policy],
        zone: tzinfo,
        hours: int,
        offer_hours: int,
    ) -> None:
        self._letterbox = letterbox
        self._policies = policies
        self._zone = zone
        self._lasts = timedelta(hours=hours)
        self._offer_lasts = timedelta(hours=offer_hours)

    def actions(self) -> tuple[Action, ...]:
        """The actions a flow may name."""
        return (
            Action("free_flats", (), self._free, arguments=("band",), lists=True),
            Action("hold_flat", ("held", "taken"), self._hold, ("expires",), ("flat",)),
            Action("join_waiting_list", ("joined",), self._join, ("place",)),
        )

    def _free(self, acting: Acting) -> Outcome:
        band = acting.do.arguments.get("band", "")
        found = stock.free_flats(acting.tx, MOST_OFFERS)
        offers = tuple(self._offer(flat, str(band), acting.now) for flat in found)
        return Outcome("", offers=offers)

    def _offer(self, flat: stock.Flat, band: str, now: datetime) -> Offer:
        facts: dict[str, Fact] = {
            **{name: fact for name, fact in flat.building.items() if name in SHOWN},
            **{name: fact for name, fact in flat.unit_type.items() if name in SHOWN},
            "floor": {"number": flat.floor},
            "available_from": {"date": flat.available_from.isoformat()},
            "rent": {"money": flat.rent_fen},
            **self._after_subsidy(flat, band, now),
        }
        photo = str(flat.unit_type.get("photo", ""))
        return Offer(flat.id, title(flat), facts, photo)

    def _after_subsidy(self, flat: stock.Flat, band: str, now: datetime) -> dict[str, Fact]:
        """What is left to pay in each period of the subsidy the applicant's band gets."""
        named = flat.building.get("subsidy")
        if not isinstance(named, dict):
            return {}
        edition = self._policies[named["policy"]].edition(now.astimezone(self._zone).date())
        bands = edition.amounts.get(named["amounts"], {})
        return {
            period: {"money": max(0, flat.rent_fen - int(yuan) * FEN)}
            for period, yuan in bands.get(band, {}).items()
        }

    def _hold(self, acting: Acting) -> Outcome:
        """Hold the picked flat; a frame that has it already keeps it."""
        tx, do = acting.tx, acting.do
        flat_id = do.arguments["flat"]["pick"]
        held = stock.hold_of(tx, acting.contact_id, do.frame)
        if held is None and stock.is_offered(tx, flat_id):
            until = acting.now + self._lasts
            held = stock.hold(tx, flat_id, acting.contact_id, do.frame, acting.now, until)
        if held is None or held.flat_id != flat_id:
            return Outcome("taken")
        facts = {"hold": held.id, "expires": {"moment": held.expires_at.isoformat()}}
        return Outcome("held", facts)

    def _join(self, acting: Acting) -> Outcome:
        place = waiting.join(acting.tx, acting.contact_id, acting.do.frame, acting.now)
        return Outcome("joined", {"place": {"number": place}})

    # what the clock and others do

    def has_due(self, tx: Transaction, now: datetime) -> bool:
        """Whether some hold's time is over."""
        return bool(stock.due_holds(tx, now))

    def expire(self, tx: Transaction, now: datetime) -> int:
        """Free the flats whose hold is over, unless the contact says the deposit is paid."""
        freed = 0
        for hold in stock.due_holds(tx, now):
            if self._free_hold(tx, hold, stock.EXPIRED, deposits.EXPIRED, now):
                event = Event("deposit", hold.frame, "expired")
                key = f"hold:{hold.id}"
                self._letterbox.leave(tx, "clock", key, hold.contact_id, event, now)
                self._offer_to_next(tx, hold.id, now)
                freed += 1
        return freed

    def give_up(self, tx: Transaction, contact_id: int, frame: int, now: datetime) -> bool:
        """Free what a frame holds; False when its deposit is confirmed."""
        waiting.leave(tx, contact_id, frame)
        hold = stock.hold_of(tx, contact_id, frame)
        if hold is None:
            return True
        if not self._free_hold(tx, hold, stock.RELEASED, deposits.CANCELLED, now, paid_too=True):
            return False
        self._offer_to_next(tx, hold.id, now)
        return True

    def _free_hold(
        self,
        tx: Transaction,
        hold: stock.Hold,
        state: str,
        deposit_state: str,
        now: datetime,
        *,
        paid_too: bool = False,
    ) -> bool:
        """End a hold and its deposit order together; False when the money may be on its way."""
        order = deposits.deposit_of(tx, hold.id)
        open_states = (deposits.ORDERED, *((deposits.REPORTED,) if paid_too else ()))
        if order is not None and not deposits.settle_deposit(
            tx, order.id, open_states, deposit_state, "clock", now
        ):
            return False
        return stock.change_hold(tx, hold.id, stock.HELD, state)

    def _offer_to_next(self, tx: Transaction, cause: int, now: datetime) -> None:
        """Tell the first on the waiting list that a flat is free."""
        waiter = waiting.next_waiter(tx)
        if waiter is None:
            return
        until = (now + self._offer_lasts).isoformat()
        event = Event("waiting_list", waiter.frame, "offered", {"until": {"moment": until}})
        key = f"offer:{waiter.id}:{cause}"
        self._letterbox.leave(tx, "clock", key, waiter.contact_id, event, now)


SHOWN = frozenset(
    {"address", "metro", "map", "equipment", "square_metres", "unit_type", "operator"}
)
"""Facts of a building and a unit type that a card may show."""


def title(flat: stock.Flat) -> Fact:
    """A flat's name: its building and its number."""
    names = flat.building["name"]["names"]
    return {"names": {language: f"{name} {flat.number}" for language, name in names.items()}}

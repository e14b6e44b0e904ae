"""Stock: show free flats, hold one, let holds and offers run out or be given up."""

from collections.abc import Mapping
from datetime import datetime, timedelta, tzinfo

from bot.engine.model import Event, Fact, Offer
from bot.engine.policy import Policy
from bot.services.action import Acting, Action, Outcome
from bot.services.became import Became
from bot.services.books import Books
from bot.services.flats import title
from bot.services.letterbox import Letterbox
from bot.services.timeline import Happening, Timeline
from bot.services.waiting import WaitingList
from bot.store import deposits, holds, stock, waiting
from bot.store.database import Transaction
from bot.store.holds import Hold

MOST_OFFERS = 9
"""Flats shown at once: what one can compare on a telephone, and one digit each."""
FEN = 100
"""Fen in a yuan."""
CLOCK, CONTACT = "clock", "contact"
"""Who ends a hold where staff do not."""


class Stock:
    """Flats and the holds on them. `hours` is how long a hold lasts."""

    def __init__(
        self,
        letterbox: Letterbox,
        timeline: Timeline,
        books: Books,
        waiting_list: WaitingList,
        policies: Mapping[str, Policy],
        zone: tzinfo,
        hours: int,
    ) -> None:
        self._letterbox = letterbox
        self._timeline = timeline
        self._books = books
        self._waiting_list = waiting_list
        self._policies = policies
        self._zone = zone
        self._lasts = timedelta(hours=hours)

    def actions(self) -> tuple[Action, ...]:
        """The actions a flow may name."""
        return (
            Action("free_flats", (), self._free, arguments=("band",), lists=True),
            Action("hold_flat", ("held", "taken"), self._hold, ("expires",), ("flat",)),
        )

    def _free(self, acting: Acting) -> Outcome:
        """What is offered to the contact, and then what anybody may take."""
        tx, band = acting.tx, str(acting.do.arguments.get("band", ""))
        offer = holds.offer_of(tx, acting.contact_id, acting.do.frame)
        shown = [
            self._offer(flat, band, acting.now)
            for flat in stock.free_flats(tx, MOST_OFFERS - (offer is not None))
        ]
        if offer is not None:
            kept: Fact = {"moment": offer.expires_at.isoformat()}
            own = self._offer(stock.flat(tx, offer.flat_id), band, acting.now, kept_until=kept)
            shown.insert(0, own)
        return Outcome("", offers=tuple(shown))

    def _offer(self, flat: stock.Flat, band: str, now: datetime, **more: Fact) -> Offer:
        facts: dict[str, Fact] = {
            **{name: fact for name, fact in flat.building.items() if name in SHOWN},
            **{name: fact for name, fact in flat.unit_type.items() if name in SHOWN},
            "floor": {"number": flat.floor},
            "available_from": {"date": flat.available_from.isoformat()},
            "rent": {"money": flat.rent_fen},
            **self._after_subsidy(flat, band, now),
            **more,
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
        flat_id = acting.do.arguments["flat"]["pick"]
        holds.lock_stock(acting.tx)
        held = holds.hold_of(acting.tx, acting.contact_id, acting.do.frame)
        held = held or self._take(acting, flat_id)
        if held is None or held.flat_id != flat_id:
            return Outcome("taken")
        facts = {"hold": held.id, "expires": {"moment": held.expires_at.isoformat()}}
        return Outcome("held", facts)

    def _take(self, acting: Acting, flat_id: str) -> Hold | None:
        """Take what is offered to the contact, or what is free; whoever holds waits no more."""
        tx, now, until = acting.tx, acting.now, acting.now + self._lasts
        mine = (acting.contact_id, acting.do.frame)
        offer = holds.offer_of(tx, *mine)
        held = None
        if offer is not None and offer.flat_id == flat_id:
            held = holds.take_up(tx, offer.id, now, until)
        elif stock.is_offered(tx, flat_id):
            held = holds.keep(tx, holds.HELD, flat_id, *mine, now, until)
        if held is not None:
            self._waiting_list.leave(tx, *mine, waiting.HOUSED, now)
            self._timeline.tell_of(tx, *mine, Happening.FLAT_HELD, "", now, flat_id)
        return held

    # what the clock and others do

    def has_due(self, tx: Transaction, now: datetime) -> bool:
        """Whether some time is over, or something that became free is to be handed out."""
        return bool(holds.due_holds(tx, now)) or self._waiting_list.has_some(tx)

    def expire(self, tx: Transaction, now: datetime) -> int:
        """End what is over, unless the contact says the deposit is paid; the next get it."""
        holds.lock_stock(tx)
        freed = sum(self._expire(tx, hold, now) for hold in holds.due_holds(tx, now))
        self._waiting_list.hand_out(tx, now)
        return freed

    def _expire(self, tx: Transaction, hold: Hold, now: datetime) -> bool:
        if hold.state == holds.OFFERED:
            return self._waiting_list.end_offer(tx, hold, holds.LAPSED, waiting.LAPSED, now)
        if not self._end(tx, hold, holds.EXPIRED, deposits.EXPIRED, CLOCK, now):
            return False
        event = Event("deposit", hold.frame, "expired")
        self._letterbox.leave(tx, "clock", f"hold:{hold.id}", hold.contact_id, event, now)
        return True

    def give_up(self, tx: Transaction, contact_id: int, frame: int, now: datetime) -> bool:
        """Free what a frame holds and leave the list; False when its deposit is confirmed."""
        holds.lock_stock(tx)
        self._waiting_list.leave(tx, contact_id, frame, waiting.LEFT, now)
        hold = holds.hold_of(tx, contact_id, frame)
        if hold is None:
            return True
        if not self._end(tx, hold, holds.RELEASED, deposits.CANCELLED, CONTACT, now, paid_too=True):
            return False
        self._waiting_list.hand_out(tx, now)
        return True

    def _end(
        self,
        tx: Transaction,
        hold: Hold,
        state: str,
        deposit_state: str,
        who: str,
        now: datetime,
        *,
        paid_too: bool = False,
        words: str = "",
    ) -> bool:
        """End a hold and its deposit order together; False when the money may be on its way."""
        order = deposits.deposit_of(tx, hold.id)
        if order is not None:
            open_states = (deposits.ORDERED, *((deposits.REPORTED,) if paid_too else ()))
            if order.state not in open_states or not deposits.settle_deposit(
                tx, order, deposit_state, who, now
            ):
                return False
            self._books.enter(tx, order, deposit_state, who, now, words=words)
        if hold.state != holds.HELD or not holds.end_hold(tx, hold, state, now):
            return False
        told = "\n".join(filter(None, (hold.flat_id, words)))
        ended = (Happening.HOLD_ENDED, who, now, told)
        self._timeline.tell_of(tx, hold.contact_id, hold.frame, *ended)
        return True

    # staff

    def release(self, tx: Transaction, hold_id: int, by: str, reason: str, now: datetime) -> Became:
        """End a hold or an offer early and tell its contact; not where the deposit may be paid."""
        holds.lock_stock(tx)
        hold = holds.find_hold(tx, hold_id)
        if hold is None or not self._release(tx, hold, by, reason, now):
            return Became.NOT_OPEN
        self._waiting_list.hand_out(tx, now)
        return Became.DONE

    def _release(self, tx: Transaction, hold: Hold, by: str, reason: str, now: datetime) -> bool:
        if hold.state == holds.OFFERED:
            return self._waiting_list.end_offer(tx, hold, holds.RELEASED, waiting.LEFT, now)
        if hold.state != holds.HELD or not self._end(
            tx, hold, holds.RELEASED, deposits.CANCELLED, by, now, words=reason
        ):
            return False
        event = Event("deposit", hold.frame, "released", {"reason": reason})
        self._letterbox.leave(tx, "staff", f"hold:{hold.id}", hold.contact_id, event, now)
        return True

    def offer_flat(self, tx: Transaction, flat_id: str, now: datetime, *, offered: bool) -> bool:
        """Offer a flat, first to those who wait, or withhold it; False when there is none."""
        holds.lock_stock(tx)
        if not stock.offer_flat(tx, flat_id, now, offered=offered):
            return False
        self._waiting_list.hand_out(tx, now)
        return True


SHOWN = frozenset(
    {"address", "metro", "map", "equipment", "square_metres", "unit_type", "operator"}
)
"""Facts of a building and a unit type that a card may show."""

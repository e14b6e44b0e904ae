"""The waiting list: what becomes free is offered to the first who waits, for a time."""

from datetime import datetime, timedelta

from bot.engine.answers import CONTACT
from bot.engine.model import Event, Fact
from bot.services.action import Acting, Action, Outcome
from bot.services.became import Became
from bot.services.flats import title
from bot.services.letterbox import Letterbox
from bot.services.timeline import Happening, Timeline
from bot.store import holds, stock, waiting
from bot.store.database import Transaction
from bot.store.holds import Hold
from bot.store.waiting import Waiter


class WaitingList:
    """Who waits for a flat, and what is offered to them for `hours`."""

    def __init__(self, letterbox: Letterbox, timeline: Timeline, hours: int) -> None:
        self._letterbox = letterbox
        self._timeline = timeline
        self._lasts = timedelta(hours=hours)

    def actions(self) -> tuple[Action, ...]:
        """The actions a flow may name."""
        return (
            Action("join_waiting_list", ("joined",), self._join, ("place",)),
            Action("decline_offer", ("declined",), self._decline),
        )

    def _join(self, acting: Acting) -> Outcome:
        """Join the list; who was offered a flat and joins again does not want it.

        What has become free since they last looked nobody ahead of them waited for: it is theirs.
        """
        self._decline(acting)
        tx, now = acting.tx, acting.now
        mine = (acting.contact_id, acting.do.frame)
        waiter, place = waiting.join(tx, *mine, now)
        self._timeline.tell_of(tx, *mine, Happening.JOINED, "", now)
        self.hand_out(tx, now)
        looked_at = _looked_at(acting)
        freed = stock.freed_flats(tx, looked_at)
        if holds.offer_of(tx, *mine) is None:
            for flat_id in [flat_id for flat_id, since in freed if looked_at < since < now][:1]:
                self._offer(tx, flat_id, waiter, now)
        return Outcome("joined", {"place": {"number": place}})

    def _decline(self, acting: Acting) -> Outcome:
        """Let the next have what is offered; a place that led to no offer yet is kept."""
        tx, contact_id, frame = acting.tx, acting.contact_id, acting.do.frame
        holds.lock_stock(tx)
        if holds.offer_of(tx, contact_id, frame) is not None:
            self.leave(tx, contact_id, frame, waiting.LEFT, acting.now)
        return Outcome("declined")

    # whenever something becomes free

    def hand_out(self, tx: Transaction, now: datetime) -> int:
        """Offer what is free to those who waited before it was, both in their order; how many."""
        holds.lock_stock(tx)
        offered = 0
        for flat_id, since in self._freed(tx):
            waiter = waiting.first_for(tx, flat_id, since)
            if waiter is not None and self._offer(tx, flat_id, waiter, now):
                offered += 1
        return offered

    def has_some(self, tx: Transaction) -> bool:
        """Whether there is something to hand out."""
        return any(waiting.first_for(tx, *freed) is not None for freed in self._freed(tx))

    def _freed(self, tx: Transaction) -> list[tuple[str, datetime]]:
        since = waiting.waits_since(tx)
        return [] if since is None else stock.freed_flats(tx, since)

    def _offer(self, tx: Transaction, flat_id: str, waiter: Waiter, now: datetime) -> bool:
        until = now + self._lasts
        to = (waiter.contact_id, waiter.frame)
        offer = holds.keep(tx, holds.OFFERED, flat_id, *to, now, until)
        if offer is None:
            return False
        waiting.note_offer(tx, waiter.id)
        self._timeline.tell_of(tx, *to, Happening.OFFERED, "", now, flat_id)
        facts: dict[str, Fact] = {"until": {"moment": until.isoformat()}}
        self._tell(tx, offer, "offered", facts, now)
        return True

    def leave(
        self, tx: Transaction, contact_id: int, frame: int, place: str, now: datetime
    ) -> None:
        """End a frame's place as `place`, and its offer: the flat goes to the next."""
        waiting.end_place(tx, contact_id, frame, place, now)
        offer = holds.offer_of(tx, contact_id, frame)
        if offer is not None and holds.end_hold(tx, offer, holds.DECLINED, now):
            ended = (Happening.OFFER_ENDED, "", now, offer.flat_id)
            self._timeline.tell_of(tx, contact_id, frame, *ended)
            self.hand_out(tx, now)

    def end_offer(
        self, tx: Transaction, offer: Hold, state: str, place: str, now: datetime
    ) -> bool:
        """End an offer and the place that led to it, and tell its contact; False if it is over."""
        if not holds.end_hold(tx, offer, state, now):
            return False
        mine = (offer.contact_id, offer.frame)
        waiting.end_place(tx, *mine, place, now)
        self._timeline.tell_of(tx, *mine, Happening.OFFER_ENDED, "", now, offer.flat_id)
        self._tell(tx, offer, "over", {}, now)
        return True

    def _tell(
        self, tx: Transaction, offer: Hold, outcome: str, facts: dict[str, Fact], now: datetime
    ) -> None:
        named = {"flat": title(stock.flat(tx, offer.flat_id)), **facts}
        event = Event("waiting_list", offer.frame, outcome, named)
        key = f"offer:{offer.id}:{outcome}"
        self._letterbox.leave(tx, "clock", key, offer.contact_id, event, now)

    # staff

    def take_off(self, tx: Transaction, waiter_id: int, reason: str, now: datetime) -> Became:
        """Take somebody off the list and tell them why; an offer has to be released instead."""
        waiter = waiting.take_off(tx, waiter_id, now)
        if waiter is None:
            return Became.NOT_OPEN
        event = Event("waiting_list", waiter.frame, "over", {"reason": reason})
        self._letterbox.leave(tx, "staff", f"place:{waiter.id}", waiter.contact_id, event, now)
        return Became.DONE


def _looked_at(acting: Acting) -> datetime:
    """When the contact last answered something before this, so knew what was free."""
    answers = acting.do.answers.values()
    answered = [answer.when for answer in answers if answer.who == CONTACT]
    return max(answered[:-1], default=acting.now)

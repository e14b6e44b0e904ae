"""Deposits, first form: an order, a bank transfer, a receipt, confirmed or refunded by staff."""

from datetime import datetime, timedelta

import msgspec

from bot.engine.model import Event, Fact, Notice
from bot.services.action import Acting, Action, Outcome
from bot.services.became import Became
from bot.services.books import Books
from bot.services.case_answers import document_ids
from bot.services.flats import title
from bot.services.letterbox import Letterbox
from bot.services.reference import Draw, new_reference
from bot.services.stock import CONTACT, FEN
from bot.services.waiting import WaitingList
from bot.store import deposits, holds, ledger, stock
from bot.store.cases import case_of
from bot.store.database import Transaction
from bot.store.deposits import Deposit
from bot.store.documents import assign

PREFIX = "D"
REFUSED_LASTS = timedelta(days=1)
"""How long a hold lasts at least once a payment was not found: a night to ask one's bank."""
CONFIRMABLE = (deposits.ORDERED, deposits.REPORTED)
TOO_LATE = (deposits.EXPIRED, deposits.CANCELLED)
"""States in which money may still arrive, to be sent back."""


class Deposits:
    """The life of a deposit."""

    def __init__(
        self, letterbox: Letterbox, books: Books, waiting_list: WaitingList, draw: Draw
    ) -> None:
        self._letterbox = letterbox
        self._books = books
        self._waiting_list = waiting_list
        self._draw = draw

    def actions(self) -> tuple[Action, ...]:
        """The actions a flow may name."""
        shown = ("reference", "amount", "payee", "bank", "account", "until", "operator")
        return (
            Action("order_deposit", ("ordered",), self._order, shown, ("hold",)),
            Action("keep_receipt", ("kept",), self._keep, (), ("receipt", "deposit")),
        )

    def _order(self, acting: Acting) -> Outcome:
        """Order the deposit of a hold; a hold has one order however often it is asked for."""
        tx, now = acting.tx, acting.now
        hold = holds.find_hold(tx, acting.do.arguments["hold"]["facts"]["hold"])
        assert hold is not None
        flat = stock.flat(tx, hold.flat_id)
        drawn = new_reference(PREFIX, self._draw)
        mine = (acting.contact_id, acting.do.frame)
        order = deposits.order(tx, drawn, hold.id, *mine, amount_fen(flat), now)
        if order.reference == drawn:
            self._books.enter(tx, order, deposits.ORDERED, CONTACT, now)
        payee = flat.building["payee"]
        facts: dict[str, Fact] = {
            "reference": order.reference,
            "amount": {"money": order.amount_fen},
            "payee": payee["name"],
            "bank": payee["bank"],
            "account": payee["account"],
            "until": {"moment": hold.expires_at.isoformat()},
            "operator": flat.building["operator"],
            "flat": title(flat),
        }
        return Outcome("ordered", facts)

    def _keep(self, acting: Acting) -> Outcome:
        """Note the receipt, or that the contact says the deposit is paid."""
        tx = acting.tx
        order = deposits.find_deposit(tx, acting.do.arguments["deposit"]["facts"]["reference"])
        receipt = acting.do.arguments["receipt"]
        as_json = msgspec.json.encode(receipt).decode()
        if order is not None and deposits.keep_receipt(tx, order.id, as_json):
            self._books.enter(tx, order, deposits.REPORTED, CONTACT, acting.now)
        case = case_of(tx, acting.contact_id, acting.do.frame)
        if case is not None:
            assign(tx, document_ids([receipt]), case.reference)
        return Outcome("kept")

    # staff: where `revision` is given, they decide about what they saw then

    def confirm(
        self, tx: Transaction, reference: str, by: str, now: datetime, revision: int | None = None
    ) -> Became:
        """Confirm that the money is there, once; the flat is let."""
        found = self._open(tx, reference, CONFIRMABLE, revision)
        if isinstance(found, Became):
            return found
        if not deposits.settle_deposit(tx, found, deposits.CONFIRMED, by, now):
            return Became.CHANGED
        holds.let(tx, found.hold_id)
        received = found.amount_fen
        self._books.enter(tx, found, ledger.CONFIRMED, by, now, amount_fen=received)
        self._tell(tx, found, "confirmed", {}, now)
        return Became.DONE

    def refuse(
        self,
        tx: Transaction,
        reference: str,
        by: str,
        reason: str,
        now: datetime,
        revision: int | None = None,
    ) -> Became:
        """Say that the money was not found: the contact is asked again and has a day to answer."""
        found = self._open(tx, reference, (deposits.REPORTED,), revision)
        if isinstance(found, Became):
            return found
        if not deposits.settle_deposit(tx, found, deposits.ORDERED, by, now):
            return Became.CHANGED
        holds.extend_hold(tx, found.hold_id, now + REFUSED_LASTS)
        self._books.enter(tx, found, "refused", by, now, words=reason)
        self._tell(tx, found, "refused", {"reason": reason}, now)
        return Became.DONE

    def refund(
        self,
        tx: Transaction,
        reference: str,
        by: str,
        reason: str,
        now: datetime,
        revision: int | None = None,
    ) -> Became:
        """Give back what was confirmed, or what came when the order was over; the flat is free."""
        holds.lock_stock(tx)
        found = self._open(tx, reference, (deposits.CONFIRMED, *TOO_LATE), revision)
        if isinstance(found, Became):
            return found
        if not deposits.settle_deposit(tx, found, deposits.REFUNDED, by, now):
            return Became.CHANGED
        paid = found.amount_fen
        if found.state in TOO_LATE:
            self._books.enter(tx, found, ledger.LATE, by, now, amount_fen=paid)
        self._books.enter(tx, found, ledger.REFUNDED, by, now, amount_fen=-paid, words=reason)
        self._end_lease(tx, found, now)
        facts: dict[str, Fact] = {
            "reference": reference,
            "amount": {"money": paid},
            "reason": reason,
        }
        notice = Notice("deposit_refunded", facts)
        key = f"deposit:{reference}:refunded"
        self._letterbox.leave(tx, "staff", key, found.contact_id, notice, now)
        return Became.DONE

    def _open(
        self, tx: Transaction, reference: str, states: tuple[str, ...], revision: int | None
    ) -> Deposit | Became:
        found = deposits.find_deposit(tx, reference)
        if found is not None and revision not in (None, found.revision):
            return Became.CHANGED
        return Became.NOT_OPEN if found is None or found.state not in states else found

    def _end_lease(self, tx: Transaction, order: Deposit, now: datetime) -> None:
        hold = holds.find_hold(tx, order.hold_id)
        if hold is not None and hold.state == holds.LET:
            holds.end_hold(tx, hold, holds.RELEASED, now)
            self._waiting_list.hand_out(tx, now)

    def _tell(
        self,
        tx: Transaction,
        order: Deposit,
        outcome: str,
        facts: dict[str, Fact],
        now: datetime,
    ) -> None:
        key = f"deposit:{order.reference}:{outcome}:{order.revision}"
        event = Event("deposit", order.frame, outcome, facts)
        self._letterbox.leave(tx, "staff", key, order.contact_id, event, now)


def amount_fen(flat: stock.Flat) -> int:
    """The deposit by the building's rule, in fen."""
    rule = flat.building["deposit"]
    if "yuan" in rule:
        return int(rule["yuan"]) * FEN
    return int(rule["months_of_rent"]) * flat.rent_fen

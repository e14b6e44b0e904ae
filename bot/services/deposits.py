"""Deposits, first form: an order, a bank transfer, a receipt, confirmed by staff."""

from datetime import datetime, timedelta

import msgspec

from bot.engine.model import Event, Fact
from bot.services.action import Acting, Action, Outcome
from bot.services.cases import document_ids
from bot.services.letterbox import Letterbox
from bot.services.reference import Draw, new_reference
from bot.services.stock import FEN, title
from bot.store import deposits, stock
from bot.store.cases import case_of
from bot.store.database import Transaction
from bot.store.documents import assign

PREFIX = "D"
REFUSED_LASTS = timedelta(days=1)
"""How long a hold lasts at least once a payment was not found: a night to ask one's bank."""


class Deposits:
    """The life of a deposit."""

    def __init__(self, letterbox: Letterbox, draw: Draw) -> None:
        self._letterbox = letterbox
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
        tx = acting.tx
        hold = stock.get_hold(tx, acting.do.arguments["hold"]["facts"]["hold"])
        flat = stock.flat(tx, hold.flat_id)
        order = deposits.order(
            tx,
            new_reference(PREFIX, self._draw),
            hold.id,
            acting.contact_id,
            acting.do.frame,
            amount_fen(flat),
            acting.now,
        )
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
        reference = acting.do.arguments["deposit"]["facts"]["reference"]
        receipt = acting.do.arguments["receipt"]
        deposits.keep_receipt(acting.tx, reference, msgspec.json.encode(receipt).decode())
        case = case_of(acting.tx, acting.contact_id, acting.do.frame)
        if case is not None:
            assign(acting.tx, document_ids([receipt]), case.reference)
        return Outcome("kept")

    # staff

    def confirm(self, tx: Transaction, reference: str, by: str, now: datetime) -> bool:
        """Confirm that the money is there; False when it is confirmed already or not open."""
        order = deposits.find_deposit(tx, reference)
        open_states = (deposits.ORDERED, deposits.REPORTED)
        if order is None or not deposits.settle_deposit(
            tx, order.id, open_states, deposits.CONFIRMED, by, now
        ):
            return False
        stock.change_hold(tx, order.hold_id, stock.HELD, stock.LET)
        self._tell(tx, order, "confirmed", {}, now, f"deposit:{reference}:confirmed")
        return True

    def refuse(self, tx: Transaction, reference: str, by: str, reason: str, now: datetime) -> bool:
        """Say that the money was not found: the contact is asked again and has a day to answer."""
        order = deposits.find_deposit(tx, reference)
        if order is None or not deposits.settle_deposit(
            tx, order.id, (deposits.REPORTED,), deposits.ORDERED, by, now
        ):
            return False
        stock.extend_hold(tx, order.hold_id, now + REFUSED_LASTS)
        key = f"deposit:{reference}:refused:{now.timestamp():.0f}"
        self._tell(tx, order, "refused", {"reason": reason}, now, key)
        return True

    def _tell(
        self,
        tx: Transaction,
        order: deposits.Deposit,
        outcome: str,
        facts: dict[str, Fact],
        now: datetime,
        key: str,
    ) -> None:
        event = Event("deposit", order.frame, outcome, facts)
        self._letterbox.leave(tx, "staff", key, order.contact_id, event, now)


def amount_fen(flat: stock.Flat) -> int:
    """The deposit by the building's rule, in fen."""
    rule = flat.building["deposit"]
    if "yuan" in rule:
        return int(rule["yuan"]) * FEN
    return int(rule["months_of_rent"]) * flat.rent_fen

"""Deposits: orders to pay, in integer fen, each confirmed at most once."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select, update

from bot.store.database import Transaction, insert_new
from bot.store.tables import deposits

ORDERED, REPORTED, CONFIRMED, EXPIRED, CANCELLED = (
    "ordered",
    "reported",
    "confirmed",
    "expired",
    "cancelled",
)


@dataclass(frozen=True, slots=True)
class Deposit:
    """A deposit order as it is kept."""

    id: int
    reference: str
    hold_id: int
    contact_id: int
    frame: int
    amount_fen: int
    state: str


_deposit = (
    deposits.c.id,
    deposits.c.reference,
    deposits.c.hold_id,
    deposits.c.contact_id,
    deposits.c.frame,
    deposits.c.amount_fen,
    deposits.c.state,
)


def order(
    tx: Transaction,
    reference: str,
    hold_id: int,
    contact_id: int,
    frame: int,
    amount_fen: int,
    now: datetime,
) -> Deposit:
    """Order the deposit of a hold; ordered again it is the same order."""
    values = {
        "reference": reference,
        "hold_id": hold_id,
        "contact_id": contact_id,
        "frame": frame,
        "amount_fen": amount_fen,
        "state": ORDERED,
        "ordered_at": now,
    }
    tx.execute(insert_new(tx, deposits).values(values))
    row = tx.execute(select(*_deposit).where(deposits.c.hold_id == hold_id)).one()
    return Deposit(*row)


def find_deposit(tx: Transaction, reference: str) -> Deposit | None:
    """The deposit of a reference."""
    row = tx.execute(select(*_deposit).where(deposits.c.reference == reference)).one_or_none()
    return Deposit(*row) if row else None


def deposit_of(tx: Transaction, hold_id: int) -> Deposit | None:
    """The deposit of a hold."""
    row = tx.execute(select(*_deposit).where(deposits.c.hold_id == hold_id)).one_or_none()
    return Deposit(*row) if row else None


def keep_receipt(tx: Transaction, reference: str, receipt: str) -> bool:
    """Note that the contact says the deposit is paid; `receipt` names the documents, as JSON."""
    claimed = (
        update(deposits)
        .where(deposits.c.reference == reference, deposits.c.state.in_((ORDERED, REPORTED)))
        .values(state=REPORTED, receipt=receipt)
    )
    return tx.execute(claimed).rowcount == 1


def settle_deposit(
    tx: Transaction, deposit_id: int, old: tuple[str, ...], new: str, by: str, now: datetime
) -> bool:
    """Move a deposit on from one of `old`; False when it is in none of them any more."""
    settled = (
        update(deposits)
        .where(deposits.c.id == deposit_id, deposits.c.state.in_(old))
        .values(state=new, decided_at=now, decided_by=by)
    )
    return tx.execute(settled).rowcount == 1


def list_deposits(tx: Transaction, states: tuple[str, ...], limit: int) -> list[Deposit]:
    """Deposits in these states, the oldest first."""
    chosen = select(*_deposit).where(deposits.c.state.in_(states)).order_by(deposits.c.id)
    return [Deposit(*row) for row in tx.execute(chosen.limit(limit))]

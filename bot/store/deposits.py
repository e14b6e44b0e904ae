"""Deposits: orders to pay, in integer fen, each confirmed at most once."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select, update

from bot.store.database import Transaction, insert_new
from bot.store.tables import deposits, holds

ORDERED, REPORTED, CONFIRMED, REFUNDED, EXPIRED, CANCELLED = (
    "ordered",
    "reported",
    "confirmed",
    "refunded",
    "expired",
    "cancelled",
)


@dataclass(frozen=True, slots=True)
class Deposit:
    """A deposit order as it is kept; every change raises `revision`."""

    id: int
    reference: str
    hold_id: int
    flat_id: str
    contact_id: int
    frame: int
    amount_fen: int
    state: str
    revision: int


_deposit = select(
    deposits.c.id,
    deposits.c.reference,
    deposits.c.hold_id,
    holds.c.flat_id,
    deposits.c.contact_id,
    deposits.c.frame,
    deposits.c.amount_fen,
    deposits.c.state,
    deposits.c.revision,
).join(holds, holds.c.id == deposits.c.hold_id)


def order(
    tx: Transaction,
    reference: str,
    hold_id: int,
    contact_id: int,
    frame: int,
    amount_fen: int,
    now: datetime,
) -> Deposit:
    """Order the deposit of a hold; ordered again it is the same order, with its own reference."""
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
    return Deposit(*tx.execute(_deposit.where(deposits.c.hold_id == hold_id)).one())


def find_deposit(tx: Transaction, reference: str) -> Deposit | None:
    """The deposit of a reference."""
    row = tx.execute(_deposit.where(deposits.c.reference == reference)).one_or_none()
    return Deposit(*row) if row else None


def deposit_of(tx: Transaction, hold_id: int) -> Deposit | None:
    """The deposit of a hold."""
    row = tx.execute(_deposit.where(deposits.c.hold_id == hold_id)).one_or_none()
    return Deposit(*row) if row else None


def keep_receipt(tx: Transaction, deposit_id: int, receipt: str) -> bool:
    """Note that the contact says the deposit is paid; `receipt` names the documents, as JSON."""
    claimed = (
        update(deposits)
        .where(deposits.c.id == deposit_id, deposits.c.state.in_((ORDERED, REPORTED)))
        .values(state=REPORTED, receipt=receipt, revision=deposits.c.revision + 1)
    )
    return tx.execute(claimed).rowcount == 1


def settle_deposit(tx: Transaction, known: Deposit, new: str, by: str, now: datetime) -> bool:
    """Move a deposit on from the state it was read in; False when it has changed since."""
    settled = (
        update(deposits)
        .where(deposits.c.id == known.id, deposits.c.revision == known.revision)
        .values(state=new, decided_at=now, decided_by=by, revision=known.revision + 1)
    )
    return tx.execute(settled).rowcount == 1


def list_deposits(tx: Transaction, states: tuple[str, ...], limit: int) -> list[Deposit]:
    """Deposits in these states, the oldest first."""
    chosen = _deposit.where(deposits.c.state.in_(states)).order_by(deposits.c.id)
    return [Deposit(*row) for row in tx.execute(chosen.limit(limit))]

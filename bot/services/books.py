"""Keep the ledger: each change of a deposit is a line, its reason sealed."""

from datetime import datetime

from bot.services.timeline import Happening, Timeline
from bot.store import deposits, ledger
from bot.store.database import Transaction
from bot.store.deposits import Deposit
from bot.store.ledger import Line
from bot.store.seal import Sealer

HAPPENINGS = {
    deposits.ORDERED: Happening.DEPOSIT_ORDERED,
    deposits.REPORTED: Happening.RECEIPT,
    deposits.CONFIRMED: Happening.DEPOSIT_CONFIRMED,
    "refused": Happening.DEPOSIT_REFUSED,
    deposits.REFUNDED: Happening.DEPOSIT_REFUNDED,
}
"""Which lines the timeline of the case tells of; the others end with a hold, of which it tells."""


class Books:
    """Writes lines, and reads what was said in them."""

    def __init__(self, sealer: Sealer, timeline: Timeline) -> None:
        self._sealer = sealer
        self._timeline = timeline

    def enter(
        self,
        tx: Transaction,
        order: Deposit,
        kind: str,
        who: str,
        now: datetime,
        *,
        amount_fen: int = 0,
        words: str = "",
    ) -> None:
        """Write a line about a deposit; only what was received or refunded has an amount."""
        about = _about(order.reference, kind, now)
        sealed = self._sealer.seal(words.encode(), about) if words else None
        line = Line(now, order.reference, kind, amount_fen, order.flat_id, who, sealed)
        ledger.write(tx, line)
        if kind in HAPPENINGS:
            case = (order.contact_id, order.frame)
            self._timeline.tell_of(tx, *case, HAPPENINGS[kind], who, now, words)

    def words(self, line: Line) -> str:
        """What was said in a line; empty when nothing was."""
        if line.words is None:
            return ""
        about = _about(line.reference, line.kind, line.at)
        return self._sealer.open(line.words, about).decode()


def _about(reference: str, kind: str, at: datetime) -> str:
    return f"ledger:{reference}:{kind}:{round(at.timestamp() * 1_000_000)}"

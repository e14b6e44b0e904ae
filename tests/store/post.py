"""An outbox under test."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from functools import partial

from bot.store.contacts import contact_ids
from bot.store.database import Database, Transaction
from bot.store.outbox import (
    Claimed,
    OutboxRow,
    Settled,
    add_to_outbox,
    claim,
    claim_lanes,
    next_due,
    settle,
)
from bot.store.turns import InboxRow, add_to_inbox
from tests.runner.lodge import MORNING
from tests.toy_channel import TOY

LEASE = timedelta(seconds=60)
SOON = timedelta(seconds=2)
ANA, BO = "ana", "bo"


class Post:
    """Leaves, claims and settles messages of the toy channel, or of another one."""

    def __init__(self, database: Database, channel: str = TOY) -> None:
        self.channel = channel
        self.database = database
        self.at = MORNING
        self._counts: dict[str, int] = {}

    def leave(self, *addresses: str) -> None:
        """Leave one message to each address."""
        for address in addresses:
            n = self._counts[address] = self._counts.get(address, 0) + 1
            self.database.transact(partial(self._leave, address=address, n=n))

    def _leave(self, tx: Transaction, address: str, n: int) -> None:
        contact = contact_ids(tx, {(self.channel, address): ""}, self.at)[self.channel, address]
        row = InboxRow(self.channel, f"{address}:{n}", contact, b"", self.at, self.at)
        (inbox_id,) = add_to_inbox(tx, [row]).values()
        text = f"{address} {n}".encode()
        add_to_outbox(tx, [OutboxRow(contact, inbox_id, self.channel, n, text, self.at, self.at)])

    def claim(self, worker: str = "here", limit: int = 99) -> list[Claimed]:
        return self.database.transact(lambda tx: claim(tx, worker, self.at, LEASE, limit, [TOY]))

    def claim_lanes(self, *contacts: int, worker: str = "here") -> list[Claimed]:
        return self.database.transact(lambda tx: claim_lanes(tx, worker, contacts, self.at, LEASE))

    def contact(self, address: str) -> int:
        where = (self.channel, address)
        return self.database.transact(lambda tx: contact_ids(tx, {where: ""}, self.at)[where])

    def settle(self, *settled: Settled, worker: str = "here") -> None:
        self.database.transact(lambda tx: settle(tx, worker, settled, self.at))

    def next_due(self) -> datetime | None:
        return self.database.look(lambda tx: next_due(tx, [TOY]))


def texts(claimed: Sequence[Claimed]) -> list[str]:
    return [one.message.decode() for one in claimed]


def sent(*claimed: Claimed) -> list[Settled]:
    return [Settled(one.contact_id, one.n, sent=True) for one in claimed]


def later(one: Claimed, at: datetime) -> Settled:
    return Settled(one.contact_id, one.n, due_at=at, problem="status 500")

"""Leave what a group says in the outbox: sealed, and claimed where it can go out at once."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Protocol

import msgspec

from bot.channels.channel import Channel
from bot.engine.model import Message
from bot.runner.lane import LEASE
from bot.runner.receive import NOW, Due
from bot.store.database import Transaction
from bot.store.outbox import Claimed, OutboxRow, add_to_outbox, unsent
from bot.store.seal import Sealer

_write = msgspec.json.Encoder().encode


class Courier(Protocol):
    """Who sends what is left in the outbox."""

    @property
    def worker(self) -> str:
        """The name it claims under."""

    def room(self) -> int:
        """How many messages it can take on now."""


@dataclass(slots=True)
class Post:
    """The messages of one group. A contact who is `busy` has earlier ones that are not sent yet."""

    sealer: Sealer
    channels: Mapping[str, Channel]
    courier: Courier
    now: datetime
    room: int = field(init=False)
    busy: set[int] = field(default_factory=set)
    rows: list[OutboxRow] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.room = self.courier.room()

    def look(self, tx: Transaction, contact_ids: Iterable[int]) -> None:
        """Find out for whom messages wait already."""
        self.busy |= unsent(tx, contact_ids)

    def pushes(self, channel: str) -> bool:
        """Whether messages have to be sent there; one that only others have is no page of ours."""
        return channel not in self.channels or self.channels[channel].pushes

    def leave(
        self, due: Due, messages: Sequence[tuple[str, Message]], first: int
    ) -> tuple[Claimed, ...]:
        """Leave messages, each for a channel, numbered from `first`; those claimed to be sent."""
        channels = {channel for channel, _ in messages}
        goes_out = self._goes_out(due, channels, len(messages))
        rows = [
            self._row(due, channel, n, message, goes_out=goes_out)
            for n, (channel, message) in enumerate(messages, first)
        ]
        self.rows += rows
        if any(row.due_at is not None for row in rows):
            self.busy.add(due.contact_id)
        if not goes_out:
            return ()
        self.room -= len(rows)
        until = self.now + LEASE
        return tuple(
            Claimed(
                row.contact_id, row.n, row.channel, due.address, row.message, until, opened=message
            )
            for row, (_, message) in zip(rows, messages, strict=True)
        )

    def keep(self, tx: Transaction) -> None:
        """Keep all that was left."""
        add_to_outbox(tx, self.rows)

    def _goes_out(self, due: Due, channels: set[str], count: int) -> bool:
        """Whether these may be sent right after the commit: by us, behind none, without asking
        the ledger."""
        if not due.address or channels != {due.channel} or due.contact_id in self.busy:
            return False
        channel = self.channels.get(due.channel)
        if channel is None or not channel.pushes or count > self.room:
            return False
        return due.answered_here > NOW or not channel.is_metered

    def _row(
        self, due: Due, channel: str, n: int, message: Message, *, goes_out: bool
    ) -> OutboxRow:
        sealed = self.sealer.seal(_write(message), f"outbox:{due.contact_id}:{n}")
        left = (due.contact_id, due.inbox_id, channel, n, sealed, self.now)
        if goes_out:
            return OutboxRow(*left, self.now + LEASE, self.courier.worker)
        return OutboxRow(*left, self.now + due.answered_here if self.pushes(channel) else None)

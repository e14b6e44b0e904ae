"""Read back what was said on both sides: opened, in order, for the contact's own page."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime

import msgspec

from bot.channels.channel import LAST
from bot.engine.model import Input, Message
from bot.store.database import Database, Transaction
from bot.store.history import (
    Line,
    find_contact,
    find_message,
    known_contact,
    lines_after,
    lines_before,
)
from bot.store.seal import Sealer

LATEST = 2**31 - 1
"""A message number past all others."""

_read_message = msgspec.json.Decoder(Message).decode
_read_input = msgspec.json.Decoder(Input).decode


@dataclass(frozen=True, slots=True)
class Spoken:
    """The contact's `n`th message, and the input it answers."""

    n: int
    message: Message
    made_at: datetime
    inbox_id: int
    input: Input
    received_at: datetime


class Reader:
    """Reads conversations back."""

    def __init__(self, database: Database, sealer: Sealer) -> None:
        self._database = database
        self._sealer = sealer

    async def contact(self, channel: str, address: str) -> tuple[int, str] | None:
        """A contact's id and language, if this address has ever written."""
        return await self._database.read(lambda tx: find_contact(tx, channel, address))

    async def known(self, contact_id: int) -> tuple[int, str] | None:
        """A contact's id and language by its id, if it is still there."""
        return await self._database.read(lambda tx: known_contact(tx, contact_id))

    async def after(self, contact_id: int, n: int, limit: int, channel: str) -> list[Spoken]:
        """The messages on a channel after the `n`th."""
        return await self._read(
            lambda tx: lines_after(tx, contact_id, n, limit, channel), contact_id
        )

    async def before(
        self, contact_id: int, n: int, limit: int, channel: str, since: int = 0
    ) -> list[Spoken]:
        """The last messages on a channel before the `n`th, but after the `since`th."""
        return await self._read(
            lambda tx: lines_before(tx, contact_id, n, limit, channel, since), contact_id
        )

    async def message(self, channel: str, address: str, n: int) -> Message | None:
        """A contact's `n`th message, or the `LAST` one, by the contact's address."""
        wanted = None if n == LAST else n
        found = await self._database.read(lambda tx: find_message(tx, channel, address, wanted))
        if found is None:
            return None
        contact_id, n, sealed = found
        return _read_message(self._sealer.open(sealed, f"outbox:{contact_id}:{n}"))

    async def _read(
        self, work: Callable[[Transaction], Sequence[Line]], contact_id: int
    ) -> list[Spoken]:
        lines = await self._database.read(work)
        return [self._open(line, contact_id) for line in lines]

    def _open(self, line: Line, contact_id: int) -> Spoken:
        given = self._sealer.open(line.input, f"inbox:{line.origin}:{line.update_id}")
        said = self._sealer.open(line.message, f"outbox:{contact_id}:{line.n}")
        return Spoken(
            n=line.n,
            message=_read_message(said),
            made_at=line.made_at,
            inbox_id=line.inbox_id,
            input=_read_input(given),
            received_at=line.received_at,
        )

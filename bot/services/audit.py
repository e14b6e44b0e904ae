"""Writes the audit log, in the transaction of what it tells of."""

import hmac
from dataclasses import dataclass
from datetime import datetime

import msgspec

from bot.store.audit import unsound, write_entry
from bot.store.database import Transaction
from bot.store.seal import Sealer

PURPOSE = b"audit"


@dataclass(frozen=True, slots=True)
class Actor:
    """Who does something: a member of staff with their role, or somebody at the command line."""

    name: str
    role: str


class AuditLog:
    """What staff looked at and did: searched by them, changed by nobody."""

    def __init__(self, sealer: Sealer) -> None:
        self._sealer = sealer

    def write(
        self,
        tx: Transaction,
        actor: Actor,
        action: str,
        about: str,
        now: datetime,
        **details: object,
    ) -> None:
        """Add an entry. `about` names a thing (`case A-…`), `details` old and new values; neither
        may say anything personal of an applicant, since nothing is ever deleted here."""
        said = msgspec.json.encode(details).decode() if details else ""
        values = (now, actor.name, actor.role, action, about[:64], said)
        write_entry(tx, lambda content: self._sealer.digests(PURPOSE, content)[0], values)

    def unsound(self, tx: Transaction) -> list[int]:
        """The ids of entries that do not fit: they or the one before were changed or deleted."""
        return list(unsound(tx, self._is_ours))

    def _is_ours(self, content: bytes, seal: bytes) -> bool:
        made = self._sealer.digests(PURPOSE, content)
        return any(hmac.compare_digest(one, seal) for one in made)

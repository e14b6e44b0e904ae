"""Leave what others than the contact did in the contact's inbox, for their next turn."""

from datetime import datetime

import msgspec

from bot.engine.model import AskedAgain, Event, Notice, Uploaded, Woken
from bot.store.database import Transaction
from bot.store.seal import Sealer
from bot.store.turns import leave_input


class Letterbox:
    """Seals inputs and leaves them; each is left once under its key."""

    def __init__(self, sealer: Sealer) -> None:
        self._sealer = sealer

    def leave(
        self,
        tx: Transaction,
        origin: str,
        key: str,
        contact_id: int,
        given: Event | AskedAgain | Notice | Uploaded | Woken,
        now: datetime,
    ) -> bool:
        """Leave an input of `origin` (such as staff) under `key`; False when it was left before."""
        sealed = self._sealer.seal(msgspec.json.encode(given), f"inbox:{origin}:{key}")
        return leave_input(tx, origin, key, contact_id, sealed, now)

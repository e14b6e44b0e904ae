"""What time brings: wakes, holds that run out, inputs that other processes left."""

import asyncio
import logging
from collections.abc import Callable
from datetime import datetime, timedelta

import msgspec

from bot.engine.model import Conversation, Wake, Woken
from bot.runner.converse import Converser
from bot.services.letterbox import Letterbox
from bot.services.retention import Purge
from bot.services.services import Services
from bot.store.database import Database, Transaction
from bot.store.seal import Sealer, Unsealable
from bot.store.turns import due_wakes, set_wake

log = logging.getLogger(__name__)

TICK_SECONDS = 1.0
"""How late a wake may ring, and how long an input left by a command waits."""
WAKES = 200
"""Wakes rung in one transaction: a second's worth of turns."""

PURGE_EVERY = timedelta(minutes=10)
"""How often old data is looked for: it is promised to the day."""

_read = msgspec.json.Decoder(Conversation).decode


class Clock:
    """Rings once a second. All it does is leave inputs in the inbox, each once."""

    def __init__(
        self,
        database: Database,
        converser: Converser,
        services: Services,
        purge: Purge,
        sealer: Sealer,
        now: Callable[[], datetime],
    ) -> None:
        self._database = database
        self._converser = converser
        self._stock = services.stock
        self._events = services.events
        self._purge = purge
        self._purge_at = now()
        self._sealer = sealer
        self._letterbox = Letterbox(sealer)
        self._now = now

    async def run(self) -> None:
        """Work until cancelled."""
        while True:
            try:
                await self.tick()
            except Exception as error:
                log.error("clock failed", extra={"fault": type(error).__name__}, exc_info=error)
            await asyncio.sleep(TICK_SECONDS)

    async def tick(self) -> None:
        """Do everything that is due now; a purge that fails is tried again at its next time."""
        if self._now() >= self._purge_at:
            self._purge_at = self._now() + PURGE_EVERY
            await self._database.write(lambda tx: self._purge.run(tx, self._now()))
            await self._database.write(lambda tx: self._events.forget_past(tx, self._now()))
        if await self._database.read(lambda tx: bool(due_wakes(tx, self._now(), 1))):
            await self._database.write(self._ring)
        if await self._database.read(lambda tx: self._stock.has_due(tx, self._now())):
            await self._database.write(lambda tx: self._stock.expire(tx, self._now()))
        if await self._database.read(lambda tx: self._events.has_due(tx, self._now())):
            await self._database.write(lambda tx: self._events.ring(tx, self._now()))
        while await self._converser.take_undone():
            continue

    def _ring(self, tx: Transaction) -> None:
        now = self._now()
        for contact_id, sealed in due_wakes(tx, now, WAKES).items():
            later = []
            for wake in self._wakes(contact_id, sealed):
                if wake.at > now:
                    later.append(wake.at)
                    continue
                key = f"{contact_id}:{wake.name}:{wake.frame}:{wake.turn}"
                given = Woken(wake.name, wake.frame, wake.turn)
                self._letterbox.leave(tx, "clock", key, contact_id, given, now)
            set_wake(tx, contact_id, min(later, default=None))

    def _wakes(self, contact_id: int, sealed: bytes) -> tuple[Wake, ...]:
        """A conversation's wakes; none when it does not open, which must not stop all others."""
        try:
            return _read(self._sealer.open(sealed, f"conversation:{contact_id}")).wakes
        except Unsealable:
            log.error("conversation does not open", extra={"contact": contact_id})
            return ()

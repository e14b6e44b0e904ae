"""Deliver the outbox: claim, send, settle, until nothing is due."""

import asyncio
import contextlib
import logging
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from itertools import groupby

import msgspec

from bot.channels.channel import Channel, SendError
from bot.engine.model import Message
from bot.runner.group import Taken
from bot.store.database import Database, Transaction, Unavailable
from bot.store.outbox import Claimed, Settled, claim, next_due, release, settle
from bot.store.seal import Sealer

log = logging.getLogger(__name__)

SEND_SECONDS = 30
"""Longest time one send may take."""
LEASE = timedelta(seconds=60)
"""How long a claim lasts; a send that could outlast it is not begun, so no live one is repeated."""
IN_FLIGHT = 32
"""Messages being sent at once: enough to keep a platform busy, few enough for its connections."""
SETTLE_SECONDS = 0.02
"""How long a message that was sent may wait for others to be marked in the same transaction."""
POLL_SECONDS = 1.0
"""How long a message due later, or left by another process, may wait to be noticed."""
FIRST_RETRY = timedelta(seconds=2)
LONGEST_RETRY = timedelta(minutes=10)
ATTEMPTS = 12
"""Attempts until a message is given up: some forty minutes with the delays above."""

_read = msgspec.json.Decoder(Message).decode


class Deliverer:
    """Sends what the outbox holds; several may share one database, each under its own name."""

    def __init__(
        self,
        database: Database,
        sealer: Sealer,
        channels: Mapping[str, Channel],
        worker: str,
        now: Callable[[], datetime],
    ) -> None:
        self._database = database
        self._sealer = sealer
        self._channels = channels
        self._worker = worker
        self._now = now
        self._wake = asyncio.Event()
        self._sending: set[asyncio.Task[None]] = set()
        self._settled: list[Settled] = []
        self._in_flight = 0
        self._settle_soon: asyncio.TimerHandle | None = None
        self._is_new = True
        self._stopping = False

    def nudge(self) -> None:
        """Look at the outbox now."""
        self._wake.set()

    async def run(self) -> None:
        """Work until cancelled; what was claimed under this name before is due again first."""
        has_work = True
        while True:
            if has_work:
                has_work = await self._round()
            if not has_work:
                has_work = await self._rest() or await self._is_due()

    async def finish(self) -> None:
        """Let the sends in flight end, keep what became of them and leave the rest to others."""
        self._stopping = True
        if self._sending:
            await asyncio.wait(self._sending)
        try:
            await self._database.write(self._let_go)
        except Unavailable as error:
            log.error("outbox out of reach", extra={"fault": str(error)})

    async def _is_due(self) -> bool:
        """Whether something fell due unnoticed; reading takes no lock from those who write."""
        try:
            first = await self._database.read(next_due)
        except Unavailable:
            return False
        return first is not None and first <= self._now()

    async def _rest(self) -> bool:
        """Wait for a nudge, but not for ever; True when there was one."""
        # Not wait_for: before Python 3.12 it loses a cancellation that comes with the wake.
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(POLL_SECONDS):
                await self._wake.wait()
        nudged = self._wake.is_set()
        self._wake.clear()
        return nudged

    async def _round(self) -> bool:
        """Settle what was sent and claim what is due, in one transaction; True if it was full."""
        room = IN_FLIGHT - self._in_flight
        settled, now = tuple(self._settled), self._now()
        if self._settle_soon is not None:
            self._settle_soon.cancel()
            self._settle_soon = None
        try:
            claimed = await self._database.write(lambda tx: self._exchange(tx, settled, room, now))
        except Exception as error:
            log.error("outbox out of reach", extra={"fault": type(error).__name__})
            await asyncio.sleep(POLL_SECONDS)
            return False
        # Only now: when the round is cancelled on the way, `finish` settles them again.
        del self._settled[: len(settled)]
        self._is_new = False
        for _, lane in groupby(sorted(claimed, key=_lane), key=lambda one: one.contact_id):
            self._start(list(lane), now + LEASE)
        return bool(claimed) and len(claimed) == room

    def _exchange(
        self, tx: Transaction, settled: Sequence[Settled], room: int, now: datetime
    ) -> list[Claimed]:
        if self._is_new:
            release(tx, self._worker, now)
        settle(tx, self._worker, settled, now)
        return claim(tx, self._worker, now, LEASE, room) if room > 0 else []

    def _let_go(self, tx: Transaction) -> None:
        settle(tx, self._worker, self._settled, self._now())
        release(tx, self._worker, self._now())

    def _start(self, lane: list[Claimed], until: datetime) -> None:
        self._in_flight += len(lane)
        task = asyncio.create_task(self._send_lane(lane, until))
        self._sending.add(task)
        task.add_done_callback(self._sending.discard)

    async def _send_lane(self, lane: list[Claimed], until: datetime) -> None:
        """Send one contact's messages in order; after a failure the rest waits with it."""
        results: list[Settled] = []
        last_start = until - timedelta(seconds=SEND_SECONDS)
        for row in lane:
            before = results[-1] if results else None
            if before is not None and before.due_at is not None:
                results.append(_untried(row, before.due_at))
            elif before is not None and (self._stopping or self._now() > last_start):
                results.append(_untried(row, self._now()))
            else:
                results.append(await self._send(row))
        was_full = self._in_flight >= IN_FLIGHT
        self._in_flight -= len(lane)
        self._settled.extend(results)
        if was_full or not self._in_flight:
            self._wake.set()
        elif self._settle_soon is None:
            # While others are being sent, what became of this lane can wait for theirs.
            loop = asyncio.get_running_loop()
            self._settle_soon = loop.call_later(SETTLE_SECONDS, self._wake.set)

    async def _send(self, row: Claimed) -> Settled:
        try:
            plain = self._sealer.open(row.message, f"outbox:{row.contact_id}:{row.n}")
            async with asyncio.timeout(SEND_SECONDS):
                await self._channels[row.channel].send(row.address, str(row.id), _read(plain))
        except SendError as error:
            return self._failed(row, error)
        except Exception as error:
            return self._failed(row, SendError(type(error).__name__))
        return Settled(row.id, row.contact_id, sent=True)

    def _failed(self, row: Claimed, error: SendError) -> Settled:
        given_up = error.permanent or error.gone or row.attempts >= ATTEMPTS
        facts = {"channel": row.channel, "attempts": row.attempts, "problem": str(error)}
        log.warning("message not sent", extra={**facts, "given_up": given_up})
        if given_up:
            return Settled(row.id, row.contact_id, problem=str(error), gone=error.gone)
        delay = error.retry_after or min(FIRST_RETRY * 2 ** (row.attempts - 1), LONGEST_RETRY)
        due_at = self._now() + delay
        return Settled(row.id, row.contact_id, due_at=due_at, problem=str(error))


def _untried(row: Claimed, due_at: datetime) -> Settled:
    return Settled(row.id, row.contact_id, due_at=due_at, tried=False)


def _lane(row: Claimed) -> tuple[int, int]:
    return (row.contact_id, row.id)


def nudging(deliverer: Deliverer) -> Callable[[Iterable[Taken]], None]:
    """A watcher that wakes the deliverer when a commit left something to send."""

    def nudge(taken: Iterable[Taken]) -> None:
        if any(one.pushes for one in taken):
            deliverer.nudge()

    return nudge

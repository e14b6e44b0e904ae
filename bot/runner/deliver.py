"""Deliver the outbox: claim, send, settle, until nothing is due."""

import asyncio
import contextlib
import logging
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import groupby

from bot.channels.channel import Channel
from bot.runner.lane import SEND_SECONDS, Lane, send_lane
from bot.runner.receive import Taken
from bot.store.allowances import purses
from bot.store.database import Database, Transaction, Unavailable
from bot.store.outbox import Claimed, Settled, claim, claim_lanes, next_due, release, settle
from bot.store.seal import Sealer

log = logging.getLogger(__name__)

LEASE = timedelta(seconds=60)
"""How long a claim lasts; a send that could outlast it is not begun, so no live one is repeated."""
IN_FLIGHT = 32
"""Messages being sent at once: enough to keep a platform busy, few enough for its connections."""
SETTLE_SECONDS = 0.02
"""How long a message that was sent may wait for others to be marked in the same transaction."""
POLL_SECONDS = 1.0
"""How long a message due later, or left by another process, may wait to be noticed."""


@dataclass(frozen=True, slots=True)
class _Wanted:
    """Somebody who can give a contact what waits for it at once: in the platform's request."""

    contact_id: int
    answer: asyncio.Future[Lane | None]


@dataclass(frozen=True, slots=True)
class _Round:
    """What one transaction has claimed: lanes to send, and those that were wanted."""

    due: list[Lane]
    wanted: dict[int, Lane]


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
        self._channels = {name: one for name, one in channels.items() if one.pushes}
        self._metered = {name for name, one in channels.items() if one.is_metered}
        self._worker = worker
        self._now = now
        self._wanted: list[_Wanted] = []
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

    async def claim_for(self, contact_id: int) -> Lane | None:
        """Claim all that waits for a contact, to be given to it here and now.

        None when there is nothing, or somebody is sending it already. Whoever gets a lane brings
        it back by `bring_back`, whatever became of it.
        """
        answer: asyncio.Future[Lane | None] = asyncio.get_running_loop().create_future()
        self._wanted.append(_Wanted(contact_id, answer))
        self._wake.set()
        return await answer

    def bring_back(self, lane: Lane) -> None:
        """Keep what became of a lane; what was not sent is due now."""
        lane.leave(self._now())
        self._keep(lane.settled)

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
        names = self._channels.keys()
        try:
            first = await self._database.read(lambda tx: next_due(tx, names))
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
        wanted, self._wanted = self._wanted, []
        contacts = {one.contact_id for one in wanted}
        if self._settle_soon is not None:
            self._settle_soon.cancel()
            self._settle_soon = None
        try:
            claimed = await self._database.write(
                lambda tx: self._exchange(tx, settled, room, contacts, now)
            )
        except Exception as error:
            log.error("outbox out of reach", extra={"fault": type(error).__name__})
            _disappoint(wanted)
            await asyncio.sleep(POLL_SECONDS)
            return False
        # Only now: when the round is cancelled on the way, `finish` settles them again.
        del self._settled[: len(settled)]
        self._is_new = False
        self._hand_out(wanted, claimed.wanted)
        for lane in claimed.due:
            self._start(lane, now + LEASE)
        return bool(claimed.due) and sum(len(lane.rows) for lane in claimed.due) >= room

    def _exchange(
        self,
        tx: Transaction,
        settled: Sequence[Settled],
        room: int,
        wanted: set[int],
        now: datetime,
    ) -> _Round:
        if self._is_new:
            release(tx, self._worker, now)
        settle(tx, self._worker, settled, now)
        given = claim_lanes(tx, self._worker, wanted, now, LEASE) if wanted else []
        channels = self._channels.keys()
        due = claim(tx, self._worker, now, LEASE, room, channels) if room > 0 else []
        counted = {row.contact_id for row in due if row.channel in self._metered}
        left = purses(tx, counted, now) if counted else {}
        lanes = [
            Lane(rows, left.get(contact, 0) if contact in counted else None, self._now)
            for contact, rows in _by_contact(due).items()
        ]
        return _Round(
            lanes, {c: Lane(rows, None, self._now) for c, rows in _by_contact(given).items()}
        )

    def _hand_out(self, wanted: Sequence[_Wanted], lanes: dict[int, Lane]) -> None:
        """Give lanes to those who wanted them; of two the first gets it, and who has left none."""
        for one in wanted:
            if not one.answer.done():
                one.answer.set_result(lanes.pop(one.contact_id, None))
        for lane in lanes.values():
            self.bring_back(lane)

    def _let_go(self, tx: Transaction) -> None:
        settle(tx, self._worker, self._settled, self._now())
        release(tx, self._worker, self._now())

    def _start(self, lane: Lane, until: datetime) -> None:
        self._in_flight += len(lane.rows)
        task = asyncio.create_task(self._send(lane, until))
        self._sending.add(task)
        task.add_done_callback(self._sending.discard)

    async def _send(self, lane: Lane, until: datetime) -> None:
        count = len(lane.rows)
        channel = self._channels[lane.rows[0].channel]
        last_start = until - timedelta(seconds=SEND_SECONDS)
        settled = await send_lane(lane, channel, self._sealer, last_start, self._is_stopping)
        was_full = self._in_flight >= IN_FLIGHT
        self._in_flight -= count
        self._keep(settled, at_once=was_full or not self._in_flight)

    def _is_stopping(self) -> bool:
        return self._stopping

    def _keep(self, settled: Sequence[Settled], *, at_once: bool = False) -> None:
        """Settle these soon: while others are being sent they can wait for what becomes of them."""
        self._settled.extend(settled)
        if at_once:
            self._wake.set()
        elif self._settle_soon is None:
            loop = asyncio.get_running_loop()
            self._settle_soon = loop.call_later(SETTLE_SECONDS, self._wake.set)


def _by_contact(claimed: Sequence[Claimed]) -> dict[int, list[Claimed]]:
    ordered = sorted(claimed, key=lambda row: (row.contact_id, row.id))
    return {c: list(rows) for c, rows in groupby(ordered, key=lambda row: row.contact_id)}


def _disappoint(wanted: Sequence[_Wanted]) -> None:
    for one in wanted:
        if not one.answer.done():
            one.answer.set_result(None)


def nudging(deliverer: Deliverer) -> Callable[[Iterable[Taken]], None]:
    """A watcher that wakes the deliverer when a commit left something to send."""

    def nudge(taken: Iterable[Taken]) -> None:
        if any(one.pushes for one in taken):
            deliverer.nudge()

    return nudge

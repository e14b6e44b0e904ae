"""Deliver the outbox: claim, send, settle, until nothing is due."""

import asyncio
import contextlib
import logging
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby

from bot.channels.channel import Channel
from bot.runner.lane import LEASE, Lane, send_lane
from bot.runner.receive import Taken
from bot.store.allowances import purses
from bot.store.database import Database, Transaction, Unavailable
from bot.store.outbox import Claimed, Settled, claim, claim_lanes, next_due, release, settle
from bot.store.seal import Sealer

log = logging.getLogger(__name__)

IN_FLIGHT = 64
"""Messages being sent at once: a whole group's, and fewer than a platform has connections."""
SETTLE_SECONDS = 0.02
"""How long what became of a message may wait for another transaction to be kept with."""
POLL_SECONDS = 1.0
"""How long a message due later, or left by another process, may wait to be noticed."""


@dataclass(frozen=True, slots=True)
class _Wanted:
    """Somebody who can give a contact what waits for it at once: in the platform's request."""

    contact_id: int
    answer: asyncio.Future[Lane | None]


@dataclass(frozen=True, slots=True)
class _Round:
    """What one transaction has done: how many were settled, the lanes to send and those given to
    who wanted them, and whether it found all there was."""

    settled: int
    due: list[Lane]
    wanted: Sequence[_Wanted]
    given: dict[int, Lane]
    is_full: bool


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
        self.worker = worker
        self._now = now
        self._wanted: list[_Wanted] = []
        self._wake = asyncio.Event()
        self._is_pressed = True
        self._sending: set[asyncio.Task[None]] = set()
        self._settled: list[Settled] = []
        self._in_flight = 0
        self._is_new = True
        self._stopping = False

    def nudge(self) -> None:
        """Look at the outbox now."""
        self._is_pressed = True
        self._wake.set()
        self._database.hurry()

    def room(self) -> int:
        """How many messages can be taken on now; none before those of an earlier life are freed."""
        return 0 if self._is_new or self._stopping else IN_FLIGHT - self._in_flight

    def take_over(self, taken: Iterable[Taken]) -> None:
        """A watcher of the converser: send what its commits left to be sent."""
        for one in taken:
            if one.pushes and one.claimed:
                self._start(self._lane(one))
            elif one.pushes:
                self.nudge()

    async def claim_for(self, taken: Taken) -> Lane | None:
        """All that waits for a contact, to be given to it here and now.

        None when there is nothing, or somebody is sending it already. Whoever gets a lane brings
        it back by `bring_back`, whatever became of it.
        """
        if taken.claimed:
            return self._lane(taken)
        answer: asyncio.Future[Lane | None] = asyncio.get_running_loop().create_future()
        self._wanted.append(_Wanted(taken.contact_id, answer))
        self.nudge()
        return await answer

    def _lane(self, taken: Taken) -> Lane:
        """What a turn said; nothing is counted where it was claimed there."""
        return Lane(list(taken.claimed), None, self._now)

    def bring_back(self, lane: Lane) -> None:
        """Keep what became of a lane; what was not sent is due now."""
        is_all_sent = not lane.rows
        lane.leave(self._now())
        self._keep(lane.so_far())
        if not is_all_sent:
            self.nudge()

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
        """Settle what was sent and claim what is due, in one transaction; True if there is more."""
        within = 0.0 if self._is_pressed else SETTLE_SECONDS
        self._is_pressed = False
        try:
            done = await self._database.write(self._exchange, within=within)
        except Exception as error:
            log.error("outbox out of reach", extra={"fault": type(error).__name__})
            self._disappoint()
            await asyncio.sleep(POLL_SECONDS)
            return False
        # Only now: when the round is cancelled on the way, `finish` settles them again.
        del self._settled[: done.settled]
        self._is_new = False
        self._hand_out(done)
        for lane in done.due:
            self._start(lane)
        return done.is_full

    def _exchange(self, tx: Transaction) -> _Round:
        """A round; what came up until its transaction began belongs to it."""
        settled, wanted = tuple(self._settled), tuple(self._wanted)
        room, now = IN_FLIGHT - self._in_flight, self._now()
        if self._is_new:
            release(tx, self.worker, now)
        settle(tx, self.worker, settled, now)
        contacts = {one.contact_id for one in wanted}
        given = claim_lanes(tx, self.worker, contacts, now, LEASE) if wanted else []
        names = self._channels.keys()
        due = claim(tx, self.worker, now, LEASE, room, names) if room > 0 else []
        counted = {row.contact_id for row in due if row.channel in self._metered}
        left = purses(tx, counted, now) if counted else {}
        lanes = [
            Lane(rows, left.get(contact, 0) if contact in counted else None, self._now)
            for contact, rows in _by_contact(due).items()
        ]
        theirs = {c: Lane(rows, None, self._now) for c, rows in _by_contact(given).items()}
        return _Round(len(settled), lanes, wanted, theirs, bool(due) and len(due) >= room)

    def _hand_out(self, done: _Round) -> None:
        """Give lanes to those who wanted them; of two the first gets it, and who has left none."""
        lanes = done.given
        for one in done.wanted:
            self._wanted.remove(one)
            if not one.answer.done():
                one.answer.set_result(lanes.pop(one.contact_id, None))
        for lane in lanes.values():
            self.bring_back(lane)

    def _disappoint(self) -> None:
        wanted, self._wanted = self._wanted, []
        for one in wanted:
            if not one.answer.done():
                one.answer.set_result(None)

    def _let_go(self, tx: Transaction) -> None:
        settle(tx, self.worker, self._settled, self._now())
        release(tx, self.worker, self._now())

    def _start(self, lane: Lane) -> None:
        self._in_flight += len(lane.rows)
        task = asyncio.create_task(self._send(lane))
        self._sending.add(task)
        task.add_done_callback(self._sending.discard)

    async def _send(self, lane: Lane) -> None:
        count = len(lane.rows)
        channel = self._channels[lane.channel]
        await send_lane(lane, channel, self._sealer, self._is_stopping, self._keep)
        was_full = self._in_flight >= IN_FLIGHT
        self._in_flight -= count
        if was_full:
            self.nudge()

    def _is_stopping(self) -> bool:
        return self._stopping

    def _keep(self, settled: Sequence[Settled]) -> None:
        """Settle these with the next transaction, or soon."""
        if settled:
            self._settled.extend(settled)
            self._wake.set()


def _by_contact(claimed: Sequence[Claimed]) -> dict[int, list[Claimed]]:
    ordered = sorted(claimed, key=lambda row: (row.contact_id, row.n))
    return {c: list(rows) for c, rows in groupby(ordered, key=lambda row: row.contact_id)}

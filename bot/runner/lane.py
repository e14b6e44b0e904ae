"""Send one contact's messages in order, and say what became of each."""

import asyncio
import logging
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Any

import msgspec

from bot.channels.channel import Channel, Outgoing, Parcel, SendError
from bot.engine.model import Message
from bot.store.outbox import Claimed, Settled
from bot.store.seal import Sealer, Unsealable

log = logging.getLogger(__name__)

SEND_SECONDS = 30
"""Longest time one call may take."""
LEASE = timedelta(seconds=60)
"""How long a claim lasts; a send that could outlast it is not begun, so no live one is repeated."""
FIRST_RETRY = timedelta(seconds=2)
LONGEST_RETRY = timedelta(minutes=10)
ATTEMPTS = 12
"""Attempts until a message is given up: some forty minutes with the delays above."""
HELD_FOR = timedelta(days=30)
"""How long a message waits for its contact to speak again; then it is given up, visibly."""

_read = msgspec.json.Decoder(Message).decode


@dataclass(slots=True)
class Lane:
    """The claimed messages of one contact; `purse` holds the calls that may be made for them.

    Without a purse nothing is counted. `rows` are those nobody has settled yet; they are ours
    `until` their lease is over.
    """

    rows: list[Claimed]
    purse: int | None
    now: Callable[[], datetime]
    channel: str = field(init=False)
    until: datetime = field(init=False)
    parts: int = field(init=False)
    calls: int = 0
    settled: list[Settled] = field(default_factory=list)

    def __post_init__(self) -> None:
        first = self.rows[0]
        self.channel, self.until, self.parts = first.channel, first.until, first.parts

    def drop_hopeless(self) -> None:
        """Give up what can reach nobody: a contact who is gone, or who never spoke again."""
        if self.rows[0].is_gone:
            self._give_up(len(self.rows), "contact is gone")
        while self.rows and self.rows[0].is_held:
            self._give_up(1, "contact did not speak again")

    def outgoing(self, sealer: Sealer) -> list[Outgoing]:
        """The messages up to the first that does not open; fails when that is the first of all."""
        opened: list[Outgoing] = []
        for row in self.rows:
            try:
                message = row.opened or _opened(row, sealer)
            except Unsealable:
                if not opened:
                    raise
                break
            opened.append(Outgoing(row.n, message, 0 if opened else self.parts))
        return opened

    def told_of_more(self, parcel: Parcel, *, more: bool) -> Parcel:
        """A parcel that tells whether more waits behind it than may be said now."""
        return replace(parcel, more=more and self.purse == 1)

    def went_out(self, parcel: Parcel, *, is_call: bool = True) -> None:
        """A parcel was sent; in a platform's own request it is no call."""
        made = 1 if is_call and self.purse is not None else 0
        if made:
            assert self.purse is not None
            self.purse -= made
        self.calls += made
        if not parcel.messages:
            self.parts += 1
            return
        self._settle(parcel.messages, sent=True)
        self.parts = 0

    def failed(self, parcel: Parcel, error: SendError, tried_at: datetime) -> None:
        """A parcel was refused: try again, wait for the contact, or give its messages up."""
        first = self.rows[0]
        worn_out = first.attempts >= ATTEMPTS and error.retry_after is None
        given_up = error.permanent or error.gone or worn_out
        facts = {"channel": first.channel, "attempts": first.attempts, "problem": str(error)}
        log.warning("message not sent", extra={**facts, "given_up": given_up and not error.closed})
        if error.closed:
            self.hold(str(error), tried_at)
        elif error.gone:
            self._give_up(len(self.rows), str(error), gone=True)
        elif given_up:
            self._give_up(max(1, parcel.messages), str(error))
        else:
            delay = error.retry_after or min(FIRST_RETRY * 2 ** (first.attempts - 1), LONGEST_RETRY)
            # What the platform itself puts off has cost no attempt.
            self._put_off(self.now() + delay, str(error), tried=error.retry_after is None)

    def hold(self, problem: str, closed_at: datetime | None = None) -> None:
        """Let what is left wait until the contact speaks."""
        until = self.now() + HELD_FOR
        held = {"due_at": until, "problem": problem, "tried": False, "is_held": True}
        self._settle(len(self.rows), closed_at=closed_at, **held)

    def leave(self, due_at: datetime) -> None:
        """Leave what is left to a later round; it costs no attempt."""
        self._settle(len(self.rows), due_at=due_at, tried=False)

    def so_far(self) -> list[Settled]:
        """What became of messages since this was last asked."""
        settled, self.settled = self.settled, []
        return settled

    def _put_off(self, due_at: datetime, problem: str, *, tried: bool) -> None:
        self._settle(1, due_at=due_at, problem=problem, tried=tried)
        self.leave(due_at)

    def _give_up(self, count: int, problem: str, *, gone: bool = False) -> None:
        self._settle(count, problem=problem, gone=gone)
        self.parts = 0

    def _settle(self, count: int, **facts: Any) -> None:
        """Settle the next rows; the parts out and the calls made belong to the first of them."""
        for row in self.rows[:count]:
            parts = 0 if facts.get("sent") else self.parts
            self.settled.append(
                Settled(row.contact_id, row.n, parts=parts, calls=self.calls, **facts)
            )
            self.parts = self.calls = 0
        self.rows = self.rows[count:]


def _opened(row: Claimed, sealer: Sealer) -> Message:
    return _read(sealer.open(row.message, f"outbox:{row.contact_id}:{row.n}"))


async def send_lane(
    lane: Lane,
    channel: Channel,
    sealer: Sealer,
    is_stopping: Callable[[], bool],
    keep: Callable[[Sequence[Settled]], None],
) -> None:
    """Send what a lane holds; after a failure the rest waits with it. No call begins so late that
    another worker might take the messages over before its end. What became of each message is
    given to `keep` as soon as it is known."""
    lane.drop_hopeless()
    if lane.rows:
        parcels = pack_lane(lane, channel, sealer)
        await _send_all(lane, channel, parcels, is_stopping, keep)
        lane.leave(lane.now())  # behind a message that does not open
    keep(lane.so_far())


def pack_lane(lane: Lane, channel: Channel, sealer: Sealer) -> Sequence[Parcel]:
    """A lane's messages as parcels; none, and settled so, when the first cannot be packed."""
    try:
        return channel.pack(lane.outgoing(sealer))
    except Exception as error:
        lane.failed(Parcel(1, None), SendError(type(error).__name__), lane.now())
        return ()


async def _send_all(
    lane: Lane,
    channel: Channel,
    parcels: Sequence[Parcel],
    is_stopping: Callable[[], bool],
    keep: Callable[[Sequence[Settled]], None],
) -> None:
    last_start = lane.until - timedelta(seconds=SEND_SECONDS)
    skipping = False
    for place, parcel in enumerate(parcels, 1):
        if skipping:  # the rest of a message that was given up
            skipping = not parcel.messages
            continue
        if not lane.rows:
            return
        if is_stopping() or lane.now() > last_start:
            lane.leave(lane.now())
        elif lane.purse == 0:
            lane.hold("no allowance left")
        else:
            left = len(lane.rows)
            await _send(lane, channel, lane.told_of_more(parcel, more=place < len(parcels)))
            skipping = not parcel.messages and len(lane.rows) < left
            keep(lane.so_far())


async def _send(lane: Lane, channel: Channel, parcel: Parcel) -> None:
    row, tried_at = lane.rows[0], lane.now()
    try:
        async with asyncio.timeout(SEND_SECONDS):
            await channel.send(row.address, f"{row.contact_id}-{row.n}", parcel)
    except SendError as error:
        lane.failed(parcel, error, tried_at)
    except Exception as error:
        lane.failed(parcel, SendError(type(error).__name__), tried_at)
    else:
        lane.went_out(parcel)

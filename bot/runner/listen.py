"""Take what a platform tells: keep it, reply once it is kept, and answer in the reply if we can."""

import asyncio
import logging
from collections.abc import Callable, Coroutine, Mapping
from dataclasses import dataclass
from typing import Any, TypeVar

from bot.channels.channel import Channel, Gesture, Heard, Reply, Update
from bot.runner.converse import Converser
from bot.runner.deliver import Deliverer
from bot.runner.lane import Lane, pack_lane
from bot.runner.receive import Taken
from bot.store.database import Unavailable
from bot.store.seal import Sealer

log = logging.getLogger(__name__)
Result = TypeVar("Result")

GESTURE_SECONDS = 30
"""Longest time a gesture may take: after it nobody looks at that button any more."""
GESTURES = 256
"""Gestures under way at most: the next ones are left out, nothing depends on them."""
AGAIN_SECONDS = 1.0
"""How long after a failure an update is tried again that the platform believes to be taken."""
AGAIN_TIMES = 600
"""How often: ten minutes of a database out of reach."""


@dataclass(frozen=True, slots=True)
class Answer:
    """What a platform's request is answered with; `went_out` has to be called once it is written,
    `failed` when it could not be."""

    reply: Reply
    went_out: Callable[[], None] = lambda: None
    failed: Callable[[], None] = lambda: None


class Listener:
    """The one way in for what platforms tell, whether they post it or are asked for it."""

    def __init__(
        self,
        converser: Converser,
        deliverer: Deliverer,
        channels: Mapping[str, Channel],
        sealer: Sealer,
    ) -> None:
        self._converser = converser
        self._deliverer = deliverer
        self._channels = channels
        self._sealer = sealer
        self._tasks: set[asyncio.Task[object]] = set()

    async def take(self, heard: Heard) -> Answer:
        """Take what was heard. `Unavailable`: nothing was kept, and the platform should repeat."""
        if heard.update is None:
            self._make(heard.gestures)
            return Answer(heard.reply)
        if heard.wrap is None:
            taken = await self._converser.receive(heard.update)
            if taken.inbox_id:
                self._make(heard.gestures)
            return Answer(heard.reply)
        return await self._answer_within(heard, heard.update)

    async def finish(self) -> None:
        """Let what is under way end."""
        if self._tasks:
            await asyncio.wait(self._tasks, timeout=GESTURE_SECONDS)

    async def _answer_within(self, heard: Heard, update: Update) -> Answer:
        """Answer in the reply; when that takes too long the answer follows by itself."""
        loop = asyncio.get_running_loop()
        end = loop.time() + update.answered_here.total_seconds()
        receiving = self._start(self._receive(update))
        taken = await _within(receiving, end - loop.time())
        if taken is None:
            self._start(self._insist(update, receiving))
            return Answer(heard.reply)
        claiming = self._start(self._deliverer.claim_for(taken))
        await asyncio.wait([claiming], timeout=end - loop.time())
        if not claiming.done():
            claiming.add_done_callback(self._bring_back)
            return Answer(heard.reply)
        return self._wrapped(heard, claiming.result())

    async def _receive(self, update: Update) -> Taken:
        return await self._converser.receive(update)

    async def _insist(self, update: Update, receiving: "asyncio.Task[Taken]") -> None:
        """See to it that an update is kept which the platform believes to be taken, and that its
        answer goes out by a call, now that nobody waits for it here."""
        for _ in range(AGAIN_TIMES):
            try:
                taken = await receiving
            except Unavailable:
                await asyncio.sleep(AGAIN_SECONDS)
                receiving = self._start(self._receive(update))
            else:
                lane = await self._deliverer.claim_for(taken)
                if lane is not None:
                    self._deliverer.bring_back(lane)
                return
        log.error("update lost", extra={"channel": update.channel})

    def _wrapped(self, heard: Heard, lane: Lane | None) -> Answer:
        """The first parcel of a lane in the reply; the rest is sent by calls."""
        if lane is None:
            return Answer(heard.reply)
        lane.drop_hopeless()
        channel = self._channels[lane.channel]
        parcels = pack_lane(lane, channel, self._sealer) if lane.rows else ()
        if not parcels or heard.wrap is None:
            self._deliverer.bring_back(lane)
            return Answer(heard.reply)
        first = parcels[0]
        try:
            reply = heard.wrap(first, len(parcels) > 1)
        except Exception as error:
            log.error("reply not made", extra={"fault": type(error).__name__}, exc_info=error)
            self._deliverer.bring_back(lane)  # it goes out by a call
            return Answer(heard.reply)

        def went_out() -> None:
            lane.went_out(first, is_call=False)
            self._deliverer.bring_back(lane)

        return Answer(reply, went_out, lambda: self._deliverer.bring_back(lane))

    def _bring_back(self, claiming: "asyncio.Task[Lane | None]") -> None:
        lane = None if claiming.cancelled() else claiming.result()
        if lane is not None:
            self._deliverer.bring_back(lane)

    def _make(self, gestures: tuple[Gesture, ...]) -> None:
        for gesture in gestures:
            if len(self._tasks) < GESTURES:
                self._start(_made(gesture))

    def _start(self, work: Coroutine[Any, Any, Result]) -> "asyncio.Task[Result]":
        task = asyncio.create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
        return task


async def _within(receiving: "asyncio.Task[Taken]", seconds: float) -> Taken | None:
    """What came of it, or None when it goes on beyond this time."""
    done, _ = await asyncio.wait([receiving], timeout=seconds)
    return receiving.result() if done else None


async def _made(gesture: Gesture) -> None:
    try:
        async with asyncio.timeout(GESTURE_SECONDS):
            await gesture()
    except Exception as error:
        log.warning("gesture failed", extra={"fault": type(error).__name__})

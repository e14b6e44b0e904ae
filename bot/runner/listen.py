"""Take what a platform tells: keep it, reply once it is kept, and answer in the reply if we can."""

import asyncio
import logging
from collections.abc import Callable, Coroutine, Mapping
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Any, TypeVar

from bot.channels.channel import Channel, Gesture, Heard, Parcel, Reply, Update
from bot.runner.converse import Converser
from bot.runner.deliver import Deliverer
from bot.runner.lane import Lane, pack_lane
from bot.runner.receive import Taken
from bot.runner.spool import Spool
from bot.store.database import Unavailable
from bot.store.seal import Sealer

log = logging.getLogger(__name__)
Result = TypeVar("Result")

GESTURE_SECONDS = 30
"""Longest time a gesture may take: after it nobody looks at that button any more."""
GESTURES = 256
"""Gestures under way at most: the next ones are left out, nothing depends on them."""
GIVEN_SECONDS = 30.0
"""How long an answer that stands in a reply may be asked for again: past the platforms' repeats."""
KEYS = 1_000
"""What was told without an update is remembered: enough for the repeats of an hour."""
AGAIN_SECONDS = 1.0
"""How long after a failure an update is tried again that the platform believes to be taken."""


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
        spool: Spool,
    ) -> None:
        self._converser = converser
        self._deliverer = deliverer
        self._spool = spool
        self._channels = channels
        self._sealer = sealer
        self._tasks: set[asyncio.Task[object]] = set()
        self._gestures: set[asyncio.Task[object]] = set()
        self._given: dict[tuple[str, str], tuple[Parcel, bool]] = {}
        self._keys: dict[str, None] = {}

    async def take(self, heard: Heard) -> Answer:
        """Take what was heard. `Unavailable`: nothing was kept, and the platform should repeat."""
        if heard.update is None:
            if self._is_first(heard.key):
                self._make(heard.gestures)
            return Answer(heard.reply)
        if heard.wrap is None:
            taken = await self._converser.receive(heard.update)
            if taken.inbox_id:
                self._make(heard.gestures)
            return Answer(heard.reply)
        return await self._answer_within(heard, heard.update)

    def resume(self) -> None:
        """Take what a platform believed to be taken when the program ended."""
        for update in self._spool.left():
            late = replace(update, answered_here=timedelta(0))
            self._start(self._insist(late, self._start(self._converser.receive(late))))

    async def finish(self) -> None:
        """Let gestures end. What waits for the database no more waits in the spool."""
        for task in self._tasks:
            task.cancel()
        if self._gestures:
            await asyncio.wait(self._gestures, timeout=GESTURE_SECONDS)

    async def _answer_within(self, heard: Heard, update: Update) -> Answer:
        """Answer in the reply; when that takes too long the answer follows by itself."""
        given = self._given.get((update.channel, update.id))
        if given is not None:
            return Answer(self._reply(heard, given[0], more=given[1]) or heard.reply)
        loop = asyncio.get_running_loop()
        end = loop.time() + update.answered_here.total_seconds()
        receiving = self._start(self._converser.receive(update))
        taken = await _within(receiving, end - loop.time())
        if taken is None:
            try:
                await self._set_aside(update)
            finally:
                self._start(self._insist(update, receiving))
            return Answer(heard.reply)
        claiming = self._start(self._deliverer.claim_for(taken))
        await asyncio.wait([claiming], timeout=end - loop.time())
        if not claiming.done():
            claiming.add_done_callback(self._bring_back)
            return Answer(heard.reply)
        return self._wrapped(heard, update, claiming.result())

    async def _set_aside(self, update: Update) -> None:
        """Keep an update outside the database before the platform is told that it is taken."""
        try:
            await asyncio.to_thread(self._spool.keep, update)
        except OSError as error:
            raise Unavailable(type(error).__name__) from error

    async def _insist(self, update: Update, receiving: "asyncio.Task[Taken]") -> None:
        """See to it that an update is kept which the platform believes to be taken, and that its
        answer goes out by a call, now that nobody waits for it here."""
        while True:
            try:
                taken = await receiving
            except Unavailable:
                await asyncio.sleep(AGAIN_SECONDS)
                receiving = self._start(self._converser.receive(update))
            else:
                break
        lane = await self._deliverer.claim_for(taken)
        if lane is not None:
            self._deliverer.bring_back(lane)
        await asyncio.to_thread(self._spool.drop, update)

    def _wrapped(self, heard: Heard, update: Update, lane: Lane | None) -> Answer:
        """The first parcel of a lane in the reply; the rest is sent by calls."""
        if lane is None:
            return Answer(heard.reply)
        lane.drop_hopeless()
        channel = self._channels[lane.channel]
        parcels = pack_lane(lane, channel, self._sealer) if lane.rows else ()
        reply = self._reply(heard, parcels[0], more=len(parcels) > 1) if parcels else None
        if reply is None:
            self._deliverer.bring_back(lane)  # it goes out by a call
            return Answer(heard.reply)

        def went_out() -> None:
            lane.went_out(parcels[0], is_call=False)
            self._deliverer.bring_back(lane)
            self._remember(update, parcels[0], more=len(parcels) > 1)

        return Answer(reply, went_out, lambda: self._deliverer.bring_back(lane))

    def _reply(self, heard: Heard, parcel: Parcel, *, more: bool) -> Reply | None:
        """A reply with a parcel in it, or None where it fits into none."""
        assert heard.wrap is not None
        try:
            return heard.wrap(parcel, more)
        except Exception as error:
            log.error("reply not made", extra={"fault": type(error).__name__}, exc_info=error)
            return None

    def _remember(self, update: Update, parcel: Parcel, *, more: bool) -> None:
        """Who repeats what was answered has not got the answer: it stands in that reply again."""
        name = (update.channel, update.id)
        self._given[name] = (parcel, more)
        asyncio.get_running_loop().call_later(GIVEN_SECONDS, self._given.pop, name, None)

    def _is_first(self, key: str) -> bool:
        """Whether this is told for the first time, as far as is remembered."""
        if key in self._keys:
            return False
        if key:
            self._keys[key] = None
            if len(self._keys) > KEYS:
                del self._keys[next(iter(self._keys))]
        return True

    def _bring_back(self, claiming: "asyncio.Task[Lane | None]") -> None:
        lane = None if claiming.cancelled() else claiming.result()
        if lane is not None:
            self._deliverer.bring_back(lane)

    def _make(self, gestures: tuple[Gesture, ...]) -> None:
        for gesture in gestures:
            if len(self._gestures) < GESTURES:
                task = asyncio.create_task(_made(gesture))
                self._gestures.add(task)
                task.add_done_callback(self._gestures.discard)

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

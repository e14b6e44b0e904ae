"""Fetch what contacts sent from the platforms, examine it, and take the turn of each upload."""

import asyncio
import logging
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from itertools import groupby

from bot.channels.channel import Channel, FetchError
from bot.engine.model import File, Uploaded
from bot.runner.converse import Converser
from bot.runner.receive import Fetched, Taken
from bot.services.letterbox import Letterbox
from bot.services.papers import Papers
from bot.store.attachments import (
    Waiting,
    claim_attachments,
    has_due_attachments,
    last_sent,
    postpone,
    release_attachments,
)
from bot.store.database import Database, Transaction, Unavailable
from bot.store.seal import Sealer
from bot.store.turns import WAITS_FOR_FILES, is_left_since

log = logging.getLogger(__name__)

FETCH_SECONDS = 60
"""Longest time one file may take to come."""
LEASE = timedelta(minutes=12)
"""How long a claim lasts: ten files of an album, each at its slowest, and their examination."""
AT_ONCE = 4
"""Uploads fetched at once: each holds its files in memory."""
POLL_SECONDS = 0.5
"""How long a file may wait to be noticed: an album is complete a second after its last picture."""
FIRST_RETRY = timedelta(seconds=2)
LONGEST_RETRY = timedelta(minutes=30)
GIVEN_UP_AFTER = timedelta(days=3)
"""How long a file is tried for: WeChat keeps one for three days, Telegram does not say. The contact
is told long before, once the conversation goes on without it: they can send it again."""
ORIGIN = "files"
LOST = "lost"


class Fetcher:
    """Fetches what is due; several may share one database, each under its own name."""

    def __init__(
        self,
        database: Database,
        sealer: Sealer,
        channels: Mapping[str, Channel],
        papers: Papers,
        converser: Converser,
        worker: str,
        now: Callable[[], datetime],
    ) -> None:
        self._database = database
        self._sealer = sealer
        self._channels = channels
        self._letterbox = Letterbox(sealer)
        self._papers = papers
        self._converser = converser
        self._worker = worker
        self._now = now
        self._wake = asyncio.Event()
        self._fetching: set[asyncio.Task[None]] = set()

    def nudge(self, taken: Iterable[Taken]) -> None:
        """A watcher of the converser: look now whether something is to be fetched."""
        if any(one.fetches for one in taken):
            self._wake.set()

    async def run(self) -> None:
        """Work until cancelled; what was claimed under this name before is due again first."""
        await self._begin()
        try:
            while True:
                claimed = await self._claim(AT_ONCE - len(self._fetching))
                for _, files in groupby(claimed, key=lambda one: one.contact_id):
                    self._start(list(files))
                if not claimed:
                    await self._rest()
        finally:
            for task in self._fetching:
                task.cancel()
            await asyncio.gather(*self._fetching, return_exceptions=True)

    def _start(self, upload: list[Waiting]) -> None:
        task = asyncio.create_task(self._take(upload))
        self._fetching.add(task)
        task.add_done_callback(self._ended)

    def _ended(self, task: asyncio.Task[None]) -> None:
        self._fetching.discard(task)
        self._wake.set()

    async def _begin(self) -> None:
        while True:
            try:
                await self._database.write(
                    lambda tx: release_attachments(tx, self._worker, self._now())
                )
            except Unavailable:
                await asyncio.sleep(POLL_SECONDS)
            else:
                return

    async def _claim(self, room: int) -> list[Waiting]:
        """The files of up to `room` uploads that may be fetched now."""
        now = self._now()
        try:
            if not room or not await self._database.read(lambda tx: has_due_attachments(tx, now)):
                return []
            names = (self._sealer, self._worker, now, LEASE, room)
            claimed = await self._database.write(lambda tx: claim_attachments(tx, *names))
        except Unavailable as error:
            log.error("attachments out of reach", extra={"fault": str(error)})
            return []
        return sorted(claimed, key=lambda one: (one.contact_id, one.id))

    async def _rest(self) -> None:
        try:
            async with asyncio.timeout(POLL_SECONDS):
                await self._wake.wait()
        except TimeoutError:
            return
        self._wake.clear()

    async def _take(self, upload: Sequence[Waiting]) -> None:
        """Fetch one upload and take its turn; what cannot be had now is tried again later."""
        try:
            contents, refused = await self._fetch(upload)
            await self._converse(upload, contents, refused)
        except FetchError as error:
            await self._again(upload, str(error))
        except Exception as error:
            log.error("upload not taken", extra={"fault": type(error).__name__}, exc_info=error)
            await self._again(upload, type(error).__name__)

    async def _fetch(self, upload: Sequence[Waiting]) -> tuple[list[bytes], list[str]]:
        """The contents that could be had, and why others could not; `FetchError` to try again."""
        contents, refused = [], []
        for one in upload:
            try:
                contents.append(await self._contents(one))
            except FetchError as error:
                is_over = self._now() - one.received_at > GIVEN_UP_AFTER
                if not error.permanent and not is_over:
                    raise
                log.warning("file given up", extra={"channel": one.channel, "problem": str(error)})
                refused.append(error.reason)
        return contents, refused

    async def _contents(self, one: Waiting) -> bytes:
        if one.attachment.failed:
            raise FetchError("refused before", permanent=True, reason=one.attachment.failed)
        channel = self._channels.get(one.channel)
        if channel is None:
            raise FetchError("no such channel here")
        try:
            async with asyncio.timeout(FETCH_SECONDS):
                return await channel.fetch(one.attachment)
        except TimeoutError as error:
            raise FetchError("took too long") from error

    async def _converse(
        self, upload: Sequence[Waiting], contents: Sequence[bytes], refused: Sequence[str]
    ) -> None:
        first = upload[0]
        examined = await self._papers.examine(contents, first.contact_id)
        files = tuple(File(one.id, one.kind, one.pages) for one in examined.documents)
        reasons = dict.fromkeys((*examined.refused, *refused))
        sent = first.received_at if self._is_late(first) else None
        if sent is not None and await self._database.read(lambda tx: _is_told(tx, first)):
            reasons.pop(LOST, None)
        await self._converser.take_fetched(
            Fetched(
                tuple(dict.fromkeys(one.inbox_id for one in upload)),
                first.contact_id,
                first.channel,
                Uploaded(files, tuple(reasons), sent) if files or reasons else None,
                examined.documents,
            )
        )

    async def _again(self, upload: Sequence[Waiting], problem: str) -> None:
        first = upload[0]
        delay = min(FIRST_RETRY * 2 ** min(first.attempts - 1, 20), LONGEST_RETRY)
        facts = {"channel": first.channel, "attempts": first.attempts, "problem": problem}
        log.warning("file not fetched", extra=facts)
        due_at = self._now() + delay
        try:
            await self._database.write(lambda tx: self._put_off(tx, upload, due_at))
        except Unavailable:
            log.error("attachments out of reach")  # the lease will run out

    def _put_off(self, tx: Transaction, upload: Sequence[Waiting], due_at: datetime) -> None:
        """Fetch an upload later; its contact is told, once for all they have sent until then."""
        first = upload[0]
        postpone(tx, self._worker, [one.id for one in upload], due_at)
        sent = last_sent(tx, first.contact_id)
        if sent is not None and self._is_late(first) and not _is_told(tx, first):
            given, key = Uploaded(refused=(LOST,), sent=sent), str(first.inbox_id)
            self._letterbox.leave(tx, ORIGIN, key, first.contact_id, given, self._now())

    def _is_late(self, one: Waiting) -> bool:
        return self._now() - one.received_at >= WAITS_FOR_FILES


def _is_told(tx: Transaction, one: Waiting) -> bool:
    """Whether the contact has been told that a file did not come."""
    return is_left_since(tx, ORIGIN, one.contact_id, one.received_at)

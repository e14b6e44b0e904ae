"""The one door for updates: groups those that wait, commits them together, answers each."""

import asyncio
import logging
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from bot.channels.channel import Update
from bot.runner.group import Group, Minds
from bot.runner.receive import Fetched, Taken, Work
from bot.store.database import Contended, Database, Unavailable
from bot.store.turns import VersionConflict, undone

log = logging.getLogger(__name__)

GROUP = 64
"""Updates in one commit: past this the gain is small and a fault costs more to redo."""
TRIES = 3
"""How often a group is tried again when another process got there first."""

KNOWN_CONTACTS = 50_000
"""Contacts remembered at most: some 10 MB, and more than write in a day."""

Watcher = Callable[[Sequence[Taken]], None]
"""Is told after each commit what was taken."""


@dataclass(slots=True)
class _Waiting:
    work: Work
    answer: asyncio.Future[Taken]


class Converser:
    """Takes updates in; each is answered after the commit that keeps it, never before."""

    def __init__(self, database: Database, minds: Minds, watchers: Iterable[Watcher] = ()) -> None:
        self._database = database
        self._minds = minds
        self._watchers = tuple(watchers)
        self._waiting: list[_Waiting] = []
        self._wake = asyncio.Event()

    async def receive(self, update: Update) -> Taken:
        """Take an update in; returns once it and everything it led to is committed.

        `Unavailable` when the database is down: nothing was kept and the platform should repeat.
        """
        return await self._enqueue(update)

    async def take_fetched(self, fetched: Fetched) -> Taken:
        """Take the turn of files that were fetched, and then those of what came after them."""
        taken = await self._enqueue(fetched)
        await self.take_undone()
        return taken

    async def take_undone(self) -> int:
        """Take the turns of inputs that others left in the inbox; how many were taken."""
        waiting = await self._database.read(lambda tx: undone(tx, GROUP, self._minds.now()))
        answers = [self._enqueue(row) for row in waiting]
        results = await asyncio.gather(*answers, return_exceptions=True)
        return sum(isinstance(result, Taken) for result in results)

    def _enqueue(self, work: Work) -> asyncio.Future[Taken]:
        answer: asyncio.Future[Taken] = asyncio.get_running_loop().create_future()
        self._waiting.append(_Waiting(work, answer))
        self._wake.set()
        return answer

    async def run(self) -> None:
        """Work until cancelled."""
        while True:
            await self._wake.wait()
            self._wake.clear()
            while self._waiting:
                await self._gather()
                group, self._waiting = self._waiting[:GROUP], self._waiting[GROUP:]
                await self._commit(group)

    async def _gather(self) -> None:
        """Let come in what is about to, as long as each turn of the loop brings more."""
        count = 0
        while count < len(self._waiting) < GROUP:
            count = len(self._waiting)
            await asyncio.sleep(0)

    async def _commit(self, group: list[_Waiting]) -> None:
        try:
            taken = await self._take([one.work for one in group])
        except Unavailable as error:
            log.error("database unavailable", extra={"reason": str(error)})
            _refuse(group, error)
        except Exception as error:
            # One bad turn must not cost the others theirs: each again, on its own.
            self._minds.known.clear()
            if len(group) == 1:
                await self._keep_failed(group[0], error)
            else:
                for one in group:
                    await self._commit([one])
        else:
            self._tell(taken)
            for one, result in zip(group, taken, strict=True):
                self._remember(one.work, result)
                if not one.answer.done():
                    one.answer.set_result(result)

    async def _take(self, work: Sequence[Work]) -> list[Taken]:
        for _ in range(TRIES - 1):
            try:
                return await self._database.write(lambda tx: Group(self._minds, tx).take(work))
            except (VersionConflict, Contended):
                continue
        return await self._database.write(lambda tx: Group(self._minds, tx).take(work))

    async def _keep_failed(self, one: _Waiting, error: Exception) -> None:
        """Keep an update whose turn failed, and tell the contact so."""
        log.error("turn failed", extra={"fault": type(error).__name__}, exc_info=error)
        try:
            taken = await self._database.write(lambda tx: Group(self._minds, tx).fail(one.work))
        except Exception as second:
            log.error("failed turn not kept", extra={"fault": type(second).__name__})
            _refuse([one], second)
            return
        self._tell([taken])
        if not one.answer.done():
            one.answer.set_result(taken)

    def _remember(self, work: Work, taken: Taken) -> None:
        """Know the contact next time without asking the database, now that it is committed."""
        if isinstance(work, Update) and not work.contact_id:
            if len(self._minds.known) >= KNOWN_CONTACTS:
                self._minds.known.clear()
            self._minds.known[work.channel, work.address] = taken.contact_id

    def _tell(self, taken: Sequence[Taken]) -> None:
        for watcher in self._watchers:
            watcher(taken)


def _refuse(group: Sequence[_Waiting], error: Exception) -> None:
    for one in group:
        if not one.answer.done():
            one.answer.set_exception(error)

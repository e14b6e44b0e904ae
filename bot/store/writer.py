"""One thread that writes: all that waits for it goes into one transaction."""

import asyncio
import contextlib
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from sqlalchemy import Connection

Result = TypeVar("Result")
Work = Callable[[Connection], Result]
Transact = Callable[[Work[Any]], Any]
"""Runs work in one transaction: all of it is kept, or nothing."""


@dataclass(slots=True, eq=False)
class _Job(Generic[Result]):
    """Work that waits for its transaction, and who waits for the work."""

    work: Work[Result]
    answer: "asyncio.Future[Result]"
    is_due: bool


@dataclass(frozen=True, slots=True)
class _Outcome:
    """What came of a job: its result, or why nothing of it was kept."""

    result: Any = None
    error: Exception | None = None

    def tell(self, job: _Job[Any]) -> None:
        """Tell who waits for the job, if somebody still does."""
        if job.answer.done():
            return
        if self.error is None:
            job.answer.set_result(self.result)
        elif isinstance(self.error, StopIteration):  # no future takes it
            job.answer.set_exception(RuntimeError("work stopped an iteration"))
        else:
            job.answer.set_exception(self.error)


class Writer:
    """Writes in one thread, so that SQLite never waits for a lock of this process.

    A transaction costs as much as several turns, so those that wait share one. Where one of them
    fails nothing is kept, and each is run again on its own: work may run twice, and must leave
    nothing behind that its transaction does not undo. `out_of_reach` says of an error that the
    database itself has failed, which the others would only meet again.
    """

    def __init__(self, transact: Transact, out_of_reach: Callable[[Exception], bool]) -> None:
        self._transact = transact
        self._out_of_reach = out_of_reach
        self._thread = ThreadPoolExecutor(1, "writer")
        self._waiting: list[_Job[Any]] = []
        self._loop: asyncio.AbstractEventLoop | None = None

    async def write(self, work: Work[Result], within: float = 0.0) -> Result:
        """The result of `work`, once it is kept. For `within` seconds it may wait for company."""
        loop = asyncio.get_running_loop()
        answer: asyncio.Future[Result] = loop.create_future()
        job = _Job(work, answer, is_due=not within)
        self._waiting.append(job)
        if within:
            loop.call_later(within, self._fall_due, job)
        else:
            self._set_out()
        return await answer

    def hurry(self) -> None:
        """Let nothing that waits wait for company any longer."""
        for job in self._waiting:
            job.is_due = True
        if self._waiting:
            self._set_out()

    def close(self) -> None:
        """Finish what is running."""
        self._thread.shutdown()

    def _fall_due(self, job: _Job[Any]) -> None:
        job.is_due = True
        self._set_out()

    def _set_out(self) -> None:
        """Write all that waits, if the thread is free and one of them can wait no longer."""
        self._waiting = [job for job in self._waiting if not job.answer.cancelled()]
        if not self._is_writing and any(job.is_due for job in self._waiting):
            jobs, self._waiting = self._waiting, []
            self._loop = asyncio.get_running_loop()
            self._thread.submit(self._write, jobs, self._loop)

    @property
    def _is_writing(self) -> bool:
        """Whether a transaction is under way whose loop still waits for it."""
        return self._loop is not None and not self._loop.is_closed()

    def _write(self, jobs: Sequence[_Job[Any]], loop: asyncio.AbstractEventLoop) -> None:
        outcomes = self._outcomes(jobs)
        with contextlib.suppress(RuntimeError):  # the loop has ended, and with it all who waited
            loop.call_soon_threadsafe(self._come_back, jobs, outcomes)

    def _outcomes(self, jobs: Sequence[_Job[Any]]) -> list[_Outcome]:
        try:
            results = self._transact(lambda tx: [job.work(tx) for job in jobs])
        except Exception as error:
            if len(jobs) == 1 or self._out_of_reach(error):
                return [_Outcome(error=error)] * len(jobs)
            return [outcome for job in jobs for outcome in self._outcomes([job])]
        return [_Outcome(result) for result in results]

    def _come_back(self, jobs: Sequence[_Job[Any]], outcomes: Sequence[_Outcome]) -> None:
        for job, outcome in zip(jobs, outcomes, strict=True):
            outcome.tell(job)
        # Only after those who have waited: what they write next goes with what waits already.
        asyncio.get_running_loop().call_soon(self._go_on)

    def _go_on(self) -> None:
        self._loop = None
        self._set_out()

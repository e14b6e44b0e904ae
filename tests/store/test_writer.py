"""Work that waits shares a transaction, and nobody pays for another's failure."""

import asyncio
import threading
from collections.abc import Callable
from contextlib import closing

from bot.store.database import Database, Transaction, Unavailable
from tests.store.test_database import Interrupted, add, count

Write = Callable[[Transaction], int]


def adds(address: str, seen: list[int] | None = None) -> Write:
    """Work that adds a contact; what its connection was and how many there are is kept."""

    def work(tx: Transaction) -> int:
        add(tx, address)
        if seen is not None:
            seen.append(id(tx))
        return count(tx)

    return work


class Gate:
    """Work that keeps the writer busy until it is opened."""

    def __init__(self) -> None:
        self._open = threading.Event()
        self._reached = threading.Event()

    def __call__(self, tx: Transaction) -> int:
        self._reached.set()
        assert self._open.wait(10)
        return 0

    async def is_reached(self) -> None:
        await asyncio.to_thread(self._reached.wait, 10)

    def open(self) -> None:
        self._open.set()


async def behind(gate: Gate, database: Database, *works: Write) -> list[int | BaseException]:
    """What comes of works that all wait while another one is written."""
    busy = asyncio.create_task(database.write(gate))
    await gate.is_reached()
    waiting = [asyncio.create_task(database.write(work)) for work in works]
    await asyncio.sleep(0)
    gate.open()
    await busy
    return await asyncio.gather(*waiting, return_exceptions=True)


async def test_what_waits_is_kept_in_one_transaction_in_order(database: Database) -> None:
    seen: list[int] = []

    counts = await behind(Gate(), database, *(adds(name, seen) for name in ("ana", "bo", "cai")))

    assert counts == [1, 2, 3]
    assert len(set(seen)) == 1
    assert database.look(count) == 3


async def test_work_that_fails_costs_the_others_nothing(database: Database) -> None:
    def fails(tx: Transaction) -> int:
        add(tx, "nobody")
        raise Interrupted

    first, failed, last = await behind(Gate(), database, adds("ana"), fails, adds("bo"))

    assert (first, last) == (1, 2)
    assert isinstance(failed, Interrupted)
    assert database.look(count) == 2


async def test_work_that_fails_oddly_keeps_nobody_waiting(database: Database) -> None:
    def runs_out(tx: Transaction) -> int:
        return next(iter(()))

    first, failed, last = await behind(Gate(), database, adds("ana"), runs_out, adds("bo"))

    assert (first, last) == (1, 2)
    assert isinstance(failed, RuntimeError)


async def test_a_constraint_that_one_breaks_keeps_nobody_else_out(database: Database) -> None:
    results = await behind(Gate(), database, adds("ana"), adds("ana"), adds("bo"))

    assert [result for result in results if isinstance(result, int)] == [1, 2]
    assert database.look(count) == 2


async def test_patient_work_waits_for_company(database: Database) -> None:
    seen: list[int] = []
    patient = asyncio.create_task(database.write(adds("ana", seen), within=60))
    await asyncio.sleep(0)
    assert database.look(count) == 0

    await database.write(adds("bo", seen))

    assert await patient == 1
    assert len(set(seen)) == 1


async def test_patient_work_goes_alone_when_its_time_is_over(database: Database) -> None:
    assert await database.write(adds("ana"), within=0.001) == 1


async def test_patient_work_can_be_hurried(database: Database) -> None:
    patient = asyncio.create_task(database.write(adds("ana"), within=60))
    await asyncio.sleep(0)

    database.hurry()

    assert await patient == 1


async def test_patient_work_that_falls_due_during_a_write_is_next(database: Database) -> None:
    gate = Gate()
    busy = asyncio.create_task(database.write(gate))
    await gate.is_reached()
    patient = asyncio.create_task(database.write(adds("ana"), within=0.001))
    await asyncio.sleep(0.01)
    gate.open()

    assert await patient == 1
    await busy


async def test_work_nobody_waits_for_any_more_is_not_begun(database: Database) -> None:
    gate = Gate()
    busy = asyncio.create_task(database.write(gate))
    await gate.is_reached()
    left = asyncio.create_task(database.write(adds("ana")))
    await asyncio.sleep(0)
    left.cancel()
    gate.open()
    await busy

    assert await database.write(adds("bo")) == 1


async def test_a_database_out_of_reach_is_tried_once_for_all_that_wait() -> None:
    tried: list[int] = []

    def work(tx: Transaction) -> int:
        tried.append(1)
        return 0

    with closing(Database("postgresql+psycopg://postgres@/nowhere?host=/there/is/none")) as out:
        results = await asyncio.gather(*(out.write(work) for _ in range(3)), return_exceptions=True)

    assert all(isinstance(result, Unavailable) for result in results)
    assert not tried


def test_a_new_loop_goes_on_where_an_old_one_was_left(database: Database) -> None:
    gate = Gate()

    async def leaves() -> None:
        asyncio.get_running_loop().create_task(database.write(gate))
        await gate.is_reached()

    asyncio.run(leaves())
    gate.open()

    assert asyncio.run(database.write(adds("ana"))) == 1

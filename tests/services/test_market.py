import contextlib
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from sqlalchemy import select

from bot.store import holds
from bot.store.database import Contended, Database, Transaction
from bot.store.tables import holds as hold_table
from bot.store.tables import waiting_list
from tests.services.market import FRAME, Market

DEEDS = 100


@pytest.mark.parametrize("seed", range(3))
def test_whatever_happens_flats_list_and_books_stay_sound(seed: int, database: Database) -> None:
    market = Market(database, seed)
    market.opens(flats=3, people=6)

    for _ in range(DEEDS):
        market.goes_on()

        market.is_sound()
    assert market.offered_in_order()


def test_what_becomes_free_goes_along_the_list(database: Database) -> None:
    market = Market(database)
    market.opens(flats=2, people=6)
    first, second, *waiters = market.people
    assert market.takes(first, "flat_0")
    assert market.takes(second, "flat_1")
    for person in waiters:
        market.joins(person)

    for _ in range(4):
        market.now += timedelta(hours=2)
        database.transact(lambda tx: market.stock.expire(tx, market.now))

    assert market.offered_in_order() == waiters


def test_two_processes_at_once_give_no_flat_twice_and_keep_the_order(
    database_url: str, database: Database
) -> None:
    market = Market(database)
    market.opens(flats=8, people=24)
    holders, waiters = market.people[:8], market.people[8:]
    for person, flat in zip(holders, market.flats, strict=True):
        assert market.takes(person, flat)
    for person in waiters:
        market.joins(person)
    market.now += timedelta(seconds=1)

    with contextlib.closing(Database(database_url)) as other:
        one, two = (Market(it, now=market.now) for it in (database, other))
        with ThreadPoolExecutor(4) as threads:
            work = [
                threads.submit(_gives_up, (one, two)[n % 2], person)
                for n, person in enumerate(holders)
            ]
            work += [threads.submit(_ticks, it) for it in (one, two)]
            for done in work:
                done.result()

    assert sorted(market.offered_in_order()) == waiters[:8]
    assert database.look(_taken) == dict.fromkeys(market.flats, holds.OFFERED)
    waiting = select(waiting_list.c.contact_id).where(waiting_list.c.state == "waiting")
    left = database.look(lambda tx: tx.execute(waiting.order_by(waiting_list.c.id)).scalars().all())
    assert left == waiters[8:]


def _gives_up(market: Market, person: int) -> None:
    """Give up, again if the two stood in each other's way."""

    def work(tx: Transaction) -> None:
        assert market.stock.give_up(tx, person, FRAME, market.now)

    with contextlib.suppress(Contended):
        market.database.transact(work)
        return
    market.database.transact(work)


def _ticks(market: Market) -> None:
    for _ in range(5):
        market.database.transact(lambda tx: market.stock.expire(tx, market.now))


def _taken(tx: Transaction) -> dict[str, str]:
    taken = select(hold_table.c.flat_id, hold_table.c.state)
    rows = tx.execute(taken.where(hold_table.c.state.in_(holds.TAKEN))).all()
    assert len(rows) == len({row[0] for row in rows})
    return {row[0]: row[1] for row in rows}

import re
from datetime import timedelta

import pytest
from sqlalchemy import select

from bot.store import holds, waiting
from bot.store.database import Transaction
from bot.store.inventory import holds_of_flat
from bot.store.tables import contacts
from tests.runner.lodge import Watch
from tests.web.server import Server, visiting
from tests.web.staff.clerks import clerk
from tests.web.staff.stockroom import FLAT, STOCK


@pytest.fixture
async def waiter(desk: Server, watch: Watch) -> int:
    """Ana holds a flat, Bo was offered one, Carla waits; her place."""
    for _ in range(3):
        async with visiting(desk) as visitor:
            await visitor.arrives()
    watch.passes(timedelta(minutes=1))  # what is free they have seen
    now = desk.clock()
    until = now + timedelta(hours=48)

    def work(tx: Transaction) -> int:
        ana, bo, carla = tx.execute(select(contacts.c.id).order_by(contacts.c.id)).scalars()
        holds.keep(tx, holds.HELD, "plane_tree_0201", ana, 1, now, until)
        holds.keep(tx, holds.OFFERED, "plane_tree_0203", bo, 1, now, until)
        waiting.join(tx, carla, 1, now)
        return waiting.waiters(tx, 1)[0][0].id

    place = desk.app.database.transact(work)
    watch.passes(timedelta(minutes=1))
    return place


async def test_holds_offers_and_waiters_are_shown_with_their_times(
    desk: Server, waiter: int
) -> None:
    async with clerk(desk, "editor") as one:
        held = await one.gets(f"{STOCK}/holds")
        list_ = await one.gets(f"{STOCK}/waiting")
        flat = await one.gets(FLAT)

    assert "plane_tree_0201 held" in held.words
    assert "plane_tree_0203 offered to somebody" in held.words
    assert re.search(r"1 20\d\d-\d\d-\d\d \d\d:\d\d Web chat", list_.words)
    assert "Open offers" in list_.words
    assert "held at some time" in flat.words


async def test_a_hold_ended_early_frees_the_flat_for_who_waits(desk: Server, waiter: int) -> None:
    at = f"{STOCK}/holds"
    async with clerk(desk, "editor") as one:
        number = desk.app.database.look(lambda tx: holds_of_flat(tx, "plane_tree_0201"))[0].id
        to = f"{at}/{number}/release"
        silent = await one.sends(to, at, state="held", sure="1")
        unsure = await one.sends(to, at, state="held", reason="The pipes broke.")
        other = await one.sends(to, at, state="offered", reason="x", sure="1")
        done = await one.sends(to, at, state="held", reason="The pipes broke.", sure="1")
        again = await one.sends(to, at, state="held", reason="The pipes broke.", sure="1")

        states = [
            one.state
            for one in desk.app.database.look(lambda tx: holds_of_flat(tx, "plane_tree_0201"))
        ]
        assert states == ["offered", "released"]
        entry = one.entries("release_hold")[0]

    saids = [page.place.partition("said=")[2] for page in (silent, unsure, other, done, again)]
    assert saids == ["no_words", "not_ticked", "changed", "done", "changed"]
    assert (entry.about, "pipes" in entry.details) == ("flat plane_tree_0201", False)


async def test_who_is_taken_off_the_list_waits_no_more(desk: Server, waiter: int) -> None:
    at = f"{STOCK}/waiting"
    async with clerk(desk, "editor") as one:
        to = f"{at}/{waiter}/take-off"
        done = await one.sends(to, at, reason="You asked for it.", sure="1")
        again = await one.sends(to, FLAT, reason="You asked for it.", sure="1")

        assert one.entries("take_off_list")

    assert ("done" in done.place, "not_open" in again.place) == (True, True)
    assert desk.app.database.look(lambda tx: waiting.waiters(tx, 9)) == ([], 0)


async def test_a_flat_offered_again_goes_to_who_waits(desk: Server, waiter: int) -> None:
    at = f"{STOCK}/flat/plane_tree_0904"
    async with clerk(desk, "editor") as one:
        await one.sends(f"{at}/offer", at, offered="no", revision="1", sure="yes")
        await one.sends(f"{at}/offer", at, offered="yes", revision="2", sure="yes")

    found = desk.app.database.look(lambda tx: holds_of_flat(tx, "plane_tree_0904"))
    assert [one.state for one in found] == ["offered"]

from sqlalchemy import select

from bot.app import App
from bot.services.became import Became
from bot.store import holds, waiting
from bot.store.deposits import CANCELLED
from bot.store.tables import inbox
from tests.runner.lodge import Guest, Watch, confirm, deposits_of
from tests.services.waiters import OFFER, gives_up, held_by, places, released, waits


async def test_staff_end_a_hold_and_say_why(
    app: App, watch: Watch, full: tuple[Guest, Guest]
) -> None:
    ana, _ = full
    hold_id = held_by(ana)

    ended = [released(app, hold_id), released(app, hold_id)]
    await app.clock.tick()

    assert ended == [Became.DONE, Became.NOT_OPEN]
    assert "Pavilion 1 is not held any more: It rains in." in await ana.listens()
    assert [one.state for one in deposits_of(ana)] == [CANCELLED]


async def test_staff_do_not_end_a_hold_that_may_be_paid(
    app: App, full: tuple[Guest, Guest]
) -> None:
    ana, bo = full
    await ana.sends()
    assert confirm(bo)

    assert [released(app, held_by(one)) for one in full] == [Became.NOT_OPEN] * 2


async def test_staff_end_an_offer(app: App, watch: Watch, full: tuple[Guest, Guest]) -> None:
    carla = await waits(app, watch, "carla")
    await gives_up(full[0])

    assert released(app, held_by(carla)) is Became.DONE
    await app.clock.tick()

    assert "Pavilion 1 is no longer kept for you." in await carla.listens()
    assert places(app) == ["left"]


async def test_staff_take_somebody_off_the_list_and_say_why(
    app: App, watch: Watch, full: tuple[Guest, Guest]
) -> None:
    carla = await waits(app, watch, "carla")
    (place,), _ = app.database.look(lambda tx: waiting.waiters(tx, 9))
    take_off = app.services.waiting_list.take_off

    taken = [
        app.database.transact(lambda tx: take_off(tx, place.id, "You have a home.", app.now()))
        for _ in range(2)
    ]
    await app.clock.tick()

    assert taken == [Became.DONE, Became.NOT_OPEN]
    assert "You wait no longer: You have a home." in await carla.listens()
    assert app.database.look(lambda tx: waiting.waiters(tx, 9)) == ([], 0)


async def test_staff_see_who_waits_in_order(
    app: App, watch: Watch, full: tuple[Guest, Guest]
) -> None:
    guests = [await waits(app, watch, name) for name in ("carla", "dan", "eve")]

    listed, count = app.database.look(lambda tx: waiting.waiters(tx, 2, 1))

    assert count == 3
    assert [(one.number, one.contact_id) for one in listed] == [
        (2, guests[1].contact_id),
        (3, guests[2].contact_id),
    ]
    assert all(one.case.startswith("A-") for one in listed)


async def test_staff_see_what_is_held_and_by_which_case(
    app: App, full: tuple[Guest, Guest]
) -> None:
    listed, count = app.database.look(
        lambda tx: holds.list_holds(tx, holds.TAKEN, 1, sort="flat", descending=True)
    )

    assert (count, listed[0].flat_id, listed[0].building_id) == (2, "alcove_2", "pavilion")
    assert listed[0].case.startswith("A-")


async def test_nothing_of_an_offer_is_left_twice(
    app: App, watch: Watch, full: tuple[Guest, Guest]
) -> None:
    await waits(app, watch, "carla")
    await gives_up(full[0])
    watch.passes(OFFER)
    for _ in range(3):
        await app.clock.tick()

    left = select(inbox.c.update_id).where(inbox.c.update_id.startswith("offer:"))
    keys = app.database.look(lambda tx: list(tx.execute(left).scalars()))
    assert [key.rpartition(":")[2] for key in keys] == ["offered", "over"]

from datetime import timedelta

import pytest
from sqlalchemy import select

from bot.app import App
from bot.services.decided import Decided
from bot.store import holds, waiting
from bot.store.contacts import contact_ids
from bot.store.deposits import CANCELLED
from bot.store.tables import holds as hold_table
from bot.store.tables import inbox, waiting_list
from tests.runner.lodge import HOLD, Guest, Watch, confirm, deposits_of

OFFER = timedelta(hours=1)
"""How long the toy centre keeps a room for who waits."""
SECOND = timedelta(seconds=1)
NONE_LEFT = "All rooms are taken."


@pytest.fixture
async def full(app: App, watch: Watch) -> tuple[Guest, Guest]:
    """Ana and Bo, who hold the two rooms there are."""
    ana, bo = Guest(app, "ana"), Guest(app, "bo")
    for guest in (ana, bo):
        await guest.holds()
    watch.passes(SECOND)
    return ana, bo


async def waits(app: App, watch: Watch, name: str) -> Guest:
    """A guest who comes when nothing is free, and waits."""
    guest = Guest(app, name)
    await guest.is_approved()
    await guest.says("1")
    assert guest.heard[-1] == "You are on the list."
    watch.passes(SECOND)
    return guest


async def gives_up(guest: Guest) -> None:
    await guest.says("cancel", "1")
    assert guest.heard[0] == "Your request is withdrawn."
    await guest.app.clock.tick()


def states(app: App) -> list[tuple[str, str]]:
    """The state of each hold, with its room."""
    found = select(hold_table.c.flat_id, hold_table.c.state).order_by(hold_table.c.id)
    return app.database.look(lambda tx: [(row[0], row[1]) for row in tx.execute(found)])


def places(app: App) -> list[str]:
    """The state of each place on the list."""
    found = select(waiting_list.c.state).order_by(waiting_list.c.id)
    return app.database.look(lambda tx: list(tx.execute(found).scalars()))


def offers(app: App, flat: str, *, offered: bool) -> None:
    """Staff offer or withhold a flat."""
    offer = app.services.stock.offer_flat
    assert app.database.transact(lambda tx: offer(tx, flat, app.now(), offered=offered))


def held_by(guest: Guest) -> int:
    """The id of what is held for a guest, or offered to them."""
    mine = select(hold_table.c.id).where(
        hold_table.c.contact_id == guest.contact_id, hold_table.c.state.in_(holds.TAKEN)
    )
    found = guest.app.database.look(lambda tx: tx.execute(mine).scalars().all())
    return int(found[0])


def released(app: App, hold_id: int) -> Decided:
    """Staff end a hold."""
    release = app.services.stock.release
    return app.database.transact(
        lambda tx: release(tx, hold_id, "Staff", "It rains in.", app.now())
    )


async def test_what_is_offered_to_one_nobody_else_sees(
    app: App, watch: Watch, full: tuple[Guest, Guest]
) -> None:
    carla = await waits(app, watch, "carla")

    await gives_up(full[0])
    dan = Guest(app, "dan")
    await dan.is_approved()

    assert (await carla.listens())[-2].startswith("Pavilion 1 is free. Please choose by ")
    assert NONE_LEFT in await dan.listens()
    assert states(app)[-1] == ("alcove_1", "offered")


async def test_an_offer_that_is_taken_is_a_hold_with_its_full_time(
    app: App, watch: Watch, full: tuple[Guest, Guest]
) -> None:
    carla = await waits(app, watch, "carla")
    await gives_up(full[0])
    watch.passes(OFFER / 2)

    await carla.says("1")
    watch.passes(HOLD - SECOND)
    await app.clock.tick()

    assert carla.heard[0].startswith("We hold Pavilion 1 ")
    assert ("alcove_1", "held") in states(app)
    assert places(app) == ["housed"]


async def test_an_offer_that_lapses_is_told_once_and_goes_to_the_next(
    app: App, watch: Watch, full: tuple[Guest, Guest]
) -> None:
    carla, dan = await waits(app, watch, "carla"), await waits(app, watch, "dan")
    await gives_up(full[0])

    watch.passes(OFFER)
    for _ in range(3):
        await app.clock.tick()

    said = await carla.listens()
    assert said.count("Pavilion 1 is no longer kept for you.") == 1
    assert said[-1] == "Shall we write when a room is free?"
    assert (await dan.listens())[-2].startswith("Pavilion 1 is free.")
    assert places(app) == ["lapsed", "offered"]


async def test_an_offer_lasts_until_its_very_end(
    app: App, watch: Watch, full: tuple[Guest, Guest]
) -> None:
    await waits(app, watch, "carla")
    await gives_up(full[0])

    watch.passes(OFFER - timedelta(microseconds=1))
    await app.clock.tick()

    assert places(app) == ["offered"]


async def test_who_declines_lets_the_next_have_it(
    app: App, watch: Watch, full: tuple[Guest, Guest]
) -> None:
    carla, dan = await waits(app, watch, "carla"), await waits(app, watch, "dan")
    await gives_up(full[0])

    await carla.says("None of them", "1")
    await app.clock.tick()

    assert (await dan.listens())[-2].startswith("Pavilion 1 is free.")
    assert states(app)[-2:] == [("alcove_1", "declined"), ("alcove_1", "offered")]
    assert places(app) == ["left", "offered", "waiting"]


async def test_who_joins_again_at_once_is_not_offered_what_they_declined(
    app: App, watch: Watch, full: tuple[Guest, Guest]
) -> None:
    carla = await waits(app, watch, "carla")
    await gives_up(full[0])

    await carla.says("None of them")
    watch.passes(SECOND)
    await carla.says("1")
    for _ in range(3):
        await app.clock.tick()

    assert (await carla.listens())[-1] == "You are on the list."
    assert places(app) == ["left", "waiting"]


async def test_what_became_free_since_they_looked_is_offered_to_who_joins(
    app: App, watch: Watch, full: tuple[Guest, Guest]
) -> None:
    carla = Guest(app, "carla")
    await carla.is_approved()
    watch.passes(SECOND)
    await gives_up(full[0])
    watch.passes(SECOND)

    await carla.says("1")
    await app.clock.tick()

    assert (await carla.listens())[-2].startswith("Pavilion 1 is free.")


async def test_what_becomes_free_at_the_moment_they_join_is_offered_in_their_order(
    app: App, watch: Watch, full: tuple[Guest, Guest]
) -> None:
    carla, dan = Guest(app, "carla"), Guest(app, "dan")
    for guest in (carla, dan):
        await guest.is_approved()
    watch.passes(SECOND)
    await carla.says("1")
    await full[0].says("cancel", "1")
    watch.passes(SECOND)

    await dan.says("1")
    await app.clock.tick()

    assert (await carla.listens())[-2].startswith("Pavilion 1 is free.")
    assert places(app) == ["offered", "waiting"]


async def test_who_joins_at_the_moment_a_flat_becomes_free_is_offered_it(
    app: App, watch: Watch, full: tuple[Guest, Guest]
) -> None:
    carla, dan = Guest(app, "carla"), Guest(app, "dan")
    for guest in (carla, dan):
        await guest.is_approved()
    watch.passes(SECOND)
    await full[0].says("cancel", "1")
    await carla.says("1")
    watch.passes(SECOND)

    await dan.says("1")
    await app.clock.tick()

    assert (await carla.listens())[-2].startswith("Pavilion 1 is free.")
    assert places(app) == ["offered", "waiting"]


async def test_who_takes_another_room_lets_the_next_have_the_one_that_was_kept(
    app: App, watch: Watch, full: tuple[Guest, Guest]
) -> None:
    carla = await waits(app, watch, "carla")
    for guest in full:
        await guest.says("cancel", "1")
    watch.passes(SECOND)
    dan = Guest(app, "dan")
    await dan.is_approved()
    await dan.says("None of them", "1")
    watch.passes(SECOND)

    await carla.says("Pavilion 2")
    await app.clock.tick()

    assert carla.heard[0].startswith("We hold Pavilion 2 ")
    assert (await dan.listens())[-2].startswith("Pavilion 1 is free.")
    assert places(app) == ["housed", "offered"]


async def test_a_withheld_flat_is_handed_out_once_it_is_offered_again(
    app: App, watch: Watch, full: tuple[Guest, Guest]
) -> None:
    carla = await waits(app, watch, "carla")
    offers(app, "alcove_1", offered=False)
    await gives_up(full[0])
    assert places(app) == ["waiting"]

    watch.passes(SECOND)
    offers(app, "alcove_1", offered=True)
    await app.clock.tick()

    assert (await carla.listens())[-2].startswith("Pavilion 1 is free.")


async def test_withholding_ends_no_offer(app: App, watch: Watch, full: tuple[Guest, Guest]) -> None:
    carla = await waits(app, watch, "carla")
    await gives_up(full[0])

    offers(app, "alcove_1", offered=False)
    await carla.says("1")

    assert carla.heard[0].startswith("We hold Pavilion 1 ")


async def test_who_cancels_lets_the_next_have_what_was_offered(
    app: App, watch: Watch, full: tuple[Guest, Guest]
) -> None:
    carla, dan = await waits(app, watch, "carla"), await waits(app, watch, "dan")
    await gives_up(full[0])

    await gives_up(carla)

    assert (await dan.listens())[-2].startswith("Pavilion 1 is free.")
    assert places(app) == ["left", "offered"]


async def test_an_offer_to_nobody_lapses_with_its_time(
    app: App, watch: Watch, full: tuple[Guest, Guest]
) -> None:
    now = app.now()
    gone = app.database.transact(lambda tx: contact_ids(tx, {("terminal", "zoe"): ""}, now))
    (zoe,) = gone.values()
    app.database.transact(lambda tx: waiting.join(tx, zoe, 9, now))
    watch.passes(SECOND)
    dan = await waits(app, watch, "dan")
    await gives_up(full[0])
    assert places(app) == ["offered", "waiting"]

    watch.passes(OFFER)
    await app.clock.tick()

    assert (await dan.listens())[-2].startswith("Pavilion 1 is free.")


async def test_the_clock_hands_out_what_nobody_else_did(
    app: App, watch: Watch, full: tuple[Guest, Guest]
) -> None:
    carla = await waits(app, watch, "carla")
    hold = app.database.look(lambda tx: holds.find_hold(tx, held_by(full[0])))
    assert hold is not None
    assert app.database.transact(lambda tx: holds.end_hold(tx, hold, "released", app.now()))

    await app.clock.tick()

    assert (await carla.listens())[-2].startswith("Pavilion 1 is free.")


# staff


async def test_staff_end_a_hold_and_say_why(
    app: App, watch: Watch, full: tuple[Guest, Guest]
) -> None:
    ana, _ = full
    hold_id = held_by(ana)

    ended = [released(app, hold_id), released(app, hold_id)]
    await app.clock.tick()

    assert ended == [Decided.DONE, Decided.NOT_OPEN]
    assert "Pavilion 1 is not held any more: It rains in." in await ana.listens()
    assert [one.state for one in deposits_of(ana)] == [CANCELLED]


async def test_staff_do_not_end_a_hold_that_may_be_paid(
    app: App, full: tuple[Guest, Guest]
) -> None:
    ana, bo = full
    await ana.sends()
    assert confirm(bo)

    assert [released(app, held_by(one)) for one in full] == [Decided.NOT_OPEN] * 2


async def test_staff_end_an_offer(app: App, watch: Watch, full: tuple[Guest, Guest]) -> None:
    carla = await waits(app, watch, "carla")
    await gives_up(full[0])

    assert released(app, held_by(carla)) is Decided.DONE
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

    assert taken == [Decided.DONE, Decided.NOT_OPEN]
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

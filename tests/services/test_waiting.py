from datetime import timedelta

from bot.app import App
from bot.store import holds, waiting
from bot.store.contacts import contact_ids
from tests.runner.lodge import HOLD, Guest, Watch
from tests.services.waiters import (
    NONE_LEFT,
    OFFER,
    SECOND,
    gives_up,
    held_by,
    offers,
    places,
    states,
    waits,
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

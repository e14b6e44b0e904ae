import asyncio
from datetime import timedelta

from sqlalchemy import select

from bot.app import App
from bot.engine.model import Start
from bot.store.deposits import CONFIRMED, EXPIRED, REPORTED
from bot.store.tables import holds, inbox
from tests.conftest import OpenApp
from tests.runner.lodge import HOLD, Guest, Watch, confirm, conversation_of, deposits_of, phrase

REMIND = timedelta(hours=20)
NONE_LEFT = "All rooms are taken."


def left_by_the_clock(app: App) -> list[str]:
    left = select(inbox.c.update_id).where(inbox.c.channel == "clock")
    return list(app.database.look(lambda tx: tx.execute(left).scalars()))


def reminder(app: App) -> str:
    return phrase(app, "reminder", title="Take a room")


async def tick_often(*apps: App) -> None:
    await asyncio.gather(*(app.clock.tick() for app in apps * 3))


async def test_a_wake_rings_once(app: App, watch: Watch) -> None:
    ana = Guest(app, "ana")
    await ana.does(Start("lodge", "en"))
    await app.clock.tick()
    assert not left_by_the_clock(app)

    watch.passes(REMIND)
    await tick_often(app)

    assert (await ana.listens())[2:] == [reminder(app), "How long will you stay?"]


async def test_a_wake_rings_once_though_two_programs_watch_the_clock(
    open_app: OpenApp, watch: Watch
) -> None:
    async with open_app("one") as one, open_app("two") as two:
        guests = [Guest(one, f"guest {n}") for n in range(5)]
        for guest in guests:
            await guest.does(Start("lodge", "en"))

        watch.passes(REMIND)
        await tick_often(one, two)

        for guest in guests:
            assert (await guest.listens()).count(reminder(one)) == 1


async def test_a_wake_is_silent_when_the_contact_went_on(app: App, watch: Watch) -> None:
    ana = Guest(app, "ana")
    await ana.does(Start("lodge", "en"))
    watch.passes(REMIND - timedelta(seconds=1))
    await ana.says("1")

    watch.passes(timedelta(seconds=2))
    await tick_often(app)

    assert reminder(app) not in await ana.listens()


async def test_a_hold_runs_out_once_and_its_flat_is_free_again(app: App, watch: Watch) -> None:
    ana = Guest(app, "ana")
    await ana.holds()
    watch.passes(HOLD)

    await tick_often(app)

    assert [one.startswith("hold:") for one in left_by_the_clock(app)] == [True]
    assert "Time is over, Pavilion 1 is free again." in await ana.listens()
    assert [one.state for one in deposits_of(ana)] == [EXPIRED]
    await ana.says("1")
    assert ana.heard[0].startswith("We hold Pavilion 1 until ")


async def test_a_hold_lasts_until_its_very_end(app: App, watch: Watch) -> None:
    ana = Guest(app, "ana")
    await ana.holds()

    watch.passes(HOLD - timedelta(microseconds=1))
    await tick_often(app)

    assert not left_by_the_clock(app)


async def test_a_hold_runs_out_once_though_two_programs_watch_the_clock(
    open_app: OpenApp, watch: Watch
) -> None:
    async with open_app("one") as one, open_app("two") as two:
        ana, bo = Guest(one, "ana"), Guest(two, "bo")
        await ana.holds()
        await bo.holds()
        watch.passes(HOLD)

        await tick_often(one, two)

        assert len(left_by_the_clock(one)) == 2
        for guest in (ana, bo):
            said = await guest.listens()
            assert sum(line.startswith("Time is over") for line in said) == 1


async def test_a_deposit_that_is_said_to_be_paid_does_not_run_out(app: App, watch: Watch) -> None:
    ana = Guest(app, "ana")
    await ana.holds()
    await ana.sends()
    assert [one.state for one in deposits_of(ana)] == [REPORTED]

    watch.passes(HOLD * 10)
    await tick_often(app)
    assert confirm(ana)
    await app.clock.tick()

    assert [one.state for one in deposits_of(ana)] == [CONFIRMED]
    assert (await ana.listens())[-2] == "Pavilion 1 is yours."


async def test_a_room_that_is_paid_for_never_runs_out(app: App, watch: Watch) -> None:
    ana = Guest(app, "ana")
    await ana.holds()
    assert confirm(ana)
    await app.clock.tick()

    watch.passes(HOLD * 10)
    await tick_often(app)

    states = app.database.look(lambda tx: tx.execute(select(holds.c.state)).scalars().all())
    assert states == ["let"]


async def test_those_who_wait_are_told_in_the_order_they_came(app: App, watch: Watch) -> None:
    holders = [Guest(app, name) for name in ("ana", "bo")]
    for guest in holders:
        await guest.holds()
        watch.passes(timedelta(minutes=1))
    waiters = [Guest(app, name) for name in ("carla", "dan", "eve")]
    for guest in waiters:
        await guest.is_approved()
        await guest.says("1")
    offered = "is free. Please choose by"

    watch.passes(HOLD - timedelta(minutes=1))
    await tick_often(app)
    told = [sum(offered in line for line in await one.listens()) for one in waiters]
    assert told == [1, 1, 0]

    await waiters[0].says("1")
    assert waiters[0].heard[0].startswith("We hold ")


async def test_who_gives_up_frees_the_room_for_the_next(app: App, watch: Watch) -> None:
    ana, bo, carla = (Guest(app, name) for name in ("ana", "bo", "carla"))
    await ana.holds()
    await bo.holds()
    await carla.is_approved()
    assert NONE_LEFT in await carla.listens()
    await carla.says("1")
    watch.passes(timedelta(seconds=1))

    await ana.says("cancel", "1")
    await app.clock.tick()

    assert "Your request is withdrawn." in await ana.listens()
    assert (await carla.listens())[-2].startswith("Pavilion 1 is free.")
    assert conversation_of(carla).frames

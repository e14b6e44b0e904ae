from bot.app import App
from bot.store.deposits import CANCELLED, CONFIRMED, EXPIRED, ORDERED, REPORTED
from tests.runner.lodge import HOLD, Guest, Watch, confirm, deposits_of

YUAN = 100


def refuse(guest: Guest, reason: str) -> bool:
    app, reference = guest.app, deposits_of(guest)[-1].reference
    return app.database.transact(
        lambda tx: app.services.deposits.refuse(tx, reference, "Staff", reason, app.now())
    )


def states(guest: Guest) -> list[str]:
    return [one.state for one in deposits_of(guest)]


async def test_a_deposit_is_ordered_by_the_rule_of_its_building(app: App) -> None:
    ana = Guest(app, "ana")

    await ana.holds()

    (deposit,) = deposits_of(ana)
    assert (deposit.amount_fen, deposit.state) == (300 * YUAN, ORDERED)
    assert deposit.reference in ana.heard[-1]


async def test_a_deposit_is_confirmed_once(app: App) -> None:
    ana = Guest(app, "ana")
    await ana.holds()

    confirmed = [confirm(ana), confirm(ana)]
    for _ in range(3):
        await app.clock.tick()

    assert confirmed == [True, False]
    assert states(ana) == [CONFIRMED]
    assert (await ana.listens()).count("Pavilion 1 is yours.") == 1


async def test_a_receipt_says_that_the_deposit_is_paid(app: App) -> None:
    ana = Guest(app, "ana")
    await ana.holds()

    await ana.sends()

    assert ana.heard == ["Thank you for the receipt.", "We are waiting for your money."]
    assert states(ana) == [REPORTED]


async def test_money_that_is_not_found_is_asked_for_again(app: App) -> None:
    ana = Guest(app, "ana")
    await ana.holds()
    assert not refuse(ana, "nobody said it was paid")
    await ana.sends()

    assert refuse(ana, "no such transfer")
    await app.clock.tick()

    assert states(ana) == [ORDERED]
    assert (await ana.listens())[-2] == "We could not find it: no such transfer"
    await ana.says("1")
    assert states(ana) == [REPORTED]
    assert confirm(ana)


async def test_a_deposit_that_ran_out_is_not_confirmed(app: App, watch: Watch) -> None:
    ana = Guest(app, "ana")
    await ana.holds()
    watch.passes(HOLD)
    await app.clock.tick()

    assert not confirm(ana)
    assert states(ana) == [EXPIRED]


async def test_who_takes_a_room_again_gets_a_new_deposit(app: App, watch: Watch) -> None:
    ana = Guest(app, "ana")
    await ana.holds()
    watch.passes(HOLD)
    await app.clock.tick()

    await ana.says("1")

    first, second = deposits_of(ana)
    assert (first.state, second.state) == (EXPIRED, ORDERED)
    assert first.reference != second.reference


async def test_who_gives_up_needs_not_pay(app: App) -> None:
    ana = Guest(app, "ana")
    await ana.holds()

    await ana.says("cancel", "1")

    assert states(ana) == [CANCELLED]
    assert not confirm(ana)

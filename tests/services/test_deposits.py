from datetime import timedelta

import msgspec
from sqlalchemy import select

from bot.app import App
from bot.engine.model import Notice
from bot.services.became import Became
from bot.store import ledger
from bot.store.deposit_pages import Wanted, deposits_page
from bot.store.deposits import CANCELLED, CONFIRMED, EXPIRED, ORDERED, REFUNDED, REPORTED
from bot.store.stock import free_flats
from bot.store.tables import inbox
from tests.runner.lodge import HOLD, Guest, Watch, confirm, deposits_of

YUAN = 100


def refuse(guest: Guest, reason: str) -> bool:
    app, reference = guest.app, deposits_of(guest)[-1].reference
    refused = app.database.transact(
        lambda tx: app.services.deposits.refuse(tx, reference, "Staff", reason, app.now())
    )
    return refused is Became.DONE


def refund(guest: Guest, revision: int | None = None) -> Became:
    """Staff give a guest's newest deposit back."""
    app, reference = guest.app, deposits_of(guest)[-1].reference
    give = app.services.deposits.refund
    return app.database.transact(
        lambda tx: give(tx, reference, "Staff", "The room is wet.", app.now(), revision)
    )


def booked(guest: Guest) -> list[tuple[str, int]]:
    """The lines about a guest's newest deposit: their kinds and amounts."""
    reference = deposits_of(guest)[-1].reference
    lines = guest.app.database.look(lambda tx: ledger.lines_of(tx, reference))
    return [(line.kind, line.amount_fen) for line in lines]


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


# the books


async def test_every_change_of_a_deposit_is_a_line_in_the_books(app: App, watch: Watch) -> None:
    ana = Guest(app, "ana")
    await ana.holds()
    await ana.sends()
    assert refuse(ana, "no such transfer")
    await app.clock.tick()
    await ana.sends()
    assert confirm(ana)

    assert booked(ana) == [
        ("ordered", 0),
        ("reported", 0),
        ("refused", 0),
        ("reported", 0),
        ("confirmed", 300 * YUAN),
    ]


async def test_the_reason_in_the_books_is_sealed(app: App) -> None:
    ana = Guest(app, "ana")
    await ana.holds()
    await ana.sends()
    assert refuse(ana, "no such transfer")

    reference = deposits_of(ana)[-1].reference
    line = app.database.look(lambda tx: ledger.lines_of(tx, reference))[-1]

    assert line.words is not None
    assert b"transfer" not in line.words
    assert app.services.books.words(line) == "no such transfer"


async def test_a_hold_that_runs_out_or_is_given_up_is_in_the_books(app: App, watch: Watch) -> None:
    ana, bo = Guest(app, "ana"), Guest(app, "bo")
    await ana.holds()
    await bo.holds()

    await bo.says("cancel", "1")
    watch.passes(HOLD)
    await app.clock.tick()

    assert booked(ana) == [("ordered", 0), ("expired", 0)]
    assert booked(bo) == [("ordered", 0), ("cancelled", 0)]


async def test_a_confirmed_deposit_is_given_back_once_and_its_room_is_free(app: App) -> None:
    ana = Guest(app, "ana")
    await ana.holds()
    assert confirm(ana)

    done = [refund(ana), refund(ana)]

    assert done == [Became.DONE, Became.NOT_OPEN]
    assert states(ana) == [REFUNDED]
    assert booked(ana)[-2:] == [("confirmed", 300 * YUAN), ("refunded", -300 * YUAN)]
    assert [one.id for one in app.database.look(lambda tx: free_flats(tx, 9))] == [
        "alcove_1",
        "alcove_2",
    ]


async def test_the_contact_is_told_of_a_refund(app: App) -> None:
    ana = Guest(app, "ana")
    await ana.holds()
    assert confirm(ana)
    assert refund(ana) is Became.DONE

    (deposit,) = deposits_of(ana)
    key = f"deposit:{deposit.reference}:refunded"
    left = select(inbox.c.input).where(inbox.c.channel == "staff", inbox.c.update_id == key)
    sealed = app.database.look(lambda tx: tx.execute(left).scalar_one())

    given = msgspec.json.decode(app.sealer.open(sealed, f"inbox:staff:{key}"), type=Notice)
    assert given.phrase == "deposit_refunded"
    assert given.facts == {
        "reference": deposit.reference,
        "amount": {"money": 300 * YUAN},
        "reason": "The room is wet.",
    }


async def test_money_that_came_too_late_is_given_back_and_both_are_in_the_books(
    app: App, watch: Watch
) -> None:
    ana = Guest(app, "ana")
    await ana.holds()
    watch.passes(HOLD)
    await app.clock.tick()

    assert refund(ana) is Became.DONE

    assert booked(ana)[-2:] == [("late", 300 * YUAN), ("refunded", -300 * YUAN)]
    assert app.database.look(ledger.sums)["pavilion"].kept_fen == 0


async def test_an_open_deposit_is_not_given_back(app: App) -> None:
    ana = Guest(app, "ana")
    await ana.holds()

    assert refund(ana) is Became.NOT_OPEN
    assert booked(ana) == [("ordered", 0)]


async def test_staff_decide_only_about_what_they_saw(app: App) -> None:
    ana = Guest(app, "ana")
    await ana.holds()
    seen = deposits_of(ana)[-1]
    await ana.sends()

    def decide(revision: int) -> Became:
        give = app.services.deposits.confirm
        return app.database.transact(
            lambda tx: give(tx, seen.reference, "Staff", app.now(), revision)
        )

    assert decide(seen.revision) is Became.CHANGED
    assert states(ana) == [REPORTED]
    assert decide(deposits_of(ana)[-1].revision) is Became.DONE


async def test_after_a_refusal_the_contact_is_told_the_time_there_is_now(
    app: App, watch: Watch
) -> None:
    ana = Guest(app, "ana")
    await ana.holds()
    asked = ana.heard[-1]
    await ana.sends()
    watch.passes(HOLD)

    assert refuse(ana, "no such transfer")
    await app.clock.tick()

    again = (await ana.listens())[-1]
    assert asked != again
    assert deposits_of(ana)[-1].reference in again
    assert "December 2, 2026, 18:30" in again


async def test_a_day_of_the_books_is_summed_by_building_and_kind(app: App, watch: Watch) -> None:
    ana, bo = Guest(app, "ana"), Guest(app, "bo")
    await ana.holds()
    await bo.holds()
    assert confirm(ana)
    today = app.now()
    watch.passes(timedelta(days=1))
    assert confirm(bo)

    day = app.database.look(lambda tx: ledger.day(tx, today, today + timedelta(days=1)))
    books = app.database.look(ledger.sums)["pavilion"]

    assert [(one.kind, one.count, one.amount_fen) for one in day.sums] == [
        ("confirmed", 1, 300 * YUAN),
        ("ordered", 2, 0),
    ]
    assert [one.line.kind for one in day.lines] == ["ordered", "ordered", "confirmed"]
    assert (books.ordered_fen, books.received_fen, books.kept_fen) == (600 * YUAN,) * 3


async def test_staff_find_deposits_by_state_day_building_and_reference(
    app: App, watch: Watch
) -> None:
    ana, bo = Guest(app, "ana"), Guest(app, "bo")
    await ana.holds()
    watch.passes(timedelta(minutes=1))
    await bo.holds()
    assert confirm(ana)
    mine, other = deposits_of(ana)[0].reference, deposits_of(bo)[0].reference

    def found(wanted: Wanted, limit: int = 9, offset: int = 0) -> tuple[list[str], int]:
        page, count = app.database.look(lambda tx: deposits_page(tx, wanted, limit, offset))
        return [one.reference for one in page], count

    assert found(Wanted()) == ([other, mine], 2)
    assert found(Wanted(), 1, 1) == ([mine], 2)
    assert found(Wanted((CONFIRMED,))) == ([mine], 1)
    assert found(Wanted(since=app.now())) == ([other], 1)
    assert found(Wanted(before=app.now())) == ([mine], 1)
    assert found(Wanted(building="pavilion", reference=mine)) == ([mine], 1)
    assert found(Wanted(building="gazebo")) == ([], 0)

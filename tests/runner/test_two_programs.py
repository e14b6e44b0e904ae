"""Two programs on one database: nothing is taken twice, and nothing is lost."""

import asyncio
import random

from sqlalchemy import select

from bot.app import App
from bot.engine.model import Said, Start, Tapped
from bot.store.tables import holds, inbox
from tests.conftest import OpenApp
from tests.runner.lodge import Guest, approve, confirm, conversation_of, count

GUESTS = 8
ROUNDS = 4
"""How often two people reach for the last room."""


def same_guest(app: App, guest: Guest) -> Guest:
    other = Guest(app, guest.address, guest.channel)
    other.contact_id = guest.contact_id
    return other


async def test_the_same_updates_at_both_are_taken_once(open_app: OpenApp) -> None:
    async with open_app("one") as one, open_app("two") as two:
        guests = [Guest(one, f"guest {n}") for n in range(GUESTS)]
        updates = [guest.update(Start("lodge", "en")) for guest in guests]
        updates += [guest.update(Said("menu")) for guest in guests for _ in range(3)]
        orders = [random.Random(seed).sample(updates, len(updates)) for seed in (1, 2)]

        taken = await asyncio.gather(
            *(one.converser.receive(each) for each in orders[0]),
            *(two.converser.receive(each) for each in orders[1]),
        )

        assert sum(bool(each.inbox_id) for each in taken) == len(updates)
        assert count(one, inbox) == len(updates)
        for contact_id in {each.contact_id for each in taken}:
            guests[0].contact_id = contact_id
            conversation = conversation_of(guests[0])
            assert conversation.turn == 4
            assert conversation.said == len(await guests[0].listens())


async def test_one_contact_at_both_loses_no_update(open_app: OpenApp) -> None:
    async with open_app("one") as one, open_app("two") as two:
        ana = Guest(one, "ana")
        await ana.does(Start("lodge", "en"))
        updates = [ana.update(Said("help")) for _ in range(40)]

        taken = await asyncio.gather(
            *((one, two)[n % 2].converser.receive(each) for n, each in enumerate(updates))
        )

        assert all(each.inbox_id for each in taken)
        conversation = conversation_of(ana)
        assert conversation.turn == 41
        assert conversation.said == len(await ana.listens()) == 82


async def test_a_decision_is_taken_at_one_of_both(open_app: OpenApp) -> None:
    async with open_app("one") as one, open_app("two") as two:
        guests = [Guest(one, f"guest {n}") for n in range(GUESTS)]
        for guest in guests:
            await guest.submits()
            assert approve(guest)

        await asyncio.gather(*(app.clock.tick() for app in (one, two) * 3))

        for guest in guests:
            assert (await guest.listens()).count("You may choose a room.") == 1


async def test_of_two_who_take_the_last_room_at_once_exactly_one_gets_it(
    open_app: OpenApp,
) -> None:
    async with open_app("one") as one, open_app("two") as two:
        first = Guest(one, "first")
        await first.holds()
        for n in range(ROUNDS):
            pair = [Guest(one, f"ana {n}"), Guest(two, f"bo {n}")]
            for guest in pair:
                await guest.is_approved()

            await asyncio.gather(*(guest.says("1") for guest in pair))

            winner, loser = sorted(pair, key=lambda guest: guest.heard[0].startswith("Somebody"))
            assert winner.heard[0].startswith("We hold Pavilion 2 until ")
            assert loser.heard == [
                "Somebody took Pavilion 2 just before you.",
                "All rooms are taken.",
                "Shall we write when a room is free?",
            ]
            assert holders_of_the_last_room(one) == [winner.contact_id]
            await winner.says("cancel", "1")


def holders_of_the_last_room(app: App) -> list[int]:
    held = select(holds.c.contact_id).where(holds.c.state == "held", holds.c.flat_id == "alcove_2")
    return list(app.database.look(lambda tx: tx.execute(held).scalars()))


async def test_staff_at_two_desks_decide_once(open_app: OpenApp) -> None:
    async with open_app("one") as one, open_app("two") as two:
        ana = Guest(one, "ana")
        await ana.submits()
        again = same_guest(two, ana)

        decided = await asyncio.gather(
            *(asyncio.to_thread(approve, guest) for guest in (ana, again) * 3)
        )
        await one.clock.tick()

        assert sum(decided) == 1
        assert (await ana.listens()).count("You may choose a room.") == 1


async def test_staff_at_two_desks_confirm_once(open_app: OpenApp) -> None:
    async with open_app("one") as one, open_app("two") as two:
        ana = Guest(one, "ana")
        await ana.holds()
        again = same_guest(two, ana)

        confirmed = await asyncio.gather(
            *(asyncio.to_thread(confirm, guest) for guest in (ana, again) * 3)
        )
        await two.clock.tick()

        assert sum(confirmed) == 1
        assert (await ana.listens()).count("Pavilion 1 is yours.") == 1


async def test_a_button_that_is_tapped_at_both_holds_one_room(open_app: OpenApp) -> None:
    async with open_app("one") as one, open_app("two") as two:
        ana = Guest(one, "ana")
        await ana.is_approved()
        spoken = await one.reader.after(ana.contact_id, 0, 99, ana.channel)
        taps = [card.button for card in spoken[-1].message.cards]
        assert taps[0]
        assert taps[1]

        await asyncio.gather(
            one.converser.receive(ana.update(Tapped(taps[0].tap))),
            two.converser.receive(ana.update(Tapped(taps[1].tap))),
        )

        assert count(one, holds) == 1


async def test_two_groups_that_want_the_same_rooms_in_turn_do_not_block_each_other(
    open_app: OpenApp,
) -> None:
    async with open_app("one") as one, open_app("two") as two:
        for n in range(2):  # PostgreSQL takes a second to see that two block each other
            guests = [Guest((one, two)[m % 2], f"guest {n} {m}") for m in range(4)]
            for guest in guests:
                await guest.is_approved()
            taps = [await room_taps(guest) for guest in guests]
            wanted = [taps[0][0], taps[1][1], taps[2][1], taps[3][0]]

            await asyncio.gather(
                *(guest.does(tap) for guest, tap in zip(guests, wanted, strict=True))
            )

            held = [guest for guest in guests if guest.heard[0].startswith("We hold")]
            assert len(held) == 2
            for guest in held:
                await guest.says("cancel", "1")


async def room_taps(guest: Guest) -> list[Tapped]:
    spoken = await guest.app.reader.after(guest.contact_id, 0, 99, guest.channel)
    buttons = [card.button for card in spoken[-1].message.cards]
    return [Tapped(button.tap) for button in buttons if button]

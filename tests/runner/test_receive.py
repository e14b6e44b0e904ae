import asyncio
import random

from bot.app import App
from bot.engine.model import Event, Said, Start
from bot.services.letterbox import Letterbox
from bot.store.tables import documents, inbox
from bot.store.turns import undone
from tests.runner.lodge import MORNING, Guest, conversation_of, count, document, upload

GUESTS = 12


async def test_a_repeated_update_changes_nothing(app: App) -> None:
    ana = Guest(app, "ana")
    await ana.does(Start("lodge", "en"))
    update = ana.update(Said("1"))
    first = await app.converser.receive(update)
    before = conversation_of(ana)

    again = await app.converser.receive(update)

    assert first.messages
    assert (again.contact_id, again.inbox_id, again.messages) == (first.contact_id, 0, ())
    assert conversation_of(ana) == before


async def test_an_update_repeated_twenty_times_at_once_is_taken_once(app: App) -> None:
    bo = Guest(app, "bo")
    await bo.does(Start("lodge", "en"))
    update = bo.update(Said("1"))

    taken = await asyncio.gather(*(app.converser.receive(update) for _ in range(20)))

    assert sum(bool(one.inbox_id) for one in taken) == 1
    assert len(await bo.listens()) == 3
    assert conversation_of(bo).turn == 2


async def test_repeats_among_many_updates_in_any_order_are_taken_once(app: App) -> None:
    guests = [Guest(app, f"guest {n}") for n in range(GUESTS)]
    updates = [guest.update(Start("lodge", "en")) for guest in guests] * 5
    random.Random(7).shuffle(updates)

    taken = await asyncio.gather(*(app.converser.receive(one) for one in updates))

    assert sum(bool(one.inbox_id) for one in taken) == GUESTS
    assert count(app, inbox) == GUESTS


async def test_a_repeated_upload_keeps_its_document_once(app: App) -> None:
    ana = Guest(app, "ana")
    await ana.does(Start("lodge", "en"))
    await ana.says("1", "Ana Núñez")
    one, same = document(), document()
    first = ana.update(upload(one), [one])
    again = type(first)(first.channel, first.id, first.address, upload(same), (same,))

    await asyncio.gather(app.converser.receive(first), app.converser.receive(again))

    (frame,) = conversation_of(ana).frames
    assert [file["id"] for file in frame.answers["paper"].value["files"]] == [one.id]
    assert count(app, documents) == 1


async def test_what_one_contact_does_is_taken_in_order(app: App) -> None:
    ana = Guest(app, "ana")
    updates = [ana.update(given) for given in (Start("lodge", "en"), Said("1"), Said("Ana"))]

    taken = await asyncio.gather(*(app.converser.receive(one) for one in updates))

    ana.contact_id = taken[0].contact_id
    answers = conversation_of(ana).frames[0].answers
    assert [answers["stay"].value, answers["guest"].value] == ["short", {"text": "Ana"}]
    assert [one.first for one in taken] == [1, 3, 4]


async def test_many_contacts_at_once_do_not_disturb_each_other(app: App) -> None:
    guests = [Guest(app, f"guest {n}") for n in range(GUESTS)]

    await asyncio.gather(
        *(guest.submits(f"Guest {'abcdefghijkl'[n]}") for n, guest in enumerate(guests))
    )

    for n, guest in enumerate(guests):
        (frame,) = conversation_of(guest).frames
        assert frame.answers["guest"].value == {"text": f"Guest {'abcdefghijkl'[n]}"}
        assert len(await guest.listens()) == len(await guests[0].listens())


async def test_the_same_address_on_two_channels_is_two_contacts(app: App) -> None:
    here, there = Guest(app, "ana"), Guest(app, "ana", "toy")

    await here.does(Start("lodge", "en"))
    await there.does(Start("lodge", "zh_Hans"))

    assert here.contact_id != there.contact_id
    assert conversation_of(here).language == "en"


async def test_an_input_left_by_another_process_is_taken_once(app: App) -> None:
    ana = Guest(app, "ana")
    await ana.submits()
    letterbox, given = Letterbox(app.sealer), Event("decision", 1, "approved")

    for _ in range(2):
        app.database.transact(
            lambda tx: letterbox.leave(tx, "staff", "a key", ana.contact_id, given, MORNING)
        )
    await asyncio.gather(*(app.clock.tick() for _ in range(5)))

    said = await ana.listens()
    assert said.count("You may choose a room.") == 1
    assert not app.database.look(lambda tx: undone(tx, 9, app.now()))

"""Files that lie with the platform: fetched, examined, one turn for each upload, in order."""

import asyncio
from dataclasses import replace

from sqlalchemy import update

from bot.app import App
from bot.channels.channel import Update
from bot.engine.model import Start, Uploaded
from bot.runner.fetch import FIRST_RETRY, LEASE
from bot.runner.receive import ALBUM_WAIT
from bot.store.attachments import Attachment, claim_attachments
from bot.store.tables import attachments, documents
from tests.conftest import OpenApp
from tests.runner.lodge import MORNING, Guest, Watch, conversation_of, count, eventually, phrase
from tests.runner.sender import (
    CHECK,
    HEARD_BEFORE,
    PAPER,
    Sender,
    due_at,
    nothing_left,
)
from tests.toy_channel import TOY, ToyPlatform
from tests.web.papers import photo


async def test_a_picture_is_fetched_and_taken_as_an_answer(app: App, platform: ToyPlatform) -> None:
    ana = await Sender(app, platform).is_asked_for_a_paper()

    await ana.sends(ana.picture())

    assert (await ana.hears(1))[0].startswith(CHECK)
    assert count(app, documents) == 1
    await eventually(app, nothing_left)


async def test_a_picture_that_is_told_twice_is_fetched_and_taken_once(
    app: App, platform: ToyPlatform
) -> None:
    ana = await Sender(app, platform).is_asked_for_a_paper()
    one = ana.picture()

    await asyncio.gather(*(ana.sends(one) for _ in range(20)))
    await ana.hears(1)
    await ana.sends(one)
    await eventually(app, nothing_left)

    assert len(platform.fetched) == 1
    assert len(platform.received["ana"]) == HEARD_BEFORE + 1


async def test_an_album_becomes_one_turn(app: App, platform: ToyPlatform, watch: Watch) -> None:
    ana = await Sender(app, platform).is_asked_for_a_paper()
    turn = conversation_of(ana.guest).turn

    await ana.sends(*(ana.picture(album="holidays") for _ in range(3)))
    assert not platform.fetched
    watch.passes(ALBUM_WAIT)

    heard = await ana.hears(2)
    await eventually(app, nothing_left)
    assert heard == ["One file is enough here.", PAPER]
    assert conversation_of(ana.guest).turn == turn + 1
    assert platform.fetched == ["picture 1", "picture 2", "picture 3"]


async def test_words_right_after_a_picture_are_answered_after_it_and_in_order(
    app: App, platform: ToyPlatform
) -> None:
    gate = asyncio.Event()
    platform.file_gates = iter([gate])
    ana = await Sender(app, platform).is_asked_for_a_paper()

    await ana.sends(ana.picture())
    await platform.is_asked(1)
    await ana.says("help")
    await ana.says("1")
    assert len(platform.received["ana"]) == HEARD_BEFORE
    gate.set()

    check, helped, again, *decided = await ana.hears(5)
    assert check.startswith(CHECK)
    assert helped == phrase(app, "help")
    assert again.startswith(CHECK)
    assert decided[-1] == "We are reading your request."


async def test_others_do_not_wait_for_somebodys_picture(app: App, platform: ToyPlatform) -> None:
    gate = asyncio.Event()
    platform.file_gates = iter([gate])
    ana = await Sender(app, platform).is_asked_for_a_paper()
    await ana.sends(ana.picture())
    await platform.is_asked(1)

    await Guest(app, "bo", TOY).does(Start("lodge", "en"))

    await platform.has("bo", 2)
    gate.set()
    await ana.hears(1)


async def test_a_fetch_that_fails_is_tried_again(
    app: App, platform: ToyPlatform, watch: Watch
) -> None:
    platform.file_answers = iter([500])
    ana = await Sender(app, platform).is_asked_for_a_paper()
    await ana.sends(ana.picture())
    await eventually(app, lambda tx: due_at(tx) == MORNING + FIRST_RETRY)

    watch.passes(FIRST_RETRY)

    assert (await ana.hears(1))[0].startswith(CHECK)


async def test_a_picture_waits_for_the_one_before_it_that_is_on_its_way(
    app: App, platform: ToyPlatform
) -> None:
    gate = asyncio.Event()
    platform.file_gates = iter([gate])
    ana = await Sender(app, platform).is_asked_for_a_paper()
    await ana.sends(ana.picture(), ana.picture())
    await platform.is_asked(1)

    due = app.database.transact(
        lambda tx: claim_attachments(tx, app.sealer, "there", app.now(), LEASE, 9)
    )
    gate.set()
    await eventually(app, nothing_left)

    assert not due
    assert platform.fetched == ["picture 1", "picture 2"]


async def test_who_sends_a_picture_first_is_spoken_to_in_the_language_of_their_platform(
    app: App, platform: ToyPlatform
) -> None:
    ana = Sender(app, platform)
    picture = replace(ana.picture(), language="zh_Hans")

    ana.guest.contact_id = (await app.converser.receive(picture)).contact_id

    await eventually(app, nothing_left)
    assert conversation_of(ana.guest).language == "zh_Hans"


async def test_a_file_the_platform_has_no_more_is_told_as_lost_at_once(
    app: App, platform: ToyPlatform
) -> None:
    ana = await Sender(app, platform).is_asked_for_a_paper()
    one = ana.picture()
    platform.files.clear()

    await ana.sends(one)

    assert await ana.hears(2) == [phrase(app, "file_lost"), PAPER]


async def test_a_file_that_is_known_to_be_too_large_is_told_and_never_fetched(
    app: App, platform: ToyPlatform
) -> None:
    ana = await Sender(app, platform).is_asked_for_a_paper()

    await ana.sends(ana.picture(failed="too_large", size=10**9))

    assert await ana.hears(2) == [phrase(app, "file_too_large"), PAPER]
    assert not platform.fetched


async def test_of_an_album_what_could_be_had_is_kept(
    app: App, platform: ToyPlatform, watch: Watch
) -> None:
    ana = await Sender(app, platform).is_asked_for_a_paper()
    good, lost = ana.picture(album="two"), ana.picture(album="two")
    del platform.files["picture 2"]

    await ana.sends(good, lost)
    watch.passes(ALBUM_WAIT)

    heard = await ana.hears(2)
    assert heard[0] == phrase(app, "file_lost")
    assert heard[1].startswith(CHECK)
    assert count(app, documents) == 1


async def test_a_file_whose_key_is_gone_is_told_as_lost_and_stops_nobody(
    app: App, platform: ToyPlatform, watch: Watch
) -> None:
    ana = await Sender(app, platform).is_asked_for_a_paper()
    await ana.sends(ana.picture(album="spoilt"))
    spoilt = update(attachments).values(attachment=b"spoilt")
    await app.database.write(lambda tx: tx.execute(spoilt))

    watch.passes(ALBUM_WAIT)

    assert await ana.hears(2) == [phrase(app, "file_lost"), PAPER]
    assert not app.failed.is_set()


async def test_what_a_program_had_claimed_is_fetched_again_by_the_next_of_its_name(
    open_app: OpenApp, platform: ToyPlatform, watch: Watch
) -> None:
    async with open_app("before") as app:
        ana = await Sender(app, platform).is_asked_for_a_paper()
        await ana.sends(ana.picture(album="claimed"))
    watch.passes(ALBUM_WAIT)
    claimed = app.database.transact(
        lambda tx: claim_attachments(tx, app.sealer, "here", watch.now(), LEASE, 9)
    )
    app.database.engine.dispose()
    assert len(claimed) == 1

    async with open_app("here") as again:
        assert (await ana.hears(1))[0].startswith(CHECK)
        await eventually(again, nothing_left)
        assert len(platform.received["ana"]) == HEARD_BEFORE + 1


async def test_two_programs_share_what_there_is_to_fetch(
    open_app: OpenApp, platform: ToyPlatform, watch: Watch
) -> None:
    async with open_app("one") as one, open_app("two") as two:
        guests = [Guest((one, two)[n % 2], f"guest {n}", TOY) for n in range(6)]
        for n, guest in enumerate(guests):
            await guest.does(Start("lodge", "en"))
            await guest.says("1", "Ana Núñez")
            platform.files[f"file {n}"] = photo(f"file {n}")
            album = tuple(Attachment(f"file {n}", album="all") for _ in range(2))
            given = Update(TOY, f"album {n}", guest.address, Uploaded(), attachments=album)
            await guest.app.converser.receive(given)

        watch.passes(ALBUM_WAIT)

        for guest in guests:
            await platform.has(guest.address, HEARD_BEFORE + 1)
        await eventually(one, nothing_left)
        assert sorted(platform.fetched) == sorted(f"file {n}" for n in range(6) for _ in "ab")
        assert count(one, documents) == 6

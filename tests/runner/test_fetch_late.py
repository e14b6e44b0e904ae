"""Files that the platform does not give out yet: tried again, told, and in nobody's way."""

from datetime import timedelta

from bot.app import App
from bot.runner.fetch import FIRST_RETRY, GIVEN_UP_AFTER, LONGEST_RETRY
from bot.runner.receive import ALBUM_WAIT
from bot.store.tables import documents
from bot.store.turns import WAITS_FOR_FILES
from tests.runner.lodge import MORNING, Watch, count, eventually, phrase
from tests.runner.sender import CHECK, PAPER, Sender, due_at, have_failed, nothing_left
from tests.toy_channel import ToyPlatform


async def test_a_file_that_does_not_come_within_a_minute_is_told_once(
    app: App, platform: ToyPlatform, watch: Watch
) -> None:
    ana = await Sender(app, platform).is_asked_for_a_paper()
    await ana.sends_what_fails(ana.picture(), ana.picture())
    platform.file_answers = iter([500] * 4)

    watch.passes(WAITS_FOR_FILES)
    await platform.is_asked(4)
    told = await ana.hears(2)
    watch.passes(LONGEST_RETRY)
    await platform.is_asked(6)
    await eventually(app, lambda tx: due_at(tx) > watch.now())
    await app.clock.tick()

    assert told == [phrase(app, "file_lost"), PAPER]
    assert await ana.hears(2) == told


async def test_a_file_that_comes_hours_later_counts_while_it_is_asked_for(
    app: App, platform: ToyPlatform, watch: Watch
) -> None:
    ana = await Sender(app, platform).is_told_that_a_picture_is_lost(watch)

    watch.passes(LONGEST_RETRY)

    assert (await ana.hears(3))[-1].startswith(CHECK)
    assert count(app, documents) == 1
    await eventually(app, nothing_left)


async def test_a_file_that_comes_after_it_was_sent_again_is_not_spoken_of(
    app: App, platform: ToyPlatform, watch: Watch
) -> None:
    ana = await Sender(app, platform).is_told_that_a_picture_is_lost(watch)
    await ana.sends(ana.picture())
    assert (await ana.hears(3))[-1].startswith(CHECK)

    watch.passes(LONGEST_RETRY)

    await eventually(app, nothing_left)
    assert len(await ana.hears(3)) == 3
    assert count(app, documents) == 1


async def test_a_file_that_was_told_as_lost_is_given_up_without_a_word(
    app: App, platform: ToyPlatform, watch: Watch
) -> None:
    ana = await Sender(app, platform).is_told_that_a_picture_is_lost(watch)
    platform.file_answers = iter([500])

    watch.passes(GIVEN_UP_AFTER)

    await eventually(app, nothing_left)
    assert (await ana.guest.listens()).count(phrase(app, "file_lost")) == 1


async def test_words_are_answered_a_minute_after_a_file_that_does_not_come(
    app: App, platform: ToyPlatform, watch: Watch
) -> None:
    ana = await Sender(app, platform).is_asked_for_a_paper()
    await ana.sends_what_fails(ana.picture())
    await ana.says("help")
    platform.file_answers = iter([500])

    watch.passes(WAITS_FOR_FILES)

    heard = await ana.hears(4)
    assert sorted(heard) == sorted([phrase(app, "help"), PAPER, phrase(app, "file_lost"), PAPER])


async def test_a_picture_sent_again_counts_while_the_first_waits_for_its_next_try(
    app: App, platform: ToyPlatform, watch: Watch
) -> None:
    ana = await Sender(app, platform).is_asked_for_a_paper()
    await ana.sends_what_fails(ana.picture())

    await ana.sends(ana.picture())

    assert (await ana.hears(1))[0].startswith(CHECK)
    watch.passes(WAITS_FOR_FILES)
    await eventually(app, nothing_left)
    assert len(await ana.hears(1)) == 1
    assert count(app, documents) == 1


async def test_a_picture_of_an_album_that_comes_after_the_others_failed_waits_for_none_of_them(
    app: App, platform: ToyPlatform, watch: Watch
) -> None:
    ana = await Sender(app, platform).is_asked_for_a_paper()
    platform.file_answers = iter([500])
    await ana.sends(ana.picture(album="all"))
    watch.passes(ALBUM_WAIT)
    await platform.is_asked(1)
    await eventually(app, have_failed)

    await ana.sends(ana.picture(album="all"))
    watch.passes(ALBUM_WAIT)

    assert (await ana.hears(1))[0].startswith(CHECK)
    assert platform.fetched == ["picture 1", "picture 2"]


async def test_a_file_that_cannot_be_had_for_three_days_is_told_as_lost(
    app: App, platform: ToyPlatform, watch: Watch
) -> None:
    platform.file_answers = iter([500, 500])
    ana = await Sender(app, platform).is_asked_for_a_paper()
    await ana.sends(ana.picture())
    await eventually(app, lambda tx: due_at(tx) == MORNING + FIRST_RETRY)

    watch.passes(GIVEN_UP_AFTER + timedelta(seconds=1))

    await eventually(app, nothing_left)
    assert (await ana.guest.listens()).count(phrase(app, "file_lost")) == 1
    assert len(platform.fetched) == 2

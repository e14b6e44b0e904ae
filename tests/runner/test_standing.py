"""What platforms tell beside the words: who left or came back, what may be said, what to forget."""

import asyncio
from datetime import timedelta

from sqlalchemy import select

from bot.app import App
from bot.channels.channel import Standing, Update
from bot.engine.model import Said, Start
from bot.store.tables import allowances, contacts, inbox, outbox
from tests.conftest import OpenApp
from tests.runner.lodge import MORNING, Guest, Watch, conversation_of, count, eventually, phrase
from tests.runner.test_lane import ASKED, DAY, NAME, Grantee, nothing_due_before, starts
from tests.toy_channel import TOY, ToyPlatform

REMINDER = timedelta(hours=21)


def told(standing: Standing, number: int) -> Update:
    """The platform tells of Ana."""
    return Update(TOY, f"told {number}", "ana", None, standing=standing)


def is_gone(app: App) -> bool:
    gone = select(contacts.c.gone_at).where(contacts.c.address == "ana")
    return app.database.look(lambda tx: tx.execute(gone).scalar_one()) is not None


def calls_left(app: App) -> int:
    return int(app.database.look(lambda tx: tx.execute(select(allowances.c.calls)).scalar_one()))


async def all_at_once(app: App, *updates: Update) -> None:
    """Take updates in one commit."""
    await asyncio.gather(*(app.converser.receive(one) for one in updates))


# who is there


async def test_who_blocked_us_and_came_back_in_one_commit_is_answered(
    app: App, platform: ToyPlatform
) -> None:
    ana = await starts(Guest(app, "ana", TOY))
    await platform.has("ana", 2)

    says = ana.update(Said("1"))
    await all_at_once(app, told(Standing.GONE, 1), told(Standing.BACK, 2), says)

    await platform.has("ana", 3)
    assert platform.texts("ana")[2:] == [NAME]
    assert not is_gone(app)


async def test_who_spoke_and_then_left_in_one_commit_is_gone(
    app: App, platform: ToyPlatform
) -> None:
    ana = await starts(Guest(app, "ana", TOY))
    await platform.has("ana", 2)

    await all_at_once(app, ana.update(Said("1")), told(Standing.GONE, 1))

    assert is_gone(app)


async def test_an_old_notice_that_is_repeated_sends_nobody_away(
    app: App, platform: ToyPlatform
) -> None:
    await starts(Guest(app, "ana", TOY))
    left = told(Standing.GONE, 1)
    await app.converser.receive(left)
    await app.converser.receive(told(Standing.BACK, 2))

    await app.converser.receive(left)

    assert not is_gone(app)


# what may be said


async def test_a_repeat_allows_nothing_new(open_app: OpenApp, platform: ToyPlatform) -> None:
    async with open_app(is_metered=True) as app:
        ana = Grantee(app, calls=5)
        update = ana.update(Start("lodge", "en"))
        await app.converser.receive(update)
        await nothing_due_before(app, None)
        assert calls_left(app) == 3

        await app.converser.receive(update)

        assert calls_left(app) == 3


async def test_a_command_is_obeyed_also_while_the_question_was_held_back(
    open_app: OpenApp, platform: ToyPlatform
) -> None:
    async with open_app(is_metered=True) as app:
        ana = await starts(Grantee(app, calls=1))
        await nothing_due_before(app, MORNING + timedelta(days=30))
        assert platform.texts("ana") == [phrase(app, "welcome")]

        ana.grant = Grantee(app, calls=5).grant
        await ana.says("help")

        await platform.has("ana", 4)
        assert platform.texts("ana")[1:] == [ASKED, phrase(app, "help"), ASKED]


async def test_words_answer_a_question_that_was_seen_although_its_reminder_was_held_back(
    open_app: OpenApp, platform: ToyPlatform, watch: Watch
) -> None:
    async with open_app(is_metered=True) as app:
        ana = await starts(Grantee(app, calls=2, lasts=DAY))
        await platform.has("ana", 2)
        watch.passes(REMINDER)
        await eventually(app, lambda tx: any(tx.execute(select(outbox.c.is_held)).scalars()))

        await ana.says("1")

        assert [answer.value for answer in conversation_of(ana).frames[0].answers.values()] == [
            "short"
        ]


# what is taken back


async def test_who_takes_back_their_leave_is_met_as_somebody_new(
    app: App, platform: ToyPlatform
) -> None:
    ana = await starts(Guest(app, "ana", TOY))
    said = ana.update(Said("1"))
    await app.converser.receive(said)
    await app.converser.receive(told(Standing.FORGET, 1))
    assert conversation_of(ana).frames == ()
    assert count(app, outbox) == 0

    await ana.says("hm")

    assert ana.heard == [phrase(app, "not_understood"), phrase(app, "menu_question")]


async def test_what_was_forgotten_is_not_taken_anew_when_it_is_repeated(
    app: App, platform: ToyPlatform
) -> None:
    ana = await starts(Guest(app, "ana", TOY))
    said = ana.update(Said("1"))
    await app.converser.receive(said)
    await app.converser.receive(told(Standing.FORGET, 1))

    again = await app.converser.receive(said)

    assert again.inbox_id == 0
    kept = app.database.look(lambda tx: tx.execute(select(inbox.c.input)).scalars().all())
    assert sum(bool(one) for one in kept) == 1  # the notice itself

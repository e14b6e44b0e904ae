import asyncio
import contextlib
import itertools
from datetime import datetime, timedelta

import pytest
from sqlalchemy import select

from bot.app import App
from bot.engine.model import Start
from bot.runner.lane import ATTEMPTS, FIRST_RETRY, LEASE, LONGEST_RETRY
from bot.store.outbox import claim, next_due
from bot.store.tables import contacts, outbox
from tests.conftest import OpenApp
from tests.runner.lodge import MORNING, Guest, Watch, eventually, phrase
from tests.toy_channel import HANG, TOY, ToyPlatform

QUESTIONS = ["How long will you stay?", "What is your name?", "Please send your identity paper."]


def guest(app: App, name: str = "ana") -> Guest:
    return Guest(app, name, TOY)


async def due_at(app: App, at: datetime | None) -> None:
    """Wait until the next message is due then, and none sooner."""
    await eventually(app, lambda tx: next_due(tx, [TOY]) == at)


async def test_messages_arrive_in_order(app: App, platform: ToyPlatform) -> None:
    ana = guest(app)

    await ana.submits()

    said = await ana.listens()
    await platform.has("ana", len(said))
    assert platform.texts("ana") == said
    assert len(platform.received["ana"]) == len(said)


async def test_a_channel_that_is_fetched_is_never_sent_to(app: App, platform: ToyPlatform) -> None:
    await Guest(app, "ana").does(Start("lodge", "en"))
    await guest(app, "bo").does(Start("lodge", "en"))

    await platform.has("bo", 1)
    await due_at(app, None)

    assert set(platform.received) == {"bo"}


async def test_after_a_failure_later_messages_wait_with_the_first(
    app: App, platform: ToyPlatform, watch: Watch
) -> None:
    platform.answers = iter([500])
    ana = guest(app)
    await ana.does(Start("lodge", "en"))
    await due_at(app, MORNING + FIRST_RETRY)
    await ana.says("1", "Ana Núñez")
    assert platform.called == 1

    watch.passes(FIRST_RETRY)
    app.deliverer.nudge()

    await platform.has("ana", 4)
    assert platform.texts("ana") == [phrase(app, "welcome"), *QUESTIONS]


async def test_one_contacts_failure_does_not_keep_others_waiting(
    app: App, platform: ToyPlatform
) -> None:
    platform.answers = iter([500])
    await guest(app, "ana").does(Start("lodge", "en"))
    await due_at(app, MORNING + FIRST_RETRY)

    await guest(app, "bo").does(Start("lodge", "en"))

    await platform.has("bo", 1)
    assert not platform.texts("ana")


async def test_a_platform_that_is_asked_too_often_says_when_to_come_again(
    app: App, platform: ToyPlatform, watch: Watch
) -> None:
    platform.answers, platform.retry_after = iter([429]), "30"
    await guest(app).does(Start("lodge", "en"))

    await due_at(app, MORNING + timedelta(seconds=30))
    watch.passes(timedelta(seconds=30))
    app.deliverer.nudge()

    await platform.has("ana", 1)


async def test_a_platform_that_hangs_is_tried_again(
    open_app: OpenApp, platform: ToyPlatform, watch: Watch
) -> None:
    platform.answers = iter([HANG])
    async with open_app(patience=0.1) as app:
        await guest(app).does(Start("lodge", "en"))
        await due_at(app, MORNING + FIRST_RETRY)

        watch.passes(FIRST_RETRY)
        app.deliverer.nudge()

        await platform.has("ana", 1)


async def test_a_message_that_is_refused_for_good_is_given_up_and_the_next_is_sent(
    app: App, platform: ToyPlatform
) -> None:
    platform.answers = iter([400])
    ana = guest(app)

    await ana.does(Start("lodge", "en"))
    await platform.is_called(1)
    await ana.says("1")

    await platform.has("ana", 2)
    assert platform.texts("ana") == QUESTIONS[:2]
    given_up = select(outbox.c.n, outbox.c.problem).where(outbox.c.failed_at.is_not(None))
    await due_at(app, None)
    assert app.database.look(lambda tx: tx.execute(given_up).all()) == [(1, "status 400")]


async def test_a_contact_that_is_gone_is_noted(app: App, platform: ToyPlatform) -> None:
    platform.answers = iter([403])

    await guest(app).does(Start("lodge", "en"))

    await due_at(app, None)
    gone = select(contacts.c.address).where(contacts.c.gone_at == MORNING)
    assert app.database.look(lambda tx: tx.execute(gone).scalars().all()) == ["ana"]


async def test_a_message_is_given_up_after_so_many_attempts(
    app: App, platform: ToyPlatform, watch: Watch
) -> None:
    platform.answers = itertools.repeat(500, ATTEMPTS)
    await guest(app).does(Start("lodge", "en"))

    for attempt in range(1, ATTEMPTS):
        delay = min(FIRST_RETRY * 2 ** (attempt - 1), LONGEST_RETRY)
        await due_at(app, watch.now() + delay)
        watch.passes(delay)
        app.deliverer.nudge()
    await due_at(app, None)

    assert platform.called == ATTEMPTS + 1
    assert platform.texts("ana") == QUESTIONS[:1]
    assert watch.now() - MORNING < timedelta(hours=2)


async def test_what_was_claimed_under_the_same_name_is_sent_at_the_next_start(
    open_app: OpenApp, platform: ToyPlatform, watch: Watch
) -> None:
    await leave_claimed(open_app, platform, watch, by="here")

    async with open_app("here"):
        await platform.has("ana", 1)


async def test_what_another_worker_has_claimed_waits_for_the_end_of_its_lease(
    open_app: OpenApp, platform: ToyPlatform, watch: Watch
) -> None:
    await leave_claimed(open_app, platform, watch, by="there")

    async with open_app("here") as app:
        await guest(app, "bo").does(Start("lodge", "en"))
        await platform.has("bo", 1)
        assert not platform.texts("ana")

        watch.passes(LEASE)
        app.deliverer.nudge()
        await platform.has("ana", 1)


async def leave_claimed(open_app: OpenApp, platform: ToyPlatform, watch: Watch, by: str) -> None:
    """One message to Ana, claimed by a worker that died before it was sent."""
    platform.answers = iter([500])
    async with open_app("before") as app:
        await guest(app).does(Start("lodge", "en"))
        await due_at(app, MORNING + FIRST_RETRY)
    watch.passes(FIRST_RETRY)
    claimed = app.database.transact(lambda tx: claim(tx, by, watch.now(), LEASE, 9, [TOY]))
    app.database.engine.dispose()
    assert len(claimed) == 2


async def test_a_worker_whose_lease_is_over_begins_no_further_send(
    open_app: OpenApp, platform: ToyPlatform, watch: Watch
) -> None:
    async with open_app("slow") as slow:
        ana = guest(slow)
        await ana.does(Start("lodge", "en"))
        await ana.says("1", "Ana Núñez")
        await ana.sends()
        await platform.has("ana", 5)
        gate = asyncio.Event()
        platform.gates = iter([gate])
        await ana.says("1")
        await platform.is_called(6)

        watch.passes(LEASE)
        async with open_app("quick"):
            await platform.has("ana", 7)
            gate.set()
            await eventually(slow, lambda tx: next_due(tx, [TOY]) is None)

    keys = [one.key for one in platform.received["ana"]]
    *_, last, repeated = keys
    assert keys.count(last) == 1
    assert keys.count(repeated) == 2
    assert platform.texts("ana")[-1] == "We are reading your request."


async def test_what_a_stopping_program_has_not_sent_the_next_one_sends_once(
    open_app: OpenApp, platform: ToyPlatform
) -> None:
    gate = asyncio.Event()
    async with contextlib.AsyncExitStack() as stack:
        app = await stack.enter_async_context(open_app("first"))
        ana = guest(app)
        await ana.does(Start("lodge", "en"))
        await ana.says("1", "Ana Núñez")
        await ana.sends()
        await platform.has("ana", 5)
        platform.gates = iter([gate])
        await ana.says("1")
        await platform.is_called(6)
        stopping = asyncio.create_task(stack.pop_all().aclose())
        await asyncio.sleep(0)
        gate.set()
        await stopping

    async with open_app("second"):
        received = await platform.has("ana", 7)

    assert [one.text for one in received] == platform.texts("ana")
    assert len(received) == 7


@pytest.mark.parametrize("names", [("one", "two")])
async def test_two_programs_send_each_message_once(
    open_app: OpenApp, platform: ToyPlatform, names: tuple[str, str]
) -> None:
    async with open_app(names[0]) as one, open_app(names[1]) as two:
        guests = [guest(app, f"{n}") for n, app in enumerate([one, two] * 5)]

        await asyncio.gather(*(each.submits() for each in guests))

        for each in guests:
            assert len(await platform.has(each.address, 7)) == 7
            assert platform.texts(each.address) == await each.listens()

"""Several messages in one call, one message in several, allowances that run out: over HTTP."""

import asyncio
import itertools
from collections.abc import Sequence
from datetime import timedelta
from typing import TypeVar

from sqlalchemy import select

from bot.app import App
from bot.channels.channel import Grant, Standing, Update
from bot.engine.model import Input, Said, Start
from bot.runner.lane import ATTEMPTS, FIRST_RETRY, HELD_FOR
from bot.store.outbox import next_due
from bot.store.tables import allowances, outbox
from tests.conftest import OpenApp
from tests.runner.lodge import MORNING, Guest, Watch, count, eventually, phrase
from tests.toy_channel import CLOSED, TOY, ToyPlatform

ASKED = "How long will you stay?"
NAME = "What is your name?"
DAY = timedelta(days=1)


class Grantee(Guest):
    """A guest on a channel that counts: everything they do allows some calls for a while."""

    def __init__(self, app: App, calls: int = 5, lasts: timedelta = DAY) -> None:
        super().__init__(app, "ana", TOY)
        self.grant = Grant(calls, lasts)

    def update(self, given: Input, documents: Sequence[object] = ()) -> Update:
        plain = super().update(given)
        return Update(plain.channel, plain.id, plain.address, given, grant=self.grant)


Who = TypeVar("Who", bound=Guest)


async def starts(guest: Who) -> Who:
    await guest.does(Start("lodge", "en"))
    return guest


async def nothing_due_before(app: App, moment: object) -> None:
    await eventually(app, lambda tx: next_due(tx, [TOY]) == moment)


def states(app: App) -> list[tuple[int, bool, bool, bool]]:
    """Of each message its number, and whether it is sent, given up, held."""
    row = select(outbox.c.n, outbox.c.sent_at, outbox.c.failed_at, outbox.c.is_held)
    found = app.database.look(lambda tx: tx.execute(row.order_by(outbox.c.n)).all())
    return [(n, bool(sent), bool(failed), bool(held)) for n, sent, failed, held in found]


async def test_what_waits_for_a_contact_goes_out_in_one_call(
    open_app: OpenApp, platform: ToyPlatform
) -> None:
    async with open_app(fits=5) as app:
        await starts(Guest(app, "ana", TOY))
        await platform.has("ana", 1)
        await nothing_due_before(app, None)

        assert platform.texts("ana") == [f"{phrase(app, 'welcome')}\n\n{ASKED}"]
        assert states(app) == [(1, True, False, False), (2, True, False, False)]


async def test_a_long_message_goes_out_in_parts_in_order(
    open_app: OpenApp, platform: ToyPlatform
) -> None:
    async with open_app(longest=40) as app:
        welcome = phrase(app, "welcome")
        await starts(Guest(app, "ana", TOY))
        await nothing_due_before(app, None)

        *parts, asked = platform.texts("ana")
        assert len(parts) > 1
        assert ("".join(parts), asked) == (welcome, ASKED)
        assert [one.part for one in platform.received["ana"]] == [*range(len(parts)), 0]


async def test_after_a_failure_in_the_middle_nothing_that_was_out_goes_again(
    open_app: OpenApp, platform: ToyPlatform, watch: Watch
) -> None:
    platform.answers = iter([200, 200, 500])
    async with open_app(longest=40) as app:
        await starts(Guest(app, "ana", TOY))
        await nothing_due_before(app, MORNING + FIRST_RETRY)
        assert len(platform.received["ana"]) == 2

        watch.passes(FIRST_RETRY)
        app.deliverer.nudge()
        await nothing_due_before(app, None)

        assert "".join(platform.texts("ana")) == phrase(app, "welcome") + ASKED
        assert len(platform.received["ana"]) == len(platform.texts("ana"))


async def test_a_part_that_is_refused_for_good_ends_its_message_and_no_other(
    open_app: OpenApp, platform: ToyPlatform
) -> None:
    platform.answers = iter([200, 400])
    async with open_app(longest=40) as app:
        await starts(Guest(app, "ana", TOY))
        await nothing_due_before(app, None)

        assert platform.texts("ana") == [phrase(app, "welcome")[:40], ASKED]
        assert platform.called == 3
        assert states(app) == [(1, False, True, False), (2, True, False, False)]


async def test_what_the_platform_puts_off_costs_no_attempt(
    open_app: OpenApp, platform: ToyPlatform, watch: Watch
) -> None:
    wait = timedelta(seconds=30)
    platform.answers, platform.retry_after = itertools.repeat(429, ATTEMPTS + 3), "30"
    async with open_app(fits=5) as app:
        await starts(Guest(app, "ana", TOY))
        for _ in range(ATTEMPTS + 3):
            await nothing_due_before(app, watch.now() + wait)
            watch.passes(wait)
            app.deliverer.nudge()

        await platform.has("ana", 1)


async def test_a_gone_contacts_messages_are_given_up_visibly_and_go_again_when_back(
    app: App, platform: ToyPlatform
) -> None:
    platform.answers = iter([403])
    ana = await starts(Guest(app, "ana", TOY))
    await nothing_due_before(app, None)
    assert states(app) == [(1, False, True, False), (2, False, True, False)]
    assert platform.called == 1

    plain = ana.update(Said("x"))
    left = Update(TOY, plain.id, "ana", None, standing=Standing.GONE)
    await app.converser.receive(left)
    assert platform.called == 1

    back = Update(TOY, "ana:back", "ana", Said("1"), standing=Standing.BACK)
    await app.converser.receive(back)

    await platform.has("ana", 1)
    assert platform.texts("ana") == [NAME]


async def test_who_left_is_not_called_for_what_was_not_sent_yet(
    app: App, platform: ToyPlatform, watch: Watch
) -> None:
    platform.answers = iter([500])
    await starts(Guest(app, "ana", TOY))
    await nothing_due_before(app, MORNING + FIRST_RETRY)
    await app.converser.receive(Update(TOY, "left", "ana", None, standing=Standing.GONE))

    watch.passes(FIRST_RETRY)
    app.deliverer.nudge()
    await nothing_due_before(app, None)

    assert platform.called == 1
    assert states(app) == [(1, False, True, False), (2, False, True, False)]


# allowances


async def test_calls_are_paid_out_of_the_grant(open_app: OpenApp, platform: ToyPlatform) -> None:
    async with open_app(is_metered=True) as app:
        await starts(Grantee(app, calls=5))
        await platform.has("ana", 2)
        await nothing_due_before(app, None)

        left = app.database.look(lambda tx: tx.execute(select(allowances.c.calls)).scalar_one())
        assert left == 3


async def test_without_calls_messages_wait_and_the_next_word_brings_them_in_order(
    open_app: OpenApp, platform: ToyPlatform
) -> None:
    async with open_app(is_metered=True) as app:
        ana = await starts(Grantee(app, calls=1))
        await nothing_due_before(app, MORNING + HELD_FOR)
        assert platform.texts("ana") == [phrase(app, "welcome")]
        assert states(app) == [(1, True, False, False), (2, False, False, True)]

        ana.grant = Grant(5, DAY)
        await ana.says("2")  # to a question she has not seen
        await platform.has("ana", 2)
        await ana.says("1")

        await platform.has("ana", 3)
        assert platform.texts("ana")[1:] == [ASKED, NAME]
        await nothing_due_before(app, None)


async def test_an_allowance_that_is_over_lets_nothing_out(
    open_app: OpenApp, platform: ToyPlatform, watch: Watch
) -> None:
    async with open_app(is_metered=True) as app:
        ana = await starts(Grantee(app))
        await platform.has("ana", 2)
        await nothing_due_before(app, None)
        watch.passes(DAY)

        await app.converser.receive(Update(TOY, "silent", "ana", Said("1")))
        await nothing_due_before(app, watch.now() + HELD_FOR)
        assert platform.called == 2

        await ana.does(Said("help"))
        received = await platform.has("ana", 3)
        assert received[2].text == NAME


async def test_a_refusal_of_the_platform_empties_the_ledger_and_loses_nothing(
    open_app: OpenApp, platform: ToyPlatform, watch: Watch
) -> None:
    platform.answers = iter([200, CLOSED])
    async with open_app(is_metered=True) as app:
        ana = await starts(Grantee(app))
        await nothing_due_before(app, MORNING + HELD_FOR)
        left = app.database.look(lambda tx: tx.execute(select(allowances.c.calls)).scalar_one())
        assert left == 0

        watch.passes(timedelta(seconds=1))
        await ana.says("2")  # to a question she has not seen
        await platform.has("ana", 2)
        await ana.says("1")

        await platform.has("ana", 3)
        assert platform.texts("ana")[1:] == [ASKED, NAME]


async def test_who_speaks_while_the_platform_refuses_is_answered_all_the_same(
    open_app: OpenApp, platform: ToyPlatform, watch: Watch
) -> None:
    gate = asyncio.Event()
    platform.answers, platform.gates = iter([CLOSED]), iter([gate])
    async with open_app(is_metered=True) as app:
        ana = await starts(Grantee(app))
        await platform.is_called(1)
        watch.passes(timedelta(seconds=1))
        await ana.says("1")

        gate.set()

        await platform.has("ana", 3)
        assert platform.texts("ana") == [phrase(app, "welcome"), ASKED, NAME]


async def test_what_nobody_lets_us_say_is_given_up_visibly_after_its_time(
    open_app: OpenApp, platform: ToyPlatform, watch: Watch
) -> None:
    async with open_app(is_metered=True) as app:
        await starts(Grantee(app, calls=0))
        await nothing_due_before(app, MORNING + HELD_FOR)

        watch.passes(HELD_FOR)
        app.deliverer.nudge()
        await nothing_due_before(app, None)

        assert platform.called == 0
        assert states(app) == [(1, False, True, False), (2, False, True, False)]
        assert count(app, outbox) == 2

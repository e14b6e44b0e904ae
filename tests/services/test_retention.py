from datetime import timedelta

from sqlalchemy import select, update

from bot.app import App
from bot.engine.model import Start
from bot.store.tables import (
    cases,
    conversations,
    document_parts,
    documents,
    inbox,
    outbox,
    waiting_list,
)
from tests.runner.lodge import Guest, Watch, approve, cases_of, confirm, conversation_of, count
from tests.runner.wondered import asked, asks

DRAFTS = timedelta(days=7)
CLOSED = timedelta(days=30)
MESSAGES = timedelta(days=30)
"""As long as the toy centre keeps each."""
REMINDED = timedelta(hours=20)
SHORTLY = timedelta(minutes=11)
"""Longer than the clock waits between two looks at what is old."""


async def ticks(app: App, watch: Watch, *, after: timedelta) -> None:
    """Let time pass, and the clock look once."""
    watch.passes(after)
    await app.clock.tick()


async def half_way(app: App) -> Guest:
    """A guest who has sent a paper and goes no further."""
    ana = Guest(app, "ana")
    await ana.does(Start("lodge", "en"))
    await ana.says("1", "Ana Núñez")
    await ana.sends()
    return ana


async def test_a_draft_is_forgotten_when_it_was_not_touched_for_its_time(
    app: App, watch: Watch
) -> None:
    ana = await half_way(app)

    await ticks(app, watch, after=REMINDED)
    await ticks(app, watch, after=DRAFTS - SHORTLY)
    assert conversation_of(ana).frames
    await ticks(app, watch, after=2 * SHORTLY)

    left = conversation_of(ana)
    assert (left.frames, left.wakes, left.aside) == ((), (), None)
    assert (left.language, count(app, documents), count(app, document_parts)) == ("en", 0, 0)


async def test_a_draft_that_is_touched_is_kept_as_long_again_with_its_papers(
    app: App, watch: Watch
) -> None:
    ana = await half_way(app)

    await ticks(app, watch, after=DRAFTS - SHORTLY)
    await ana.says("help")
    await ticks(app, watch, after=DRAFTS - SHORTLY)

    assert conversation_of(ana).frames
    assert count(app, documents) == 1


async def test_a_paper_of_a_draft_that_was_given_up_is_deleted_after_its_time(
    app: App, watch: Watch
) -> None:
    ana = await half_way(app)
    await ana.says("cancel", "1")

    await ticks(app, watch, after=DRAFTS + SHORTLY)

    assert count(app, documents) == 0


async def test_whose_draft_is_forgotten_begins_anew_and_is_asked_everything(
    app: App, watch: Watch
) -> None:
    ana = await half_way(app)
    await ticks(app, watch, after=DRAFTS + SHORTLY)

    await ana.does(Start("lodge"))

    assert ana.heard[-1] == "How long will you stay?"
    assert not conversation_of(ana).frames[-1].answers


async def test_what_is_handed_in_is_kept_until_it_is_decided(app: App, watch: Watch) -> None:
    ana = Guest(app, "ana")
    await ana.submits()

    await ticks(app, watch, after=10 * CLOSED)

    assert conversation_of(ana).frames
    assert (len(cases_of(ana)), count(app, documents)) == (1, 1)


async def test_a_decided_case_is_deleted_with_its_papers_after_its_time(
    app: App, watch: Watch
) -> None:
    ana = Guest(app, "ana")
    await ana.is_approved()

    await ticks(app, watch, after=CLOSED - SHORTLY)
    assert (count(app, cases), count(app, documents)) == (1, 1)
    await ticks(app, watch, after=2 * SHORTLY)

    assert (count(app, cases), count(app, documents), count(app, document_parts)) == (0, 0, 0)


async def test_a_withdrawn_case_is_deleted_like_a_decided_one(app: App, watch: Watch) -> None:
    ana = Guest(app, "ana")
    await ana.submits()
    await ana.says("cancel", "1")

    await ticks(app, watch, after=CLOSED + SHORTLY)

    assert (count(app, cases), count(app, documents)) == (0, 0)


async def test_messages_are_deleted_after_their_time(app: App, watch: Watch) -> None:
    ana = Guest(app, "ana")
    await ana.submits()
    assert await ana.listens()

    await ticks(app, watch, after=MESSAGES + SHORTLY)

    assert (await ana.listens(), count(app, inbox), count(app, outbox)) == ([], 0, 0)


async def test_what_is_said_later_stands_behind_what_was_deleted(app: App, watch: Watch) -> None:
    ana = Guest(app, "ana")
    await ana.submits()
    (*_, last) = await app.reader.after(ana.contact_id, 0, 100, ana.channel)
    await ticks(app, watch, after=MESSAGES + SHORTLY)

    assert approve(ana)
    await app.clock.tick()

    later = await app.reader.after(ana.contact_id, last.n, 100, ana.channel)
    assert [one.message.text for one in later][0] == "You may choose a room."


async def test_what_is_old_is_looked_for_every_ten_minutes(app: App, watch: Watch) -> None:
    ana = await half_way(app)
    await app.clock.tick()

    watch.passes(DRAFTS + timedelta(seconds=1))
    await app.clock.tick()
    await app.clock.tick()

    assert not conversation_of(ana).frames


async def test_a_conversation_that_does_not_open_keeps_no_other_draft_and_no_decision_back(
    app: App, watch: Watch
) -> None:
    ana, bo, carla = await half_way(app), Guest(app, "bo"), Guest(app, "carla")
    await bo.does(Start("lodge", "en"))
    await bo.says("1", "Bo")
    await carla.submits()
    spoilt = update(conversations).where(conversations.c.contact_id == ana.contact_id)
    app.database.transact(lambda tx: tx.execute(spoilt.values(state=b"spoilt")))

    await ticks(app, watch, after=DRAFTS + SHORTLY)
    assert approve(carla)
    await app.clock.tick()

    assert not conversation_of(bo).frames
    assert (await carla.listens())[-1] == "Which room would you like?"


async def test_with_its_case_a_frame_leaves_the_waiting_list(app: App, watch: Watch) -> None:
    for name in ("ana", "bo"):
        holder = Guest(app, name)
        await holder.holds()
        assert confirm(holder)
    carla = Guest(app, "carla")
    await carla.is_approved()
    await carla.says("1")
    assert carla.heard[0] == "You are number 1 on the list."

    await ticks(app, watch, after=CLOSED + SHORTLY)

    state = select(waiting_list.c.state)
    assert app.database.look(lambda tx: tx.execute(state).scalars().all()) == ["left"]


async def test_a_question_that_nobody_asks_any_more_is_deleted(app: App, watch: Watch) -> None:
    asks(app, "where do tortoises sleep?", "is there a tower?")
    watch.passes(MESSAGES - SHORTLY)
    asks(app, "is there a tower?")

    await ticks(app, watch, after=2 * SHORTLY)

    assert list(asked(app)) == ["is there a tower?"]

"""Staff ask again, or tell something: it is left in the inbox and taken by the clock."""

from datetime import timedelta

from sqlalchemy import select

from bot.app import App
from bot.channels.channel import Standing, Update
from bot.engine.model import AskedAgain, Notice
from bot.services.letterbox import Letterbox
from bot.store.tables import conversations
from tests.runner.lodge import Guest, Watch, cases_of, conversation_of, phrase
from tests.toy_channel import TOY, ToyPlatform

DRAFTS = timedelta(days=7, minutes=11)
PAPER = "Please send your identity paper."
READING = "We are reading your request."


async def leave(app: App, guest: Guest, given: AskedAgain | Notice, key: str = "1") -> bool:
    """Staff leave something for a guest, and the clock ticks."""
    letterbox = Letterbox(app.sealer)
    left = app.database.transact(
        lambda tx: letterbox.leave(tx, "staff", key, guest.contact_id, given, app.now())
    )
    await app.clock.tick()
    return left


async def is_asked_again(app: App, guest: Guest, key: str = "1") -> bool:
    """Staff ask a guest once more for the paper."""
    frame = conversation_of(guest).frames[-1].id
    return await leave(app, guest, AskedAgain(frame, "paper", "submit", "It is blurred."), key)


async def test_the_contact_is_asked_once_however_often_it_is_left(app: App) -> None:
    ana = Guest(app, "ana")
    await ana.submits()
    before = await ana.listens()

    assert await is_asked_again(app, ana)
    assert not await is_asked_again(app, ana)

    said = (await ana.listens())[len(before) :]
    asked = phrase(app, "asked_again", title="Take a room", reason="It is blurred.")
    assert said == [asked, PAPER]


async def test_a_new_answer_is_handed_in_under_the_same_reference(app: App) -> None:
    ana = Guest(app, "ana")
    await ana.submits()
    (case,) = cases_of(ana)
    await is_asked_again(app, ana)

    await ana.sends()

    assert ana.heard == [f"We have your request {case.reference}.", READING]
    assert [one.reference for one in cases_of(ana)] == [case.reference]


async def test_what_is_asked_again_stays_open_longer_than_a_draft(app: App, watch: Watch) -> None:
    ana = Guest(app, "ana")
    await ana.submits()
    await is_asked_again(app, ana)

    for _ in range(2):
        watch.passes(DRAFTS)
        await app.clock.tick()
    await ana.sends()

    assert ana.heard[-1] == READING


async def test_papers_sent_for_what_is_asked_again_are_kept_like_those_of_a_draft(
    app: App,
) -> None:
    ana = Guest(app, "ana")
    draft_at = select(conversations.c.draft_at)
    await ana.submits()
    assert app.database.look(lambda tx: tx.execute(draft_at).scalar_one()) is None

    await is_asked_again(app, ana)

    assert app.database.look(lambda tx: tx.execute(draft_at).scalar_one()) == app.now()


async def test_who_takes_back_their_leave_is_asked_nothing_any_more(
    app: App, platform: ToyPlatform
) -> None:
    ana = Guest(app, "ana", TOY)
    await ana.submits()
    await is_asked_again(app, ana)

    await app.converser.receive(Update(TOY, "gone", "ana", None, standing=Standing.FORGET))

    (frame,) = conversation_of(ana).frames
    assert (frame.redo, frame.handed_in, frame.reopened) == ("", {}, "")
    assert "paper" in frame.answers


async def test_words_of_staff_are_said_and_no_menu_follows(app: App) -> None:
    ana = Guest(app, "ana")
    await ana.submits()
    before = await ana.listens()
    facts = {"title": "Take a room", "reference": "A-1", "words": "Bring a coat."}

    await leave(app, ana, Notice("staff_message", facts))

    told = phrase(app, "staff_message", title="Take a room", reference="A-1", words="Bring a coat.")
    assert (await ana.listens())[len(before) :] == [told]

import msgspec

from bot.app import App
from bot.engine.effects import Do
from bot.engine.model import Answer, Notice
from bot.services.action import Acting
from bot.services.became import Became
from bot.store.cases import APPROVED, REFUSED, SUBMITTED, WITHDRAWN
from bot.store.stock import all_flats
from tests.runner.lodge import Guest, approve, cases_of, confirm
from tests.services.casework import case_of, does, left_for, told


def refuse(guest: Guest, reason: str = "") -> bool:
    app, reference = guest.app, cases_of(guest)[-1].reference
    came = app.database.transact(
        lambda tx: app.services.cases.decide(
            tx, reference, approve=False, by="Staff", now=app.now(), reason=reason
        )
    )
    return came is Became.DONE


async def test_a_case_holds_the_answers_its_contact_gave(app: App) -> None:
    ana = Guest(app, "ana")

    await ana.submits("Ana Núñez")

    (case,) = cases_of(ana)
    plain = app.sealer.open(case.answers, f"case:{case.reference}")
    answers = msgspec.json.decode(plain, type=dict[str, Answer])
    assert case.state == SUBMITTED
    assert answers["guest"].value == {"text": "Ana Núñez"}
    assert set(answers) >= {"stay", "guest", "paper"}


async def test_a_case_is_due_after_working_days(app: App) -> None:
    ana = Guest(app, "ana")

    await ana.submits()

    (case,) = cases_of(ana)
    assert case.due_on.isoformat() == "2026-12-04"


async def test_a_case_is_decided_once(app: App) -> None:
    ana = Guest(app, "ana")
    await ana.submits()

    decided = [approve(ana), approve(ana), refuse(ana)]
    await app.clock.tick()

    assert decided == [True, False, False]
    assert cases_of(ana)[-1].state == APPROVED
    assert (await ana.listens())[-2:] == ["You may choose a room.", "Which room would you like?"]


async def test_a_refusal_tells_its_reason(app: App) -> None:
    ana = Guest(app, "ana")
    await ana.submits()

    assert refuse(ana, "the paper cannot be read")
    await app.clock.tick()

    assert cases_of(ana)[-1].state == REFUSED
    assert "We cannot take you: the paper cannot be read" in await ana.listens()


async def test_a_case_that_is_withdrawn_cannot_be_decided(app: App) -> None:
    ana = Guest(app, "ana")
    await ana.submits()

    await ana.says("cancel", "1")

    assert ana.heard[0] == "Your request is withdrawn."
    assert cases_of(ana)[-1].state == WITHDRAWN
    assert not approve(ana)


async def test_who_withdraws_frees_the_room(app: App) -> None:
    ana = Guest(app, "ana")
    await ana.holds()
    assert states(app) == ["held", "free"]

    await ana.says("cancel", "1")

    assert states(app) == ["free", "free"]


async def test_a_room_that_is_paid_for_cannot_be_given_up_in_the_chat(app: App) -> None:
    ana = Guest(app, "ana")
    await ana.holds()
    await ana.says("cancel")
    assert confirm(ana)

    await ana.says("1")

    assert ana.heard[0] == "Your room is paid for already."
    assert states(app) == ["let", "free"]


async def test_a_reference_that_nobody_has_is_not_decided(app: App) -> None:
    decide = app.services.cases.decide

    decided = app.database.transact(
        lambda tx: decide(tx, "A-2222222", approve=True, by="Staff", now=app.now())
    )

    assert decided is Became.UNKNOWN


def states(app: App) -> list[str]:
    return [state for _, state in app.database.look(all_flats)]


async def test_a_case_knows_its_step_and_the_language_of_its_contact(app: App) -> None:
    ana = Guest(app, "ana")

    await ana.submits()

    case = case_of(ana)
    assert (case.step, case.language, case.channel) == ("submit", "en", ana.channel)
    assert (case.revision, case.assignee) == (1, None)


async def test_a_decision_on_what_has_changed_since_is_not_taken(app: App) -> None:
    ana = Guest(app, "ana")
    await ana.submits()

    assert does(ana, "assign", "bo", revision=1) is Became.DONE

    assert does(ana, "decide", approve=True, revision=1) is Became.CHANGED
    assert case_of(ana).state == SUBMITTED
    assert does(ana, "decide", approve=True, revision=2) is Became.DONE


async def test_each_change_raises_the_revision_and_a_note_does_not(app: App) -> None:
    ana = Guest(app, "ana")
    await ana.submits()

    does(ana, "note", "she called")
    assert case_of(ana).revision == 1

    does(ana, "assign", "bo", revision=1)
    assert (case_of(ana).revision, case_of(ana).assignee) == (2, "bo")

    does(ana, "assign", "", revision=2)
    assert (case_of(ana).revision, case_of(ana).assignee) == (3, None)


async def test_nothing_can_be_done_to_a_case_that_is_not_there(app: App) -> None:
    cases, now = app.services.cases, app.now()
    nobodys = "A-2222222"

    came = app.database.transact(
        lambda tx: [
            cases.ask_again(tx, nobodys, "paper", reason="", by="Bo", now=now, revision=1),
            cases.assign(tx, nobodys, "Bo", by="Bo", now=now, revision=1),
            cases.note(tx, nobodys, "none", by="Bo", now=now),
            cases.message(tx, nobodys, "none", by="Bo", now=now),
        ]
    )

    assert came == [Became.UNKNOWN] * 4
    assert app.database.look(lambda tx: cases.view(tx, nobodys)) is None


async def test_a_message_waits_in_the_letterbox_once_for_each_time_it_is_sent(app: App) -> None:
    ana = Guest(app, "ana")
    await ana.submits()

    does(ana, "message", "Please bring your passport.")
    does(ana, "message", "Please bring your passport.")

    given = [one for one in left_for(ana) if isinstance(one, Notice)]
    assert len(given) == 2
    assert given[0].phrase == "staff_message"
    assert given[0].facts["words"] == "Please bring your passport."
    assert given[0].facts["reference"] == case_of(ana).reference
    assert given[0].facts["title"]["text"][1] == "Take a room"


async def test_a_withdrawal_leaves_a_refusal_as_it_is(app: App) -> None:
    ana = Guest(app, "ana")
    await ana.submits()
    case = case_of(ana)
    assert refuse(ana, "no")

    withdraw = app.services.actions()["withdraw_case"].run
    do = Do("withdraw_case", case.frame, case.flow, case.version, "~cancel", {}, {})
    app.database.transact(lambda tx: withdraw(Acting(tx, do, case.contact_id, "en", app.now())))

    assert case_of(ana).state == REFUSED
    assert told(ana)[-1] == ("refused", "Staff", "no")

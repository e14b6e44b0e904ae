import msgspec

from bot.app import App
from bot.engine.model import Answer
from bot.store.cases import APPROVED, REFUSED, SUBMITTED, WITHDRAWN
from bot.store.stock import all_flats
from tests.runner.lodge import Guest, approve, cases_of, confirm


def refuse(guest: Guest, reason: str = "") -> bool:
    app, reference = guest.app, cases_of(guest)[-1].reference
    decided = app.database.transact(
        lambda tx: app.services.cases.decide(
            tx, reference, approve=False, by="Staff", now=app.now(), reason=reason
        )
    )
    return decided is not None


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

    assert decided is None


def states(app: App) -> list[str]:
    return [state for _, state in app.database.look(all_flats)]

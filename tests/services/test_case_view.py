"""What staff see of a case."""

import msgspec

from bot.app import App
from bot.content.load import read_content
from bot.engine.catalogue import Catalogue
from bot.engine.model import Answer
from bot.engine.policy import decide
from bot.services.case_answers import CaseAnswers
from bot.services.case_view import AnswerView, CaseView
from bot.services.cases import Cases
from bot.services.letterbox import Letterbox
from bot.services.terms import Terms
from bot.services.timeline import Happening, Timeline
from bot.store.cases import NewCase, add_case
from bot.store.database import Transaction
from bot.store.documents import open_part
from tests.runner.lodge import JPEG, MORNING, TESTS, Guest, approve
from tests.services.casework import case_of, does, told, view_of


def cases_for(app: App, catalogue: Catalogue) -> tuple[Cases, CaseAnswers]:
    """Staff's services with other content."""
    timeline, terms = Timeline(app.sealer), Terms(app.sealer)
    answers = CaseAnswers(app.sealer, catalogue, terms)
    cases = Cases(app.sealer, Letterbox(app.sealer), catalogue, answers, timeline, terms)
    return cases, answers


def case_of_toy(app: App, guest: Guest) -> CaseView | None:
    """A case of a flow that a policy table decided, which a guest handed in."""
    catalogue = read_content(TESTS / "toy")[0].catalogue
    tea = catalogue.flows["tea"]
    verdict = decide(catalogue.policies["discount"], {}, MORNING.date())
    given = {
        "guest": Answer({"text": "Ana"}, "contact", MORNING),
        "verdict": Answer(verdict.value(), "table", MORNING),
    }
    cases, kept = cases_for(app, catalogue)
    reference = "A-2222222"
    new = NewCase(
        reference=reference,
        contact_id=guest.contact_id,
        flow="tea",
        version=tea.version,
        frame=99,
        step="order",
        language="en",
        answers=kept.seal(reference, given),
        submitted_at=MORNING,
        due_on=MORNING.date(),
    )
    app.database.transact(lambda tx: add_case(tx, new))
    return app.database.look(lambda tx: cases.view(tx, reference))


def shown(app: App, answer: AnswerView) -> tuple[str, str, str]:
    voice = app.renderer.voice("en")
    return voice.fact(answer.label), voice.fact(answer.shown), answer.kind


async def test_answers_are_shown_in_the_order_and_words_of_the_flow(app: App) -> None:
    ana = Guest(app, "ana")
    await ana.submits()

    view = view_of(ana)

    assert view.known
    assert [shown(app, one) for one in view.answers] == [
        ("Stay", "A few nights", "choice"),
        ("Name", "Ana Núñez", "name"),
        ("Identity paper", "One file", "upload"),
    ]
    assert all(one.may_ask_again and not one.changed for one in view.answers)


async def test_documents_stand_with_the_answer_they_belong_to(app: App) -> None:
    ana = Guest(app, "ana")
    await ana.submits()

    by_step = {one.step: one.documents for one in view_of(ana).answers}

    assert (by_step["stay"], by_step["guest"]) == ((), ())
    (paper,) = by_step["paper"]
    assert (paper.kind, paper.pages) == ("image/jpeg", 1)
    assert app.database.look(lambda tx: open_part(tx, app.sealer, paper.id)) == JPEG


async def test_what_has_been_reached_is_shown(app: App) -> None:
    ana = Guest(app, "ana")
    await ana.submits()
    assert view_of(ana).milestones == ("submitted",)

    approve(ana)
    await app.clock.tick()
    await ana.says("1")

    assert view_of(ana).milestones == ("submitted", "flat_held")


async def test_a_case_whose_flow_is_gone_is_shown_by_the_ids_of_its_steps(app: App) -> None:
    ana = Guest(app, "ana")
    await ana.submits()
    bare = msgspec.structs.replace(app.content.catalogue, flows={}, editions={})
    reference, (cases, _) = case_of(ana).reference, cases_for(app, bare)

    view = app.database.look(lambda tx: cases.view(tx, reference))

    assert view is not None
    assert not view.known
    assert [(one.label, one.shown, one.kind) for one in view.answers] == [
        ("stay", "short", ""),
        ("guest", "Ana Núñez", ""),
        ("paper", {"number": 1}, ""),
        ("check", "submit", ""),
    ]
    assert not any(one.may_ask_again for one in view.answers)
    assert len(view.answers[2].documents) == 1


async def test_what_a_policy_table_decided_is_shown_with_its_reasons(app: App) -> None:
    ana = Guest(app, "ana")
    await ana.submits()

    view = case_of_toy(app, ana)

    assert view is not None
    (verdict,) = view.verdicts
    assert (verdict.step, verdict.policy) == ("verdict", "discount")
    assert verdict.outcome == "no_discount"
    assert verdict.valid_from == {"date": "2026-01-01"}
    assert list(verdict.reasons) == ["lines"]
    assert [one.step for one in view.answers] == ["guest"]


async def test_the_reason_of_a_decision_is_shown(app: App) -> None:
    ana = Guest(app, "ana")
    await ana.submits()

    does(ana, "decide", approve=False, reason="no room for horses")

    assert view_of(ana).reason == "no room for horses"


async def test_the_timeline_tells_all_in_order(app: App) -> None:
    ana = Guest(app, "ana")
    await ana.submits()

    does(ana, "assign", "bo", revision=1)
    does(ana, "note", "a second look, please")
    does(ana, "message", "It takes a day more.")
    does(ana, "decide", approve=True)

    assert told(ana) == [
        ("submitted", "contact", ""),
        ("assigned", "Staff", "bo"),
        ("noted", "Staff", "a second look, please"),
        ("messaged", "Staff", "It takes a day more."),
        ("approved", "Staff", ""),
    ]


async def test_others_tell_the_timeline_of_a_frame_that_has_a_case(app: App) -> None:
    ana = Guest(app, "ana")
    await ana.submits()
    case, timeline = case_of(ana), Timeline(app.sealer)

    def hold(tx: Transaction) -> None:
        for frame in (case.frame, case.frame + 1):
            given = (frame, Happening.FLAT_HELD, "contact", app.now(), "Pavilion 1")
            timeline.tell_of(tx, case.contact_id, *given)

    app.database.transact(hold)

    assert told(ana)[1:] == [("flat_held", "contact", "Pavilion 1")]

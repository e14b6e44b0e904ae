"""Staff ask for one answer once more, and the case takes the new one."""

from datetime import date, datetime, timedelta

import pytest

from bot.app import App
from bot.engine.model import AskedAgain
from bot.services.became import Became
from bot.store.cases import APPROVED, ASKED, REFUSED, SUBMITTED, WITHDRAWN
from tests.runner.lodge import Guest, Watch, approve
from tests.services.casework import (
    REASON,
    answers_of,
    asks_again,
    case_of,
    does,
    hand_in,
    left_for,
    told,
    view_of,
)


async def test_a_case_that_is_asked_again_waits_for_its_contact(app: App) -> None:
    ana = Guest(app, "ana")
    await ana.submits()

    assert asks_again(ana) is Became.DONE

    case = case_of(ana)
    assert (case.state, case.revision, case.asked_at) == (ASKED, 2, app.now())
    assert left_for(ana) == [AskedAgain(case.frame, "paper", "submit", REASON)]
    assert told(ana)[-1] == ("asked", "Staff", f"paper\n{REASON}")


async def test_it_is_asked_for_one_thing_at_a_time(app: App) -> None:
    ana = Guest(app, "ana")
    await ana.submits()
    asks_again(ana)

    assert asks_again(ana, "guest") is Became.NOT_OPEN
    assert len(left_for(ana)) == 1


@pytest.mark.parametrize("step", ["check", "submit", "decision", "flat", "nonsense"])
async def test_only_what_the_contact_answered_is_asked_again(step: str, app: App) -> None:
    ana = Guest(app, "ana")
    await ana.submits()

    assert asks_again(ana, step) is Became.NOT_ANSWERED
    assert case_of(ana).state == SUBMITTED


async def test_who_has_seen_an_older_case_asks_for_nothing(app: App) -> None:
    ana = Guest(app, "ana")
    await ana.submits()
    does(ana, "assign", "bo", revision=1)

    assert asks_again(ana, revision=1) is Became.CHANGED
    assert left_for(ana) == []


async def test_new_answers_bring_the_case_back_to_staff(app: App) -> None:
    ana = Guest(app, "ana")
    await ana.submits()
    asks_again(ana, "guest")

    outcome = hand_in(ana, {"guest": {"text": "Ana María Núñez"}}, "zh_Hans")

    case = case_of(ana)
    assert (case.state, case.revision, case.asked_at) == (SUBMITTED, 3, None)
    assert case.language == "zh_Hans"
    assert answers_of(app, case)["guest"].value == {"text": "Ana María Núñez"}
    assert outcome.name == "submitted"
    assert outcome.facts["reference"] == case.reference
    assert outcome.facts["due"] == {"date": case.due_on.isoformat()}
    assert told(ana)[-1] == ("answered", "contact", "guest")


async def test_what_was_answered_otherwise_is_marked(app: App) -> None:
    ana = Guest(app, "ana")
    await ana.submits()
    assert {one.step for one in view_of(ana).answers if one.changed} == set()

    for step, value in (("guest", {"text": "Ana María"}), ("stay", "long")):
        asks_again(ana, step)
        hand_in(ana, {step: value})
        assert {one.step for one in view_of(ana).answers if one.changed} == {step}


async def test_a_document_that_is_sent_again_leaves_the_first_to_compare(app: App) -> None:
    ana = Guest(app, "ana")
    await ana.submits()
    (first,) = (one.documents for one in view_of(ana).answers if one.step == "paper")
    asks_again(ana)
    newer = "f" * 32

    hand_in(ana, {"paper": {"files": [{"id": newer, "kind": "image/jpeg", "pages": 1}]}})

    assert told(ana)[-2:] == [
        ("answered", "contact", "paper"),
        ("replaced", "contact", first[0].id),
    ]
    assert view_of(ana).replaced == first


async def test_the_days_a_case_lies_with_its_contact_are_not_staffs(app: App, watch: Watch) -> None:
    watch.at = datetime.fromisoformat("2026-09-29T02:00:00+00:00")
    ana = Guest(app, "ana")
    await ana.submits()
    assert case_of(ana).due_on == date(2026, 10, 5)
    watch.passes(timedelta(days=1))
    asks_again(ana)
    watch.passes(timedelta(days=5))  # a holiday, a Friday, a weekend, a Monday

    hand_in(ana)

    assert case_of(ana).due_on == date(2026, 10, 7)


async def test_a_case_that_nobody_asked_about_again_stays_as_it_is(app: App) -> None:
    ana = Guest(app, "ana")
    await ana.submits()
    before = case_of(ana)

    outcome = hand_in(ana, {"guest": {"text": "Somebody Else"}})

    assert case_of(ana) == before
    assert outcome.facts["reference"] == before.reference


@pytest.mark.parametrize(("approves", "state"), [(True, APPROVED), (False, REFUSED)])
async def test_a_case_may_be_decided_while_it_is_asked_again(
    approves: bool, state: str, app: App
) -> None:
    ana = Guest(app, "ana")
    await ana.submits()
    asks_again(ana)

    assert does(ana, "decide", approve=approves, reason="seen at the desk") is Became.DONE

    hand_in(ana, {"guest": {"text": "Too Late"}})
    assert case_of(ana).state == state
    assert answers_of(app, case_of(ana))["guest"].value == {"text": "Ana Núñez"}


async def test_a_case_may_be_withdrawn_while_it_is_asked_again(app: App) -> None:
    ana = Guest(app, "ana")
    await ana.submits()
    asks_again(ana)

    await ana.says("cancel", "1")

    assert case_of(ana).state == WITHDRAWN
    assert not approve(ana)


async def test_a_case_that_is_asked_again_is_never_old(app: App, watch: Watch) -> None:
    ana = Guest(app, "ana")
    await ana.submits()
    asks_again(ana)

    watch.passes(timedelta(days=4000))
    await app.clock.tick()

    assert case_of(ana).state == ASKED

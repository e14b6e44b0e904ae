"""Two people at one case at the same moment: one of them is told, and nothing is overwritten."""

import threading
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from typing import TypeVar

import pytest

from bot.app import App
from bot.engine.effects import Do
from bot.services.action import Acting
from bot.services.became import Became
from bot.store.cases import APPROVED, REFUSED, WITHDRAWN, Case, find_case
from bot.store.database import Transaction
from tests.conftest import POSTGRES
from tests.runner.lodge import Guest
from tests.services.casework import case_of, left_for, told

First = TypeVar("First")
Second = TypeVar("Second")

SECONDS = 20

pytestmark = pytest.mark.parametrize("database_url", [POSTGRES], indirect=True)
"""SQLite has one transaction that writes at a time, and these here overlap."""


def overlapping(
    app: App,
    case: Case,
    first: Callable[[Transaction], First],
    second: Callable[[Transaction], Second],
) -> tuple[First, Second]:
    """Do both: the second has read the case before the first is committed, and writes then."""
    has_read = threading.Event()

    def late(tx: Transaction) -> Second:
        assert find_case(tx, case.reference) == case
        has_read.set()
        return second(tx)

    with ThreadPoolExecutor() as pool:

        def early(tx: Transaction) -> tuple[First, Future[Second]]:
            done = first(tx)
            other = pool.submit(app.database.transact, late)
            assert has_read.wait(SECONDS)
            return done, other

        done, other = app.database.transact(early)
        return done, other.result(SECONDS)


def decides(app: App, case: Case, by: str, *, approve: bool) -> Callable[[Transaction], Became]:
    return lambda tx: app.services.cases.decide(
        tx, case.reference, approve=approve, by=by, now=app.now(), revision=case.revision
    )


def withdraws(app: App, case: Case) -> Callable[[Transaction], str]:
    do = Do("withdraw_case", case.frame, case.flow, case.version, "~cancel", {}, {})
    withdraw = app.services.actions()["withdraw_case"].run
    return lambda tx: withdraw(Acting(tx, do, case.contact_id, "en", app.now())).name


async def test_of_two_decisions_at_once_the_first_stands(app: App) -> None:
    ana = Guest(app, "ana")
    await ana.submits()
    case = case_of(ana)

    came = overlapping(
        app,
        case,
        decides(app, case, "Ann", approve=True),
        decides(app, case, "Bo", approve=False),
    )

    assert came == (Became.DONE, Became.NOT_OPEN)
    assert (case_of(ana).state, case_of(ana).decided_by) == (APPROVED, "Ann")
    assert [kind for kind, _, _ in told(ana)] == ["submitted", "approved"]
    assert len(left_for(ana)) == 1


async def test_of_two_who_take_a_case_at_once_one_is_told(app: App) -> None:
    ana = Guest(app, "ana")
    await ana.submits()
    case, assign = case_of(ana), app.services.cases.assign

    def takes(name: str) -> Callable[[Transaction], Became]:
        return lambda tx: assign(
            tx, case.reference, name, by=name, now=app.now(), revision=case.revision
        )

    came = overlapping(app, case, takes("Ann"), takes("Bo"))

    assert came == (Became.DONE, Became.CHANGED)
    assert case_of(ana).assignee == "Ann"


async def test_a_case_withdrawn_at_this_moment_is_not_decided(app: App) -> None:
    ana = Guest(app, "ana")
    await ana.submits()
    case = case_of(ana)

    came = overlapping(app, case, withdraws(app, case), decides(app, case, "Bo", approve=True))

    assert came == ("cancelled", Became.NOT_OPEN)
    assert case_of(ana).state == WITHDRAWN
    assert left_for(ana) == []


async def test_a_case_refused_at_this_moment_is_not_withdrawn(app: App) -> None:
    ana = Guest(app, "ana")
    await ana.submits()
    case = case_of(ana)

    came = overlapping(app, case, decides(app, case, "Bo", approve=False), withdraws(app, case))

    assert came == (Became.DONE, "cancelled")
    assert (case_of(ana).state, case_of(ana).decided_by) == (REFUSED, "Bo")
    assert [kind for kind, _, _ in told(ana)] == ["submitted", "refused"]

"""Cases are found by names, telephones and e-mails, of which the database holds digests only."""

from datetime import timedelta

import pytest

from bot.app import App
from bot.engine.flow import Ask, Flow
from bot.engine.kinds.kind import Kind
from bot.engine.kinds.words import Address, Email, Name, Phone
from bot.engine.model import Answer, Text
from bot.engine.rules import Edge
from bot.services.terms import Terms, searched, terms_of
from bot.store.case_list import CaseFilter, CaseSort, case_list
from bot.store.tables import case_events, case_terms
from tests.conftest import OpenApp
from tests.runner.lodge import KEY, MORNING, OLDER_KEY, Guest, Watch, count
from tests.services.casework import asks_again, case_of, hand_in

WORDS = Text("", "")


def found_by(kind: Kind, answer: str, typed: str) -> bool:
    """Whether a case with one answer of a kind is found by what staff typed."""
    step = Ask("step", WORDS, kind, Edge("end"))
    flow = Flow("flow", "1", WORDS, (step,))
    terms = set(terms_of(flow, {"step": Answer({"text": answer}, "contact", MORNING)}))
    wanted = list(searched(typed))
    return bool(wanted) and set(wanted) <= terms


@pytest.mark.parametrize(
    ("kind", "answer", "typed"),
    [
        (Name(), "Ana María Núñez", "nunez"),
        (Name(), "Ana María Núñez", "NÚÑEZ ana"),
        (Name(), "Ana María Núñez", "anamarianunez"),
        (Name(), "O'Brien-Smith", "obrien"),
        (Name(), "王小明", "王小明"),
        (Name(), "王小明", "王 小明"),
        (Name(), "王 小明", "王小明"),
        (Name(), "Мария Иванова", "иванова"),
        (Phone(), "+86 138 1234 5678", "138 1234 5678"),
        (Phone(), "+86 138 1234 5678", "+86 13812345678"),
        (Phone(), "+86 138 1234 5678", "12345678"),
        (Phone(), "+44 20 7946 0958", "020 7946 0958"),
        (Email(), "Ana.Nunez@example.org", "ana.nunez@example.org"),
        (Email(), "Ana.Nunez@example.org", "nunez"),
    ],
)
def test_a_case_is_found_by(kind: Kind, answer: str, typed: str) -> None:
    assert found_by(kind, answer, typed)


@pytest.mark.parametrize(
    ("kind", "answer", "typed"),
    [
        (Name(), "Ana María Núñez", "ana garcia"),
        (Name(), "王小明", "王"),
        (Phone(), "+86 138 1234 5678", "+44 13812345678"),
        (Phone(), "+86 138 1234 5678", "1234"),
        (Email(), "ana@example.org", "example"),
        (Address(), "12 Some Road", "some"),
        (Name(), "Ana", "  "),
    ],
)
def test_a_case_is_not_found_by(kind: Kind, answer: str, typed: str) -> None:
    assert not found_by(kind, answer, typed)


def searches(app: App, typed: str) -> list[str]:
    """The references of the cases that are found."""
    wanted = app.services.cases.found(CaseFilter(), typed)
    rows, _ = app.database.look(lambda tx: case_list(tx, wanted, CaseSort("submitted"), 50))
    return [row.reference for row in rows]


async def test_cases_with_all_words_are_found(app: App) -> None:
    ana, ann, bo = (Guest(app, name) for name in ("ana", "ann", "bo"))
    for guest, name in ((ana, "Ana Núñez"), (ann, "Ann Nunez"), (bo, "Bo Li")):
        await guest.submits(name)

    assert searches(app, "núñez") == [case_of(ana).reference, case_of(ann).reference]
    assert searches(app, "nunez ana") == [case_of(ana).reference]
    assert searches(app, "nunez li") == []
    assert searches(app, "?!") == []
    assert len(searches(app, " ")) == 3


async def test_a_name_that_was_answered_again_is_found_instead(app: App) -> None:
    ana = Guest(app, "ana")
    await ana.submits("Ana Nunez")
    asks_again(ana, "guest")

    hand_in(ana, {"guest": {"text": "Ana García"}})

    assert searches(app, "garcia") == [case_of(ana).reference]
    assert searches(app, "nunez") == []


async def test_a_case_is_found_after_the_secret_was_changed(open_app: OpenApp) -> None:
    async with open_app(keys=OLDER_KEY) as app:
        ana = Guest(app, "ana")
        await ana.submits()
    async with open_app(keys=f"{KEY},{OLDER_KEY}") as app:
        bo = Guest(app, "bo")
        await bo.submits("Bo Núñez")

        assert len(searches(app, "nunez")) == 2


async def test_other_secrets_make_other_digests(open_app: OpenApp) -> None:
    async with open_app() as app, open_app(keys=OLDER_KEY) as other:
        assert Terms(app.sealer).wanted("ana") != Terms(other.sealer).wanted("ana")


async def test_the_terms_of_a_case_are_deleted_with_it(app: App, watch: Watch) -> None:
    ana = Guest(app, "ana")
    await ana.submits()
    await ana.says("cancel", "1")
    assert count(app, case_terms) > 0

    watch.passes(timedelta(days=4000))
    await app.clock.tick()

    assert count(app, case_terms) == 0
    assert count(app, case_events) == 0

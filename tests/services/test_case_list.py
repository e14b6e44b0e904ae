"""Lists of cases: each filter, each order, page by page, counted and exported."""

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta

import pytest
from sqlalchemy import insert

from bot.app import App
from bot.store import case_list as lists
from bot.store.case_list import (
    NOBODY,
    SORTS,
    CaseCounts,
    CaseFilter,
    CaseSort,
    case_chunks,
    case_list,
    count_cases,
)
from bot.store.cases import OPEN, STATES, CaseRow
from bot.store.database import Database
from bot.store.tables import cases, contacts
from tests.runner.lodge import Guest
from tests.services.casework import answers_of, case_of

MONDAY = datetime(2026, 3, 2, 9, tzinfo=UTC)
FLOWS, CHANNELS, LANGUAGES = ("room", "tea"), ("web", "wechat", "telegram"), ("en", "zh_Hans")
NAMES = ("ann", "bo", None)
MANY = 60

Fits = Callable[[CaseRow], bool]


@pytest.fixture
def many(database: Database) -> Database:
    """A database with a case of every sort."""
    values = [
        {
            "id": n + 1,
            "reference": f"A-{(n * 37) % 97:03}",
            "contact_id": n + 1,
            "flow": FLOWS[n % 2],
            "version": "1",
            "frame": 1,
            "step": "submit",
            "language": LANGUAGES[n // 2 % 2],
            "channel": CHANNELS[n % 3],
            "state": STATES[n % 5],
            "assignee": NAMES[n // 5 % 3],
            "answers": b"",
            "submitted_at": MONDAY + timedelta(hours=n),
            "due_on": MONDAY.date() + timedelta(days=n * 7 % 11),
        }
        for n in range(MANY)
    ]
    people = [
        {"id": n + 1, "channel": CHANNELS[n % 3], "address": str(n), "created_at": MONDAY}
        for n in range(MANY)
    ]
    database.transact(lambda tx: tx.execute(insert(contacts), people))
    database.transact(lambda tx: tx.execute(insert(cases), values))
    return database


def ids(
    database: Database, wanted: CaseFilter, sort: CaseSort | None = None, limit: int = MANY
) -> list[int]:
    rows, total = database.look(lambda tx: case_list(tx, wanted, sort or CaseSort(), limit))
    assert total == len(rows)
    return [row.id for row in rows]


DAY = date(2026, 3, 6)
LATER = MONDAY + timedelta(days=1)


@pytest.mark.parametrize(
    ("wanted", "fits"),
    [
        (CaseFilter(), lambda one: True),
        (CaseFilter(states=OPEN), lambda one: one.state in OPEN),
        (CaseFilter(flow="tea"), lambda one: one.flow == "tea"),
        (CaseFilter(assignee="bo"), lambda one: one.assignee == "bo"),
        (CaseFilter(assignee=NOBODY), lambda one: one.assignee is None),
        (CaseFilter(channel="wechat"), lambda one: one.channel == "wechat"),
        (CaseFilter(language="en"), lambda one: one.language == "en"),
        (CaseFilter(due_before=DAY), lambda one: one.due_on < DAY),
        (
            CaseFilter(overdue_on=DAY),
            lambda one: one.due_on < DAY and one.state == "submitted",
        ),
        (CaseFilter(submitted_from=LATER), lambda one: one.submitted_at >= LATER),
        (CaseFilter(submitted_to=LATER), lambda one: one.submitted_at < LATER),
        (CaseFilter(reference="A-03"), lambda one: one.reference.startswith("A-03")),
        (CaseFilter(reference="A_"), lambda one: False),
        (
            CaseFilter(states=("submitted",), flow="room", channel="web", assignee="ann"),
            lambda one: (
                (one.state, one.flow, one.channel, one.assignee)
                == ("submitted", "room", "web", "ann")
            ),
        ),
    ],
)
def test_a_filter_leaves_those_that_fit(wanted: CaseFilter, fits: Fits, many: Database) -> None:
    rows, _ = many.look(lambda tx: case_list(tx, CaseFilter(), CaseSort(), MANY))

    left = ids(many, wanted)

    assert sorted(left) == sorted(row.id for row in rows if fits(row))


@pytest.mark.parametrize("by", SORTS)
def test_a_list_upside_down_has_the_same_cases(by: str, many: Database) -> None:
    up = ids(many, CaseFilter(), CaseSort(by))
    down = ids(many, CaseFilter(), CaseSort(by, descending=True))

    assert up == down[::-1]
    assert len(set(up)) == MANY


def test_what_is_due_first_comes_first(many: Database) -> None:
    rows, _ = many.look(lambda tx: case_list(tx, CaseFilter(states=OPEN), CaseSort(), MANY))

    keys = [(row.due_on, row.id) for row in rows]
    assert keys == sorted(keys)


def test_pages_together_are_the_whole_list(many: Database) -> None:
    whole = ids(many, CaseFilter())

    pages = many.look(
        lambda tx: [case_list(tx, CaseFilter(), CaseSort(), 25, at) for at in (0, 25, 50)]
    )

    assert [row.id for rows, _ in pages for row in rows] == whole
    assert {total for _, total in pages} == {MANY}


def test_cases_are_counted_by_state_and_flow(many: Database) -> None:
    counts = many.look(lambda tx: count_cases(tx, DAY))

    assert counts.by_state == dict.fromkeys(STATES, 12)
    assert {flow: sum(states.values()) for flow, states in counts.by_flow.items()} == {
        "room": 30,
        "tea": 30,
    }
    assert counts.overdue == len(ids(many, CaseFilter(overdue_on=DAY)))


def test_nothing_is_counted_where_there_is_nothing(database: Database) -> None:
    assert database.look(lambda tx: count_cases(tx, DAY)) == CaseCounts()


def test_an_export_has_every_case_once(many: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(lists, "CHUNK", 7)

    chunks = many.look(lambda tx: list(case_chunks(tx, CaseFilter(flow="tea"))))

    assert [len(chunk) for chunk in chunks] == [7, 7, 7, 7, 2]
    assert [case.id for chunk in chunks for case in chunk] == list(range(2, MANY + 1, 2))


async def test_an_export_has_the_answers(app: App) -> None:
    ana = Guest(app, "ana")
    await ana.submits()

    (chunk,) = app.database.look(lambda tx: list(app.services.cases.export(tx, CaseFilter())))

    assert chunk == [(case_of(ana), answers_of(app, case_of(ana)))]

from collections.abc import AsyncIterator
from datetime import date
from pathlib import Path

import msgspec
import pytest

from bot.app import App
from bot.content.faq.overlay import Worded
from bot.engine.model import Start
from bot.services.additions import NewEntry
from bot.services.became import Became
from bot.store.audit import Wanted, entries
from tests.conftest import OpenApp
from tests.runner.lodge import Guest
from tests.runner.wondered import EDITOR, added, adds_way, asked, make_answering_home, removes

FIRST, SECOND = "where do tortoises sleep?", "zebra xylophones?"
REVIEW = date(2099, 1, 1)


@pytest.fixture(scope="session")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return make_answering_home(tmp_path_factory.mktemp("answering"))


@pytest.fixture
async def app(open_app: OpenApp) -> AsyncIterator[App]:
    """Where Ana has asked what nobody could answer."""
    async with open_app() as opened:
        ana = Guest(opened, "ana")
        await ana.does(Start("", "en"))
        await ana.says(FIRST, SECOND)
        yield opened


def writes(app: App, title: str, *words: str, language: str = "en") -> Became:
    """Staff write a new answer to questions."""
    new = NewEntry("visiting", REVIEW, {language: Worded(title, "Yes.", words)})
    ids = [asked(app)[one].id for one in words]
    add = app.additions.add_entry
    return app.database.transact(lambda tx: add(tx, new, ids, {"dogs"}, EDITOR, app.now()))


def puts_aside(app: App, *words: str) -> Became:
    """Staff say that questions need no answer."""
    ids, put = [asked(app)[one].id for one in words], app.additions.put_aside
    return app.database.transact(lambda tx: put(tx, ids, EDITOR, app.now()))


def logged(app: App, action: str) -> list[tuple[str, object]]:
    """What the audit log says of an action, with its details."""
    found = app.database.look(lambda tx: entries(tx, Wanted(action=action), 100))
    return [(one.about, msgspec.json.decode(one.details)) for one in found]


async def test_a_question_becomes_a_way_of_asking_and_is_settled(app: App) -> None:
    became = adds_way(app, "dogs", FIRST, SECOND)

    assert became is Became.DONE
    assert [(one.entry, one.language, one.kind) for one in added(app)] == [
        ("dogs", "en", "way")
    ] * 2
    assert {one.state for one in asked(app).values()} == {"way"}
    assert logged(app, "add_way") == [
        ("answer dogs", {"questions": [asked(app)[one].id for one in (FIRST, SECOND)]})
    ]


async def test_a_question_is_settled_once_and_all_of_a_choice_or_nothing(app: App) -> None:
    puts_aside(app, FIRST)

    assert adds_way(app, "dogs", FIRST, SECOND) is Became.NOT_OPEN
    assert writes(app, "Pianos", SECOND, FIRST) is Became.NOT_OPEN
    assert puts_aside(app, FIRST) is Became.NOT_OPEN

    assert added(app) == []
    assert asked(app)[SECOND].state == "open"


async def test_nothing_that_is_not_there_is_settled(app: App) -> None:
    put, add = app.additions.put_aside, app.additions.add_ways
    transact, now = app.database.transact, app.now()

    assert transact(lambda tx: put(tx, [999_999], EDITOR, now)) is Became.NOT_OPEN
    assert transact(lambda tx: add(tx, [999_999], "dogs", EDITOR, now)) is Became.NOT_OPEN


async def test_what_was_put_aside_stays_so_when_it_is_asked_again(app: App) -> None:
    puts_aside(app, FIRST)

    bo = Guest(app, "bo")
    await bo.does(Start("", "en"))
    await bo.says(FIRST)

    assert (asked(app)[FIRST].state, asked(app)[FIRST].times) == ("aside", 2)


@pytest.mark.parametrize(
    ("title", "name"),
    [
        ("Is there a lift?", "is_there_a_lift"),
        ("Is there a lift for pianos and cupboards?", "is_there_a_lift_for_pianos"),
        ("Dogs", "added_1"),
        ("有电梯吗？", "added_1"),
        ("2 lifts", "lifts"),
    ],
)
async def test_a_new_answer_has_an_id_of_its_own(title: str, name: str, app: App) -> None:
    assert writes(app, title, SECOND) is Became.DONE

    assert [one.entry for one in added(app)] == [name]
    assert asked(app)[SECOND].state == "entry"
    assert logged(app, "add_answer") == [(f"answer {name}", {"questions": [asked(app)[SECOND].id]})]


async def test_no_id_is_used_twice_also_when_its_answer_was_removed(app: App) -> None:
    writes(app, "Lift")
    removes(app, "lift", added(app)[0].id)
    writes(app, "Lift")
    writes(app, "Lift")

    assert [one.entry for one in added(app)] == ["added_1", "added_2"]


async def test_with_an_answer_its_ways_are_removed(app: App) -> None:
    writes(app, "Lift", SECOND)
    adds_way(app, "lift", FIRST)
    ids = [one.id for one in added(app)]

    became = removes(app, "lift", ids[0])

    assert became is Became.DONE
    assert added(app) == []
    assert logged(app, "remove_answer") == [("answer lift", {"additions": ids})]


async def test_an_addition_is_removed_once_and_from_its_own_answer(app: App) -> None:
    adds_way(app, "dogs", FIRST)
    one = added(app)[0].id

    assert removes(app, "opening", one) is Became.CHANGED
    assert removes(app, "dogs", one) is Became.DONE
    assert removes(app, "dogs", one) is Became.CHANGED
    assert logged(app, "remove_way") == [("answer dogs", {"additions": [one]})]


async def test_what_was_masked_in_a_question_is_no_part_of_a_way(app: App) -> None:
    bo = Guest(app, "bo")
    await bo.does(Start("", "en"))
    await bo.says("zebra xylophones 13800138000 daily?")

    assert "zebra xylophones daily?" in asked(app)

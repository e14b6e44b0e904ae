from datetime import date
from pathlib import Path

import pytest

from bot.app import App
from bot.content.faq.overlay import Worded
from bot.engine.model import Start
from bot.services.additions import NewEntry
from bot.services.became import Became
from tests.conftest import OpenApp
from tests.runner.lodge import Guest
from tests.runner.wondered import EDITOR, added, adds_way, asked, make_answering_home, removes
from tests.waiting import until

QUESTION = "where do tortoises sleep?"
DOGS = "Small dogs are welcome."
LANTERNS = NewEntry(
    "visiting",
    date(2099, 1, 1),
    {"zh_Hans": Worded("灯会门票", "灯会免费。", ("灯会要买票吗",))},
)


@pytest.fixture(scope="session")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return make_answering_home(tmp_path_factory.mktemp("answering"))


async def asks(guest: Guest, words: str = QUESTION, language: str = "en") -> str:
    """What somebody is told who has just come in and asks."""
    await guest.does(Start("", language))
    return "\n".join(await guest.says(words))


def adds_lanterns(app: App) -> None:
    """Staff write an answer that is there in Chinese only."""
    add = app.additions.add_entry
    became = app.database.transact(lambda tx: add(tx, LANTERNS, [], (), EDITOR, app.now()))
    assert became is Became.DONE


async def test_what_staff_add_answers_the_next_person(open_app: OpenApp) -> None:
    async with open_app() as app:
        assert DOGS not in await asks(Guest(app, "ana"))
        adds_way(app, "dogs", QUESTION)

        await app.refresh.look()

        assert DOGS in await asks(Guest(app, "bo"))


async def test_it_answers_in_every_process_within_seconds_and_from_the_start(
    open_app: OpenApp,
) -> None:
    async with open_app("one") as one, open_app("two") as two:
        assert DOGS not in await asks(Guest(one, "ana"))
        adds_way(one, "dogs", QUESTION)

        await until(lambda: all(app.content.library.added for app in (one, two)))
        for n, app in enumerate((one, two)):
            assert DOGS in await asks(Guest(app, f"guest {n}"))

    async with open_app("three") as three:
        assert DOGS in await asks(Guest(three, "carla"))


async def test_what_is_removed_answers_no_longer(open_app: OpenApp) -> None:
    async with open_app() as app:
        await asks(Guest(app, "ana"))
        adds_way(app, "dogs", QUESTION)
        await app.refresh.look()

        assert removes(app, "dogs", added(app)[0].id) is Became.DONE
        await app.refresh.look()

        assert DOGS not in await asks(Guest(app, "bo"))
        assert asked(app)[QUESTION].state == "open"


async def test_an_answer_that_is_there_in_one_language_is_told_in_it_to_all(
    open_app: OpenApp,
) -> None:
    async with open_app() as app:
        adds_lanterns(app)

        await app.refresh.look()

        assert "灯会免费。" in await asks(Guest(app, "ana"), "灯会要买票吗", "zh_Hans")
        assert "灯会免费。" in await asks(Guest(app, "bo"), "灯会门票", "en")


async def test_the_indexes_of_languages_that_stayed_are_kept(open_app: OpenApp) -> None:
    async with open_app() as app:
        await asks(Guest(app, "ana"))
        app.warm()
        before = app.content.indexes
        adds_way(app, "dogs", QUESTION)

        await app.refresh.look()

        after = app.content.indexes
        assert before is not None
        assert after is not None
        assert after.index("zh_Hans") is before.index("zh_Hans")
        assert after.index("en") is not before.index("en")


async def test_a_process_where_nothing_was_added_makes_nothing_anew(open_app: OpenApp) -> None:
    async with open_app() as app:
        before = app.content

        await app.refresh.look()

        assert app.content is before

"""Answers from the command line, with what staff have added and without."""

import shutil
from pathlib import Path

import pytest

from bot.app import App
from bot.services.became import Became
from bot.settings import read_settings
from tests.cli.program import run
from tests.runner.wondered import EDITOR, added, adds_way, asked, asks, make_answering_home

pytestmark = pytest.mark.process

QUESTION = "where do tortoises sleep?"


@pytest.fixture
def home(tmp_path: Path) -> Path:
    return make_answering_home(tmp_path)


@pytest.fixture
def app(home: Path, tmp_path: Path) -> App:
    """Where a question was asked and made a way of asking about dogs."""
    given = {"BOT_HOME": str(home), "BOT_DATA_DIR": str(tmp_path / "data")}
    opened = App(read_settings(given))
    asks(opened, QUESTION)
    assert adds_way(opened, "dogs", QUESTION) is Became.DONE
    return opened


def test_without_a_database_the_files_answer(home: Path, tmp_path: Path) -> None:
    ended = run(tmp_path, "faq", "ask", "opening hours", HOME=str(home))

    assert (ended.code, ended.complained) == (0, "")
    assert ended.told.startswith("answer (en)\n1.00  opening")
    assert not (tmp_path / "data" / "bot.db").exists()


def test_what_staff_added_answers_and_is_exported_into_the_files(
    app: App, home: Path, tmp_path: Path
) -> None:
    ask = ("faq", "ask", QUESTION)
    with_addition = run(tmp_path, *ask, HOME=str(home))
    shown = run(tmp_path, "faq", "export", HOME=str(home))

    written = run(tmp_path, "faq", "export", "--write", HOME=str(home))
    again = App(app.settings)
    app.database.transact(
        lambda tx: again.additions.tidy(tx, again.refresh.written, EDITOR, again.now())
    )
    left, state = added(again), asked(again)[QUESTION].state
    again.database.close()
    app.database.close()
    without = run(tmp_path, *ask, HOME=str(home))

    assert with_addition.told.startswith("answer (en)\n1.00  dogs")
    assert shown.told == f"content/faq/visiting.yaml:\n  dogs:\n    ways:\n    - {QUESTION}\n"
    assert (written.code, written.told) == (0, "written: content/faq/visiting.yaml\n")
    assert (left, state) == ([], "way")
    assert without.told == with_addition.told


def test_what_has_no_place_in_the_files_is_named(app: App, home: Path, tmp_path: Path) -> None:
    asks(app, "有乌龟吗", language="zh_Hans")
    adds_way(app, "dogs", "有乌龟吗")
    shutil.rmtree(home / "locales" / "zh_Hans" / "faq")

    ended = run(tmp_path, "faq", "export", "--write", HOME=str(home))

    assert ended.code == 0
    assert ended.complained == "no place in the files yet: dogs (it has no words in zh_Hans)\n"
    assert added(app)
    app.database.close()

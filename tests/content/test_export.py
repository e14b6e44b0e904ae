import re
from datetime import date
from pathlib import Path

import pytest
import yaml

from bot.content.faq.export import Plan, plan_export, write_export
from bot.content.faq.library import Library, read_library
from bot.content.faq.overlay import Added, AddedEntry, AddedWay, Worded, extended
from bot.content.notes import Notes
from tests.engine.answers import CHINESE, ENGLISH

LANGUAGES = ("en", "zh_Hans", "de")
SOURCE, CHINESE_FILE = "content/faq/visiting.yaml", "locales/zh_Hans/faq/visiting.yaml"
WAY = AddedWay("dogs", "en", 'may "Rex: the dog" come in? # 1')
ENTRY = AddedEntry(
    "lanterns",
    "visiting",
    date(2027, 5, 1),
    {
        "en": Worded(
            "When is the lantern fair?", "In spring.\n\nIt is free: come.", ("lantern fair",)
        ),
        "zh_Hans": Worded("灯会什么时候？", "春天。", ("灯会时间", "灯会: 几点")),
        "de": Worded("Wann ist das Laternenfest?", "Im Frühling."),
    },
)
ADDED: tuple[Added, ...] = (
    WAY,
    AddedWay("dogs", "en", "- is my hound welcome"),
    AddedWay("opening", "zh_Hans", "早上几点开"),
    ENTRY,
    AddedWay("lanterns", "en", "lamp festival"),
)


@pytest.fixture
def home(tmp_path: Path) -> Path:
    """A centre's folder with answers, commented and without an end of the last line."""
    for path, text in (
        (SOURCE, f"# About visits.\n{ENGLISH.rstrip()} # end"),
        (CHINESE_FILE, CHINESE),
    ):
        (tmp_path / path).parent.mkdir(parents=True)
        (tmp_path / path).write_text(text)
    return tmp_path


def library(home: Path) -> Library:
    notes = Notes()
    found = read_library(home, LANGUAGES, notes)
    assert not notes.problems, notes.problems
    return found


def planned(home: Path, *added: Added) -> Plan:
    return plan_export(library(home), LANGUAGES, added)


def ways(one: Library) -> dict[str, dict[str, set[str]]]:
    """Every way of asking by language and entry."""
    found = {
        language: {name: {wording.title, *wording.ways} for name, wording in words.items()}
        for language, words in one.wordings.items()
    }
    for language, added in one.added.items():
        for way in added:
            found[language][way.entry].add(way.text)
    return found


def words(one: Library) -> dict[str, dict[str, tuple[str, str]]]:
    """Titles and answers by language and entry."""
    return {
        language: {name: (wording.title, wording.answer) for name, wording in known.items()}
        for language, known in one.wordings.items()
    }


def test_files_with_what_was_added_answer_as_the_additions_did(home: Path) -> None:
    before = extended(library(home), ADDED)

    paths = write_export(home, LANGUAGES, planned(home, *ADDED))

    after = library(home)
    assert sorted(paths) == [SOURCE, "locales/de/faq/visiting.yaml", CHINESE_FILE]
    assert ways(after) == ways(before)
    assert words(after) == words(before)
    assert after.sections[0].facts[-1].review_by == date(2027, 5, 1)
    assert planned(home, *ADDED) == Plan()


def test_order_and_comments_stay(home: Path) -> None:
    old = (home / SOURCE).read_text().splitlines()

    write_export(home, LANGUAGES, planned(home, *ADDED))

    source = (home / SOURCE).read_text().splitlines()
    left = iter(source)
    assert all(line in left for line in old)
    assert source[0] == "# About visits."
    assert "  title: 你们几点开门？" in (home / CHINESE_FILE).read_text().splitlines()


def test_nothing_is_written_where_a_file_would_not_hold_what_was_planned(home: Path) -> None:
    plan = planned(home, AddedWay("parties", "en", "hire the tower"), WAY)
    file = home / SOURCE
    pattern = r"(title: Book.*\n    ways:)(\n      - .*)+"
    other = re.sub(pattern, r"\1 birthday party", file.read_text())
    file.write_text(other)

    paths = write_export(home, LANGUAGES, plan)

    assert "ways: birthday party" in other
    assert paths == []
    assert file.read_text() == other


def test_what_has_no_place_in_the_files_is_left(home: Path) -> None:
    german = AddedWay("dogs", "de", "Darf mein Hund mit?")
    foreign = AddedEntry("fair", "visiting", date(2027, 5, 1), {"zh_Hans": Worded("灯会", "有。")})
    gone = AddedWay("dragons", "en", "dragons")

    plan = planned(home, german, foreign, gone, AddedWay("dogs", "en", "dogs allowed"))

    assert plan.parts == ()
    assert plan.left == (foreign, german, gone)


def test_a_plan_is_shown_by_file_and_entry(home: Path) -> None:
    told = yaml.safe_load(planned(home, *ADDED).as_yaml())

    assert told[SOURCE]["dogs"] == {"ways": [WAY.text, "- is my hound welcome"]}
    assert told[SOURCE]["lanterns"]["review_by"] == "2027-05-01"
    assert told[SOURCE]["lanterns"]["ways"] == ["lantern fair", "lamp festival"]
    assert told[CHINESE_FILE]["opening"] == {"ways": ["早上几点开"]}

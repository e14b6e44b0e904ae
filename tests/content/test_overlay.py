from datetime import date

from bot.content.faq.library import indexes_of
from bot.content.faq.overlay import AddedEntry, AddedWay, Worded, extended
from bot.engine.retrieval.finder import Thresholds
from tests.engine.answers import library

REVIEW = date(2099, 1, 1)
WAY = AddedWay("dogs", "en", "is my hound welcome")
ENTRY = AddedEntry("fair", "visiting", REVIEW, {"zh_Hans": Worded("灯会", "有。", ("灯会时间",))})


def test_a_way_is_added_once_and_only_where_the_files_lack_it() -> None:
    one = extended(library(), [WAY, WAY, AddedWay("dogs", "en", "dogs allowed")])

    assert {language: len(ways) for language, ways in one.added.items()} == {"en": 1}
    assert one.wordings == library().wordings


def test_a_way_may_be_in_a_language_that_its_entry_is_not_told_in() -> None:
    chinese = AddedWay("dogs", "zh_Hans", "可以带狗吗")

    indexes = indexes_of(extended(library(), [chinese]), Thresholds())

    assert indexes is not None
    found = indexes.find("可以带狗吗", "zh_Hans")
    assert (found.outcome, found.entries[0].entry) == ("answer", "dogs")


def test_an_entry_stands_last_in_its_category_with_its_words() -> None:
    one = extended(library(), [ENTRY, AddedWay("fair", "en", "lantern fair")])

    assert [facts.entry for facts in one.facts()][-1] == "fair"
    assert one.wordings["zh_Hans"]["fair"].answer == "有。"
    assert [way.entry for way in one.added["en"]] == ["fair"]


def test_what_the_files_hold_is_theirs() -> None:
    mine = AddedEntry("dogs", "visiting", REVIEW, {"en": Worded("Dogs", "No.")})

    assert extended(library(), [mine]) == library()


def test_what_has_no_place_any_more_is_left_out() -> None:
    gone = AddedEntry("fair", "dragons", REVIEW, {"en": Worded("Fair", "No.")})
    unspoken = AddedEntry("fair", "visiting", REVIEW, {"xx": Worded("Fair", "No.")})
    ways = (AddedWay("fair", "en", "lanterns"), AddedWay("dogs", "xx", "hound"))

    assert extended(library(), [gone, unspoken, *ways]) == library()

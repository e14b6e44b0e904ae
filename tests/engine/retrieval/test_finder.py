"""A text comes to an answer, a choice, or an honest no, in the person's language first."""

import pytest

from bot.engine.retrieval.finder import CHOICES, Finder, Thresholds
from bot.engine.retrieval.languages import build_guesser
from tests.engine.retrieval.desk import CHINESE, ENGLISH, SHORT, index

INDEXES = {"en": index("en", ENGLISH), "zh_Hans": index("zh_Hans", CHINESE)}
TRADITIONAL = index("zh_Hant", {"opera": ("粵劇門票哪裡買", "看戲要多少錢", "今晚有什麼演出")})
GUESSER = build_guesser(
    {
        "en": [*SHORT["en"], *(text for some in ENGLISH.values() for text in some)],
        "zh_Hans": [*SHORT["zh_Hans"], *(text for some in CHINESE.values() for text in some)],
        "zh_Hant": [*SHORT["zh_Hant"], "粵劇門票哪裡買", "看戲要多少錢", "今晚有什麼演出"],
        "ko": SHORT["ko"],
    }
)
EASY = Thresholds(answer=0.5, offer=0.35, careful=0.9999)


def finder(*careful: str, thresholds: Thresholds = EASY) -> Finder:
    """A finder over English and Chinese."""
    return Finder(INDEXES.get, GUESSER, careful, thresholds)


def test_what_is_sure_is_answered() -> None:
    found = finder().find("school fees", "en")

    assert (found.outcome, found.entries[0].entry, found.language) == ("answer", "school", "en")


def test_what_is_likely_but_not_sure_is_offered() -> None:
    strict = Thresholds(answer=0.9999, offer=0.2, careful=0.9999)

    found = finder(thresholds=strict).find("apply for an apartment", "en")

    assert found.outcome == "choices"
    assert found.entries[0].entry == "flat"
    assert len(found.entries) <= CHOICES


@pytest.mark.parametrize("text", ["sing a song", "", "🙂", "12345", "\ud800"])
def test_what_nobody_knows_is_unknown(text: str) -> None:
    assert finder().find(text, "en").outcome == "unknown"


def test_an_entry_to_be_careful_with_needs_more() -> None:
    question = "taxes for a newcomer"

    assert finder().find(question, "en").outcome == "answer"
    assert finder("tax").find(question, "en").outcome == "choices"
    assert finder("tax").find("income tax rate for foreigners", "en").outcome == "answer"


def test_a_question_in_another_language_is_found_in_that_one() -> None:
    found = finder().find("怎么申请公寓", "en")

    assert (found.outcome, found.entries[0].entry, found.language) == ("answer", "flat", "zh_Hans")


def test_the_language_of_the_person_is_preferred_where_both_would_do() -> None:
    assert finder().find("visa", "en").language == "en"
    assert finder().find("gongyu", "zh_Hans").language == "zh_Hans"


def test_a_language_without_an_index_finds_nothing_in_it() -> None:
    found = finder().find("안녕하세요", "ko")

    assert (found.outcome, found.entries, found.language) == ("unknown", (), "ko")


def test_a_person_of_a_language_without_an_index_may_ask_in_another() -> None:
    found = finder().find("how do I open a bank account", "ko")

    assert (found.entries[0].entry, found.language) == ("bank", "en")


def test_both_ways_to_write_chinese_are_one_language_to_the_finder() -> None:
    both = Finder({**INDEXES, "zh_Hant": TRADITIONAL}.get, GUESSER, (), EASY)

    assert both.find("怎麼申請公寓", "zh_Hant").entries[0].entry == "flat"
    assert both.find("今晚有什么演出", "zh_Hans").entries[0].entry == "opera"

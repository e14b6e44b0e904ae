from datetime import UTC, datetime

from bot.services.grouping import MOST, Group, Worded, grouped
from bot.store.questions import OPEN, KeptQuestion

DAY = datetime(2026, 12, 1, tzinfo=UTC)


def asked(number: int, words: str, times: int = 1, language: str = "en") -> Worded:
    kept = KeptQuestion(number, b"", language, "unknown", b"", "", times, DAY, DAY, OPEN)
    return Worded(kept, words)


def words(groups: list[Group]) -> list[list[str]]:
    return [[one.words for one in group.questions] for group in groups]


def test_what_is_asked_in_nearly_the_same_words_stands_together_most_asked_first() -> None:
    found = grouped(
        [
            asked(1, "Where can I park my scooter?"),
            asked(2, "parking a car"),
            asked(3, "where can i park the scooter", 4),
            asked(4, "documents for a visa", 3),
        ]
    )

    assert words(found) == [
        ["where can i park the scooter", "Where can I park my scooter?"],
        ["documents for a visa"],
        ["parking a car"],
    ]
    assert [group.times for group in found] == [5, 3, 1]


def test_chinese_questions_are_near_by_their_letters() -> None:
    near = [asked(1, "签证到期怎么延期"), asked(2, "签证到期了怎么延期?"), asked(3, "哪里有停车场")]

    assert [len(group.questions) for group in grouped(near)] == [2, 1]


def test_questions_of_two_languages_never_stand_together() -> None:
    found = grouped([asked(1, "visa"), asked(2, "visa", language="de")])

    assert [len(group.questions) for group in found] == [1, 1]


def test_a_group_is_no_larger_than_a_form() -> None:
    found = grouped([asked(number, f"visa question {number}") for number in range(MOST + 2)])

    assert [len(group.questions) for group in found] == [MOST, 2]
    assert len({one.kept.id for group in found for one in group.questions}) == MOST + 2

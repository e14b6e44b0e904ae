"""A text that has one word of a group gets the group's first word as well."""

import pytest

from bot.engine.retrieval.synonyms import synonyms_of

SAME = synonyms_of([("居住证", "residence permit card", "kart"), ("flat", "apartment", "公寓")])


@pytest.mark.parametrize(
    ("text", "wide"),
    [
        ("my residence permit card is lost", "my residence permit card is lost 居住证"),
        ("我的公寓在哪里", "我的公寓在哪里 flat"),
        ("the apartment", "the apartment flat"),
        ("a flat", "a flat"),
        ("apartments", "apartments"),
        ("kartell", "kartell"),
        ("公寓 and residence permit card", "公寓 and residence permit card flat 居住证"),
        ("", ""),
    ],
)
def test_words_of_a_group_bring_its_first(text: str, wide: str) -> None:
    assert SAME.widen(text) == wide


def test_without_groups_texts_stay_as_they_are() -> None:
    assert synonyms_of([]).widen("anything") == "anything"
    assert synonyms_of([("", "")]).widen("anything") == "anything"

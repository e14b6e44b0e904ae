"""Words of romaji get their kana beside them; others stay alone."""

import pytest

from bot.engine.retrieval.romaji import with_kana


@pytest.mark.parametrize(
    ("folded", "both"),
    [
        ("biza koushin", "biza koushin びざ こうしん"),
        ("kitte", "kitte きって"),
        ("shinjuku", "shinjuku しんじゅく"),
        ("konnichiwa", "konnichiwa こんにちわ"),
        ("matcha", "matcha まっちゃ"),
        ("visa card", "visa card"),
        ("hotel", "hotel"),
        ("no", "no"),
        ("口座", "口座"),
        ("", ""),
    ],
)
def test_romaji_is_written_in_kana_as_well(folded: str, both: str) -> None:
    assert with_kana(folded) == both

"""Long texts are cut at good places: nothing is lost, and nothing torn that belongs together."""

import re
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.channels.wechat.split import size, split

LIMIT = 200
PIECES = st.sampled_from(
    [
        *("word", "a", "优秀人才公寓申请材料", "申请。", "وثيقة", "документ", "Ende.", "Wirklich?"),
        *("\n", "\n\n", " ", "，", "1", "2026-12-01", "3,000.50", "+44 20 7946 0958", "١٢٣"),
        *("👩‍👩‍👧", "👍🏽", "🇨🇳", "é", "e\u0301", "नमस्ते", "한국어", "1️⃣"),
        *('<a href="https://centre.example/p?a=1&b=2">the page</a>', "https://centre.example/x1"),
    ]
)
TEXTS = st.lists(PIECES, max_size=120).map("".join)


def bare(text: str) -> str:
    return re.sub(r"\s", "", text)


@given(TEXTS)
def test_nothing_is_lost_and_every_part_fits(text: str) -> None:
    parts = split(text, LIMIT)

    assert bare("".join(parts)) == bare(text)
    assert all(0 < size(part) <= LIMIT for part in parts)
    assert all(part == part.strip() for part in parts)


@given(st.text(max_size=400).map(lambda text: text.encode("utf-8", "ignore").decode()))
def test_any_text_at_all_is_cut_into_parts_that_fit(text: str) -> None:
    parts = split(text, 40)

    assert "".join("".join(parts).split()) == "".join(text.split())
    assert all(0 < size(part) <= 40 for part in parts)


def words(count: int) -> st.SearchStrategy[str]:
    return st.integers(count, count + 90).map(lambda n: "字" * n)


@given(
    words(0),
    st.sampled_from(
        [
            *('<a href="https://centre.example/p?a=1">a page of ours</a>', "+44 20 7946 0958"),
            *("https://centre.example/a/long/address", "2026-12-01", "12,345.67", "1234567890"),
            *("👩‍👩‍👧‍👦", "🇨🇳", "👍🏽", "e\u0301", "स्ते", "1️⃣", "한"),
        ]
    ),
    words(20),
)
def test_what_belongs_together_is_never_cut(before: str, whole: str, after: str) -> None:
    parts = split(f"{before}{whole}{after}", LIMIT)

    assert sum(part.count(whole) for part in parts) == 1


@given(st.integers(30, 70))
def test_a_number_stays_with_its_option(count: int) -> None:
    lines = [f"{number}. Option {number}" for number in range(1, count)]

    parts = split("\n".join(lines), LIMIT)

    assert [line for part in parts for line in part.split("\n")] == lines


@pytest.mark.parametrize(
    ("text", "first"),
    [
        ("One. Two.\nThree.\n\nFour. " + "five " * 9, "One. Two.\nThree."),
        ("One two. Three\nFour. " + "five " * 9, "One two. Three"),
        ("One two three. Four " + "five" * 9, "One two three."),
        ("申请材料。审核通过" + "后" * 20, "申请材料。"),
        ("one two three four " + "five" * 9, "one two three four"),
        ("字" * 40, "字" * 10),
    ],
)
def test_the_best_place_is_taken(text: str, first: str) -> None:
    assert split(text, 32)[0] == first


def test_flags_are_cut_between_and_not_within() -> None:
    parts = split("🇨🇳🇫🇷🇩🇪🇪🇹🇬🇧", 20)

    assert parts == ["🇨🇳🇫🇷", "🇩🇪🇪🇹", "🇬🇧"]


@pytest.mark.parametrize(
    "endless", ["9" * 900, "https://x.example/" + "y" * 900, "e" + "\u0301" * 900]
)
def test_what_is_longer_than_a_part_is_cut_all_the_same(endless: str) -> None:
    parts = split(endless, LIMIT)

    assert "".join(parts) == endless
    assert all(size(part) <= LIMIT for part in parts)


def test_a_text_that_fits_stays_as_it_is() -> None:
    assert split("one\n\n  two", LIMIT) == ["one\n\n  two"]
    assert split("", LIMIT) == []


@given(TEXTS)
def test_cutting_comes_out_the_same_every_time(text: str) -> None:
    assert split(text, LIMIT) == split(text, LIMIT)
    assert all(a and b for a, b in pairwise(split(text, LIMIT)))

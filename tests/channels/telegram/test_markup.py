"""No text of a person's breaks the markup, and none of it gets lost."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.channels.telegram.markup import columns, cut, escaped, split, units
from tests.fakes.telegram_html import shown

ANY = st.text(st.characters(exclude_categories=()), max_size=300)
TYPED = st.text(st.sampled_from("<>&;/ab \n.。!？é\u0301👩\u200d😀#x3\"'"), max_size=300)


@given(ANY | TYPED)
def test_text_is_shown_as_it_is(text: str) -> None:
    whole = text.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")

    assert shown(escaped(text)) == whole


@given(TYPED | ANY, st.integers(8, 60))
def test_splitting_loses_nothing_but_white_space(text: str, most: int) -> None:
    parts = split(text, most)

    whole = text.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")
    assert squeezed("".join(parts)) == squeezed(whole)
    for part in parts:
        assert part.strip()
        assert units(part) <= most
        part.encode()


@given(st.lists(st.text(st.sampled_from("abcdé"), min_size=1, max_size=9), max_size=60))
def test_words_stay_whole(words: list[str]) -> None:
    parts = split(" ".join(words), 40)

    assert " ".join(parts).split() == words


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        ("One. Two.\n\nThree. Four.", ["One. Two.", "Three. Four."]),
        ("One one one. Two two. Three", ["One one one.", "Two two. Three"]),
        (
            "一二三四五六七八。九十一二三四五六七八九十",
            ["一二三四五六七八。", "九十一二三四五六七八九十"],
        ),
        ("a" * 20, ["a" * 16, "a" * 4]),
        ("x" * 15 + "👨‍👩‍👧", ["x" * 15, "👨‍👩‍👧"]),
        ("e\u0301" * 9, ["e\u0301" * 8, "e\u0301"]),
        (" \n ", []),
    ],
)
def test_it_is_cut_where_a_reader_would_pause(text: str, parts: list[str]) -> None:
    assert split(text, 16) == parts


@given(ANY | TYPED, st.integers(2, 40))
def test_what_is_cut_fits(text: str, most: int) -> None:
    short = cut(text, most)

    assert units(short) <= most
    assert short == text or short.endswith("…")


def test_wide_letters_count_twice() -> None:
    assert (columns("abc"), columns("中文")) == (3, 4)


def squeezed(text: str) -> str:
    """A text without its white space."""
    return re.sub(r"\s", "", "".join(text.split()))

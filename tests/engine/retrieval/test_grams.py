"""Texts become sets of features; alike texts share them, wherever they stand among others."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.engine.retrieval.grams import PAIR, WORD, grams

SIZES = (1, 2, 3, 4)
TEXTS = st.lists(st.lists(st.text("abü银비", min_size=1, max_size=5), max_size=4).map(" ".join))


def features(text: str) -> set[int]:
    """The features of one text."""
    return {int(one) for one in grams([text], SIZES)[1]}


@given(TEXTS)
def test_a_text_has_the_same_features_alone_and_among_others(texts: list[str]) -> None:
    rows, hashes = grams(texts, SIZES)

    for at, text in enumerate(texts):
        assert {int(one) for one in hashes[rows == at]} == features(text)


def test_each_feature_counts_once_a_text() -> None:
    rows, hashes = grams(["no no no", "no"], SIZES)

    pairs = list(zip(rows.tolist(), hashes.tolist(), strict=True))
    assert pairs == sorted(set(pairs))


def test_pieces_words_and_pairs_are_told_apart_by_their_marks() -> None:
    _, hashes = grams(["ab cd"], (1, 2))

    marks = np.bincount(hashes & 7, minlength=8)
    assert (marks[1], marks[2], marks[WORD], marks[PAIR]) == (4, 6, 2, 1)


def test_pieces_stay_within_a_word_and_know_where_it_ends() -> None:
    assert features("ab") <= features("ab cd")
    assert not (features("abcd") - features("ab cd")) <= features("ab") | features("cd")
    assert grams(["ab"], (3,))[1].size == 3  # two with a blank, and the word


@pytest.mark.parametrize("texts", [[], [""], ["", ""]])
def test_nothing_has_no_features(texts: list[str]) -> None:
    rows, hashes = grams(texts, SIZES)

    assert rows.size == hashes.size == 0

"""Trials judge an index as if a phrasing, or a whole entry, were not there."""

from collections.abc import Sequence

import numpy as np
import pytest
from numpy.typing import NDArray

from bot.engine.retrieval import trials
from bot.engine.retrieval.curve import evidence
from bot.engine.retrieval.index import Index, build
from tests.engine.retrieval.desk import CHINESE, ENGLISH, ways


@pytest.fixture(params=["en", "zh_Hans"])
def found(request: pytest.FixtureRequest) -> Index:
    """An index with one plane, and one with two."""
    entries = ENGLISH if request.param == "en" else CHINESE
    return build(request.param, ways(entries))


def trier(found: Index) -> trials._Trier:
    """What asks the phrasings of an index."""
    space = found.kept.space
    shares = (1.0,) if len(space.planes) == 1 else (0.5, 0.5)
    return trials._Trier(space, shares, tuple(np.bincount(one.row_ids) for one in space.planes))


def test_a_phrasing_left_out_is_never_the_nearest(found: Index) -> None:
    for row, owner in enumerate(found.kept.space.owners.tolist()):
        standing = trier(found).without_row(row, owner)

        assert row not in standing.rows


def test_an_entry_left_out_does_not_stand(found: Index) -> None:
    for row, owner in enumerate(found.kept.space.owners.tolist()):
        standing = trier(found).without_entry(row, owner)

        assert owner not in standing.entries


def test_leaving_a_phrasing_out_is_like_never_having_had_it() -> None:
    all_ways = ways(ENGLISH)
    whole = build("en", all_ways)
    less = build("en", all_ways[1:])
    folded = "how do i apply for an apartment"
    query = less.query(folded, folded)

    tried = trier(whole).without_row(0, 0)
    asked = less.kept.space.stand(query, less.kept.space.look(query))

    # Weights of features were counted with the phrasing, so it is not the same to the digit.
    assert tried.entries[0] == asked.entries[0]
    assert evidence(tried)[0] == pytest.approx(evidence(asked)[0], abs=0.2)


def test_a_phrasing_left_out_means_nothing_either() -> None:
    def encode(texts: Sequence[str]) -> NDArray[np.float64]:
        return np.array([[text.count(letter) + 0.1 for letter in "aeiou"] for text in texts])

    all_ways = ways(ENGLISH)
    whole, less = build("en", all_ways, encode=encode), build("en", all_ways[1:], encode=encode)
    text = all_ways[0].text
    query = less.query(text.casefold(), text)
    space = whole.kept.space
    seen = tuple(np.bincount(one.row_ids) for one in space.planes)

    tried = trials._Trier(space, (0.5,), seen).without_row(0, 0)
    asked = less.kept.space.stand(query, less.kept.space.look(query))

    assert evidence(tried)[0] == pytest.approx(evidence(asked)[0], abs=0.15)


def test_trials_make_a_mixed_up_index_less_sure() -> None:
    texts = [text for some in ENGLISH.values() for text in some]
    names = list(ENGLISH)
    mixed = {name: tuple(texts[at::5]) for at, name in enumerate(names)}
    sound, confused = build("en", ways(ENGLISH)), build("en", ways(mixed))

    question = "where do I open an account for my income tax"

    assert confused.rank(question)[0].p < sound.rank("where do I open an account")[0].p

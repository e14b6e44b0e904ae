"""Evidence becomes a chance: more of it never makes an entry less likely to be first."""

import numpy as np
import pytest

from bot.engine.retrieval.curve import PRIOR, Examples, chances, fit
from bot.engine.retrieval.space import Standing


def standing(*totals: float, known: float = 0.8) -> Standing:
    """Entries with these totals, all else alike."""
    numbers = np.array(totals, dtype=np.float32)
    places = np.arange(len(totals))
    half = np.full(len(totals), 0.5, dtype=np.float32)
    return Standing(places, places, numbers, half, half, half, known)


def test_a_higher_total_is_likelier() -> None:
    found = [chances(PRIOR, standing(total, 0.1))[0] for total in np.linspace(0.1, 1, 20)]

    assert found == sorted(found)
    assert found[0] < 0.5 < 0.9 < found[-1]


def test_a_close_rival_makes_the_first_less_likely() -> None:
    assert chances(PRIOR, standing(0.6, 0.55))[0] < chances(PRIOR, standing(0.6, 0.1))[0]


def test_what_is_known_of_a_text_makes_it_likelier() -> None:
    assert chances(PRIOR, standing(0.6, 0.3, known=0.2))[0] < chances(PRIOR, standing(0.6, 0.3))[0]


def test_chances_of_one_text_never_rise_along_the_ranks() -> None:
    found = chances(PRIOR, standing(0.9, 0.85, 0.4, 0.4, 0.1))

    assert list(found) == sorted(found, reverse=True)
    assert found[0] + found[1] <= 1


def test_nothing_stands_where_nothing_was_found() -> None:
    assert chances(PRIOR, standing()).shape == (0,)


def test_the_curve_follows_examples_and_without_any_stays() -> None:
    evidence = np.zeros((200, len(PRIOR)))
    evidence[:, 0] = 1
    evidence[:, 1] = np.linspace(0, 1, 200)
    right = (evidence[:, 1] > 0.3).astype(float)

    learnt = fit(Examples(evidence, right, np.ones(200)))
    kept = fit(Examples(evidence[:0], right[:0], np.ones(0)))

    assert learnt @ evidence[180] > 0 > learnt @ evidence[10]
    assert kept == pytest.approx(PRIOR)

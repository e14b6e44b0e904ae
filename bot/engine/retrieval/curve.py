"""How sure a standing makes us: evidence weighed into a chance between 0 and 1."""

import numpy as np
from msgspec import Struct
from numpy.typing import NDArray

from bot.engine.retrieval.space import Standing

PRIOR = np.array([-3.1, 0.6, 2.6, 2.0, 0.8, 0.7, 1.7])
"""The curve where there is nothing to learn from: bias, total, lead, nearest, centroid, known,
explained."""
LEAD = 2
"""The place of the lead in it."""
HOLD = 2.0
"""How strongly the curve is held to that; examples outweigh it soon."""
ROUNDS = 25
SMALLEST = 1e-6
"""A step below this is none."""

Curve = NDArray[np.float64]


class Examples(Struct, frozen=True):
    """Evidence of trials, whether the first entry was right, and what each trial counts."""

    evidence: NDArray[np.float64]
    right: NDArray[np.float64]
    weight: NDArray[np.float64]


def evidence(standing: Standing) -> NDArray[np.float64]:
    """For each entry that stands, what the curve weighs (see `PRIOR`)."""
    totals = standing.totals.astype(np.float64)
    rival = np.full(len(totals), totals[0])
    rival[0] = totals[1] if len(totals) > 1 else 0.0
    same = np.ones(len(totals))
    return np.stack(
        [
            same,
            totals,
            totals - rival,
            standing.near,
            standing.centroids,
            same * standing.known,
            standing.explained,
        ],
        axis=1,
    )


def chances(curve: Curve, standing: Standing) -> NDArray[np.float64]:
    """The chance of each entry that stands to be the right one, never rising along them."""
    if not len(standing.totals):
        return np.zeros(0)
    found = _logistic(evidence(standing) @ curve)
    found[1:] = np.minimum(found[1:], 1 - found[0])
    return np.minimum.accumulate(found)


def fit(examples: Examples) -> Curve:
    """The curve that explains the examples best."""
    curve, doubt = PRIOR, _doubt(PRIOR, examples)
    for _ in range(ROUNDS):
        step = _step(curve, examples)
        while (less := _doubt(curve + step, examples)) > doubt and np.abs(step).max() > SMALLEST:
            step = step / 2
        if less >= doubt:
            break
        curve, doubt = curve + step, less
    return curve


def _doubt(curve: Curve, examples: Examples) -> float:
    """How badly a curve explains the examples, and how far it strays from what it is held to."""
    odds = (examples.evidence @ curve) * (1 - 2 * examples.right)
    strayed = HOLD / 2 * ((curve - PRIOR) ** 2).sum()
    return float((examples.weight * np.logaddexp(0, odds)).sum() + strayed)


def _step(curve: Curve, examples: Examples) -> Curve:
    """Newton's step to less doubt."""
    x, weight = examples.evidence, examples.weight
    p = _logistic(x @ curve)
    slope = x.T @ (weight * (examples.right - p)) - HOLD * (curve - PRIOR)
    bend = (x * (weight * p * (1 - p))[:, None]).T @ x + HOLD * np.eye(len(curve))
    return np.linalg.solve(bend, slope)


def _logistic(x: NDArray[np.float64]) -> NDArray[np.float64]:
    return 1 / (1 + np.exp(-np.clip(x, -30, 30)))

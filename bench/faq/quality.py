"""What the matcher finds of a set, averaged over draws."""

import time
from collections.abc import Sequence
from dataclasses import dataclass
from statistics import fmean, quantiles

import numpy as np

from bench.faq.peers import PEERS, right
from bench.faq.sets import Draw, Questions, draw
from bot.engine.retrieval.finder import Thresholds
from bot.engine.retrieval.index import Scored, build

SEEDS = (1, 2, 3, 4, 5, 6)
FOREIGN = 0.25
"""The share of the traffic that no entry answers."""
LIMITS = Thresholds()


@dataclass(frozen=True, slots=True)
class Quality:
    """Shares from 0 to 1; nan where a set has no question out of scope. Times in CPU ms."""

    first: float
    third: float
    auroc: float
    direct: float
    precise: float
    outside: float
    refused: float
    median: float
    slow: float
    peers: dict[str, float]


def quality(questions: Questions, phrasings: int) -> Quality:
    """Figures of a set with so many phrasings an entry, over all seeds."""
    some = [_one(draw(questions, phrasings, seed)) for seed in SEEDS]
    numbers = [field for field in Quality.__dataclass_fields__ if field != "peers"]
    means = {field: fmean(getattr(one, field) for one in some) for field in numbers}
    peers = {name: fmean(one.peers[name] for one in some) for name in PEERS}
    return Quality(**means, peers=peers)


def _one(one: Draw) -> Quality:
    index = build(one.language, one.ways)
    times: list[float] = []

    def ask(text: str) -> tuple[Scored, ...]:
        before = time.process_time()
        found = index.rank(text)
        times.append((time.process_time() - before) * 1e3)
        return found

    inside = [(ask(text), entry) for text, entry in one.inside]
    p_in = np.array([_p(found) for found, _ in inside])
    good = np.array([_place(found, entry) == 0 for found, entry in inside])
    p_out = np.array([_p(ask(text)) for text in one.outside])
    direct = p_in >= LIMITS.answer
    astray = float((p_out >= LIMITS.answer).mean()) if len(p_out) else float("nan")
    foreign = FOREIGN * astray if len(p_out) else 0.0
    answered = (1 - FOREIGN) * float(direct.mean()) + foreign
    return Quality(
        first=float(good.mean()),
        third=fmean(_place(found, entry) < 3 for found, entry in inside),
        auroc=auroc(p_in, p_out),
        direct=float(direct.mean()),
        precise=(1 - FOREIGN) * float((direct & good).mean()) / (answered or float("nan")),
        outside=astray,
        refused=float((p_out < LIMITS.offer).mean()) if len(p_out) else float("nan"),
        median=float(np.median(times)),
        slow=quantiles(times, n=20)[18],
        peers={name: right(learn(one.ways), one) for name, learn in PEERS.items()},
    )


def auroc(inside: np.ndarray, outside: np.ndarray) -> float:
    """The chance that a question in scope gets a higher p than one out of scope."""
    if not len(outside):
        return float("nan")
    below = (outside[None, :] < inside[:, None]).mean()
    same = (outside[None, :] == inside[:, None]).mean()
    return float(below + same / 2)


def _p(found: Sequence[Scored]) -> float:
    return found[0].p if found else 0.0


def _place(found: Sequence[Scored], entry: str) -> int:
    named = [one.entry for one in found]
    return named.index(entry) if entry in named else len(named) + 10

"""What plain methods find on the same questions: rapidfuzz, BM25 and tf-idf centroids."""

import math
from collections import Counter, defaultdict
from collections.abc import Callable, Mapping, Sequence
from typing import TypeAlias

from rapidfuzz import fuzz, process, utils

from bench.faq.sets import Draw
from bot.engine.retrieval.index import Way

Peer: TypeAlias = Callable[[str], str]
"""Names the entry it takes a text for."""

_HAN = "\u2e7f"


def right(peer: Peer, one: Draw) -> float:
    """The share of questions for which a peer names the right entry first."""
    return sum(peer(text) == entry for text, entry in one.inside) / max(1, len(one.inside))


def fuzzy(scorer: Callable[..., float]) -> Callable[[Sequence[Way]], Peer]:
    """The entry of the phrasing a scorer of rapidfuzz finds nearest."""

    def learn(ways: Sequence[Way]) -> Peer:
        texts = [utils.default_process(way.text) for way in ways]

        def find(text: str) -> str:
            found = process.extractOne(utils.default_process(text), texts, scorer=scorer)
            return ways[found[2]].entry if found else ""

        return find

    return learn


def bm25(ways: Sequence[Way]) -> Peer:
    """Okapi BM25 of words and pairs of Han letters, all phrasings of an entry one document."""
    documents: dict[str, Counter[str]] = defaultdict(Counter)
    for way in ways:
        documents[way.entry].update(_words(way.text))
    spread = Counter(word for found in documents.values() for word in found)
    size = {entry: found.total() for entry, found in documents.items()}
    mean = sum(size.values()) / len(size)

    def score(entry: str, words: Sequence[str]) -> float:
        found, long = documents[entry], 0.25 + 0.75 * size[entry] / mean
        return sum(
            math.log(1 + (len(documents) - spread[word] + 0.5) / (spread[word] + 0.5))
            * (found[word] * 2.5 / (found[word] + 1.5 * long))
            for word in words
            if found[word]
        )

    return lambda text: max(documents, key=lambda entry: score(entry, _words(text)))


def centroids(ways: Sequence[Way]) -> Peer:
    """Cosine of tf-idf over pieces of 2 to 4 letters with the middle of an entry's phrasings."""
    pieces = [_pieces(way.text) for way in ways]
    spread = Counter(piece for found in pieces for piece in found)
    weight = {piece: math.log(len(ways) / n) + 1 for piece, n in spread.items()}
    middles: dict[str, Counter[str]] = defaultdict(Counter)
    for way, found in zip(ways, pieces, strict=True):
        middles[way.entry].update(_unit({piece: weight[piece] for piece in found}))
    known = {entry: _unit(middle) for entry, middle in middles.items()}

    def find(text: str) -> str:
        asked = {piece: weight[piece] for piece in _pieces(text) if piece in weight}
        return max(
            known, key=lambda entry: sum(w * known[entry].get(p, 0) for p, w in asked.items())
        )

    return find


PEERS: Mapping[str, Callable[[Sequence[Way]], Peer]] = {
    "WRatio": fuzzy(fuzz.WRatio),
    "token_set": fuzzy(fuzz.token_set_ratio),
    "BM25": bm25,
    "tf-idf": centroids,
}


def _unit(vector: Mapping[str, float]) -> dict[str, float]:
    length = math.sqrt(sum(value * value for value in vector.values())) or 1
    return {piece: value / length for piece, value in vector.items()}


def _words(text: str) -> list[str]:
    found = []
    for word in utils.default_process(text).split():
        han = word[0] > _HAN and len(word) > 1
        found += [word[at : at + 2] for at in range(len(word) - 1)] if han else [word]
    return found


def _pieces(text: str) -> set[str]:
    words = [f" {word} " for word in utils.default_process(text).split()]
    return {w[at : at + n] for w in words for n in (2, 3, 4) for at in range(len(w) - n + 1)}

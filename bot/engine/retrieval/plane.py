"""One view of all phrasings as weighted features: how near entries and phrasings are to a text."""

from collections.abc import Sequence
from typing import Any, TypeAlias

import numpy as np
from msgspec import Struct
from numpy.typing import NDArray

from bot.engine.retrieval.grams import Hashes, grams

Ids: TypeAlias = NDArray[np.int32]
Places: TypeAlias = NDArray[np.int64]
Floats: TypeAlias = NDArray[np.float32]

STRENGTH = np.array([0, 1, 1, 0.85, 0.7, 0.7, 2, 1.5], dtype=np.float32)
"""What a feature counts by its mark: pieces of 1 to 5 letters, whole words, pairs of words."""
COMMON = 0.7
"""How steeply a feature loses by being in many entries; below 1 is flatter than tf-idf."""
SMALL = 1 << 16
"""Up to so many entries their numbers take half the room."""
LEVELS = 65535
"""Strengths of features in entries are kept as whole numbers up to this."""
LONELY = 0.3
"""How steeply a feature loses by being in fewer than three phrasings: it may be chance."""


class Vector(Struct, frozen=True):
    """A text as features of a plane, of length 1; `known` is the share the plane knows of it."""

    ids: Ids
    values: Floats
    known: float


class Plane(Struct, frozen=True):
    """Features by place: their hash and weight, the phrasings' features, the entries' strengths.

    `rarest` is the weight of a feature that is nowhere, before its strength.
    Phrasings and entries are rows of integers from 0; `starts` arrays cut the flat ones.
    """

    sizes: Ids
    hashes: NDArray[np.uint32]
    weights: Floats
    rarest: Floats
    row_starts: Ids
    row_ids: Ids
    row_norms: Floats
    starts: Ids
    entries: NDArray[np.uint16] | Ids
    values: NDArray[np.uint16]
    norms: Floats

    def vector(self, text: str) -> Vector:
        """A folded text as this plane sees it."""
        _, hashes = grams([text], self.sizes.tolist())
        at = np.searchsorted(self.hashes, hashes)
        at[at == len(self.hashes)] = 0
        known = self.hashes[at] == hashes if len(self.hashes) else np.zeros(len(at), bool)
        ids = at[known].astype(np.int32)
        return as_vector(ids, self.weights[ids], self.foreign(hashes[~known]))

    def scores(self, vector: Vector) -> tuple[Floats, Floats]:
        """Cosine of every entry's centroid with a text, and the share of the text it explains.

        A feature is explained by an entry that has it in any phrasing.
        """
        at, count = spans(self.starts, vector.ids)
        entries = self.entries[at].astype(np.int64)  # the types bincount counts in are fastest
        values = np.repeat(vector.values.astype(np.float64), count)
        cosines = np.bincount(entries, values * self.values[at], minlength=len(self.norms))
        explained = np.bincount(entries, values * values, minlength=len(self.norms))
        return (cosines / LEVELS).astype(np.float32), (explained * vector.known).astype(np.float32)

    def near(self, rows: Places, vector: Vector) -> Floats:
        """Cosine of some phrasings with a vector."""
        sought = np.zeros(len(self.weights) + 1, dtype=np.float32)
        sought[vector.ids] = vector.values
        at, count = spans(self.row_starts, rows)
        ids = self.row_ids[at]
        products = self.weights[ids] * sought[ids]
        which = np.repeat(np.arange(len(rows)), count)
        sums = np.bincount(which, products, minlength=len(rows))
        return (sums / self.row_norms[rows]).astype(np.float32)

    def alike(self, rows: Places) -> Floats:
        """Cosines of some phrasings with each other."""
        at, count = spans(self.row_starts, rows)
        ids = self.row_ids[at]
        shared = np.bincount(ids, minlength=len(self.weights)) > 1
        number = np.cumsum(shared)
        kept = shared[ids]
        ids, which = ids[kept], np.repeat(np.arange(len(rows)), count)[kept]
        dense = np.zeros((len(rows), int(number[-1]) if len(number) else 0), dtype=np.float32)
        dense[which, number[ids] - 1] = self.weights[ids] / self.row_norms[rows][which]
        found = dense @ dense.T
        np.fill_diagonal(found, 1)
        return found

    def rows(self, begin: int, end: int) -> Ids:
        """The features of the phrasings from `begin` to before `end`."""
        return self.row_ids[self.row_starts[begin] : self.row_starts[end]]

    def foreign(self, hashes: Hashes) -> float:
        """The squared weight of features that are not known."""
        strength = STRENGTH[hashes & 7] * self.rarest
        return float(strength @ strength)


def as_vector(ids: Ids, weights: Floats, lost: float) -> Vector:
    """A vector of length 1, of which a squared weight of `lost` is not known."""
    whole = float(weights @ weights)
    norm = np.float32(np.sqrt(whole) or 1)
    return Vector(ids, weights / norm, whole / (whole + lost) if whole else 0.0)


def spans(starts: Ids, which: NDArray[np.integer]) -> tuple[Places, Places]:
    """Every place in some spans of a flat array, one span after another, and their lengths."""
    begin = starts[which].astype(np.int64)
    count = starts[which + 1] - begin
    offset = np.cumsum(count) - count
    return np.repeat(begin - offset, count) + np.arange(int(count.sum())), count


def plane(
    texts: Sequence[str], owners: Ids, entries: int, sizes: Sequence[int], junk: Sequence[str] = ()
) -> Plane:
    """The plane of folded phrasings, each owned by one of so many entries.

    What is common in `junk` weighs little, as what is common among the entries does.
    """
    rows, hashes = grams(texts, sizes)
    known, places = np.unique(hashes, return_inverse=True)
    ids = places.astype(np.int32)
    pairs = owners[rows].astype(np.int64) * len(known) + ids
    unique, at = np.unique(pairs, return_inverse=True)
    owner, feature = np.divmod(unique, max(1, len(known)))
    _, foreign = grams(junk, sizes)
    common = np.searchsorted(known, foreign[np.isin(foreign, known)])
    spread = np.bincount(np.concatenate([feature, common]), minlength=len(known))
    seen = np.bincount(ids, minlength=len(known))
    weights = STRENGTH[known & 7] * _weight(spread, seen, entries + len(junk))
    norms = _lengths(rows, weights[ids], len(texts))
    sums = np.bincount(at, weights[ids] / norms[rows], minlength=len(unique))
    whole = _lengths(owner, sums, entries)
    order = np.argsort(feature, kind="stable")
    return Plane(
        sizes=np.array(sizes, dtype=np.int32),
        hashes=known,
        weights=weights,
        rarest=_weight(np.zeros(1), np.ones(1), entries + len(junk)),
        row_starts=_starts(rows, len(texts)),
        row_ids=ids,
        row_norms=norms,
        starts=_starts(feature, len(known)),
        entries=owner[order].astype(np.uint16 if entries <= SMALL else np.int32),
        values=np.rint(sums / whole[owner] * LEVELS)[order].astype(np.uint16),
        norms=whole,
    )


def _weight(spread: NDArray[Any], seen: NDArray[Any], whole: int) -> Floats:
    """What features count that are in so many of the whole, and seen in so many phrasings."""
    common = np.log((whole + 1) / (spread + 0.5)).clip(0.01) ** COMMON
    found: Floats = (common * (np.minimum(seen, 3) / 3) ** LONELY).astype(np.float32)
    return found


def _lengths(of: NDArray[np.integer], values: NDArray[Any], count: int) -> Floats:
    """The length of each of so many vectors; 1 where it has no values."""
    squares = np.bincount(of, values.astype(np.float64) ** 2, minlength=count)
    found: Floats = np.sqrt(np.where(squares > 0, squares, 1)).astype(np.float32)
    return found


def _starts(of: NDArray[np.integer], count: int) -> Ids:
    starts = np.zeros(count + 1, dtype=np.int32)
    np.cumsum(np.bincount(of, minlength=count), out=starts[1:])
    return starts

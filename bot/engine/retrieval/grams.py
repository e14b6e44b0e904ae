"""Texts as sets of hashed features: pieces of words, whole words and pairs of neighbours."""

from collections.abc import Sequence
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

Hashes: TypeAlias = NDArray[np.uint32]
Rows: TypeAlias = NDArray[np.int32]

BASE = np.uint64(0x9E3779B97F4A7C15)
INVERSE = np.uint64(pow(int(BASE), -1, 1 << 64))
SPREAD = 0xD6E8FEB86659FD93
WORD, PAIR = 6, 7
"""Marks of whole words and of pairs; the mark of a piece is its length, at most 5."""


def grams(texts: Sequence[str], sizes: Sequence[int]) -> tuple[Rows, Hashes]:
    """The features of folded texts as (row, hash), each once a row, in that order.

    `sizes` are the lengths of pieces in letters; a word has one blank on each side.
    """
    codes, row = _letters(texts)
    if not len(codes):
        return row, codes
    starts = _starts(codes)
    word = np.cumsum(starts, dtype=np.int32)
    sums, powers = _sums(codes)
    first = np.flatnonzero(starts)
    last = np.append(first[1:], len(codes))
    found = [_hashed(sums, powers, first, last, WORD)]
    rows = [row[first]]
    pairs = np.flatnonzero(row[first[1:]] == row[first[:-1]])
    found.append(_hashed(sums, powers, first[pairs], last[pairs + 1], PAIR))
    rows.append(row[first[pairs]])
    for size in sizes:
        at = np.flatnonzero(word[size - 1 :] == word[: max(0, len(word) - size + 1)])
        if size == 1:
            at = at[codes[at] != 32]
        found.append(_hashed(sums, powers, at, at + size, size))
        rows.append(row[at])
    keys = np.concatenate(rows).astype(np.uint64) << np.uint64(32) | np.concatenate(found)
    keys.sort()
    keys = keys[np.append(True, keys[1:] != keys[:-1])]
    return (keys >> np.uint64(32)).astype(np.int32), keys.astype(np.uint32)


def _letters(texts: Sequence[str]) -> tuple[Hashes, Rows]:
    """All letters one after another, each word between blanks, and the row of each letter."""
    padded = [f" {text.replace(' ', '  ')} " if text else "" for text in texts]
    codes = np.frombuffer("".join(padded).encode("utf-32-le"), dtype=np.uint32)
    lengths = np.fromiter(map(len, padded), dtype=np.int64, count=len(padded))
    return codes, np.repeat(np.arange(len(padded), dtype=np.int32), lengths)


def _starts(codes: Hashes) -> NDArray[np.bool_]:
    """Where a word begins: at its first blank, which follows the last one of the word before."""
    blank: NDArray[np.bool_] = codes == 32
    blank[1:] &= blank[:-1].copy()
    return blank


def _sums(codes: Hashes) -> tuple[NDArray[np.uint64], NDArray[np.uint64]]:
    """Running sums from which any piece's hash is one subtraction, and what undoes its place."""
    size = len(codes)
    powers = np.cumprod(np.full(size, BASE, dtype=np.uint64), dtype=np.uint64)
    back = np.cumprod(np.full(size, INVERSE, dtype=np.uint64), dtype=np.uint64)
    sums = np.zeros(size + 1, dtype=np.uint64)
    np.cumsum(codes.astype(np.uint64) * powers, out=sums[1:])
    return sums, back


def _hashed(
    sums: NDArray[np.uint64],
    back: NDArray[np.uint64],
    start: NDArray[np.int64],
    end: NDArray[np.int64],
    mark: int,
) -> Hashes:
    mixed = (sums[end] - sums[start]) * back[start] + np.uint64(mark * SPREAD % 2**64)
    mixed ^= mixed >> np.uint64(29)
    mixed *= np.uint64(SPREAD)
    return (mixed >> np.uint64(32)).astype(np.uint32) & np.uint32(0xFFFFFFF8) | np.uint32(mark)

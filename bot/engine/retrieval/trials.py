"""Tries an index on its own phrasings: each asked as if it, or its whole entry, were not there."""

from collections.abc import Iterator, Sequence

import numpy as np
from msgspec import Struct, structs
from numpy.typing import NDArray

from bot.engine.retrieval.curve import LEAD, PRIOR, Curve, Examples, evidence, fit
from bot.engine.retrieval.plane import Floats, Places, Plane, Vector, as_vector
from bot.engine.retrieval.space import Query, Space, Standing, directions

TRIALS = 300
"""How many phrasings are tried, spread evenly."""
FOREIGN = 0.25
"""How many of the questions are taken to have no answer."""
LEAST = 1e-6
"""What a trial without an answer weighs where no entry leads."""


class Trial(Struct, frozen=True):
    """What a question came to, and the entry that would have been right; -1 for none."""

    standing: Standing
    right: int


def calibrate(
    space: Space, shares: tuple[float, ...], asked: Places, junk: Sequence[Query] = ()
) -> Curve:
    """The curve of a space from trials of the phrasings that are asked.

    `shares` say what each plane counts for a text; `junk` are questions no entry answers.
    """
    found = [Trial(space.stand(query, space.look(query)), -1) for query in junk]
    return fit(_examples([*found, *_trials(space, shares, asked)]))


def _trials(space: Space, shares: tuple[float, ...], asked: Places) -> Iterator[Trial]:
    """Each phrasing without itself, if its entry has others, and without its entry."""
    trier = _Trier(space, shares, tuple(np.bincount(one.row_ids) for one in space.planes))
    some = np.linspace(0, len(asked) - 1, min(TRIALS, len(asked))).astype(np.int64)
    for row in asked[some].tolist():
        entry = int(space.owners[row])
        if space.first[entry + 1] - space.first[entry] > 1:
            yield Trial(trier.without_row(row, entry), entry)
        yield Trial(trier.without_entry(row, entry), -1)


def _examples(trials: Sequence[Trial]) -> Examples:
    """Evidence of first places, weighed so that `FOREIGN` of the questions have no answer.

    Among those each weighs as much as its first entry leads: where none leads none is answered.
    """
    some = [one for one in trials if len(one.standing.entries)]
    rows = np.array([evidence(one.standing)[0] for one in some]).reshape(-1, len(PRIOR))
    lost = np.array([one.right < 0 for one in some], dtype=bool)
    harm = np.where(lost, rows[:, LEAD].clip(LEAST), 0)
    known = ~lost / max(1, np.count_nonzero(~lost))
    return Examples(
        evidence=rows,
        right=np.array([one.standing.entries[0] == one.right for one in some], dtype=np.float64),
        weight=len(some) * (FOREIGN * harm / (harm.sum() or 1) + (1 - FOREIGN) * known),
    )


class _Trier(Struct, frozen=True):
    """Asks phrasings; `seen` says in how many phrasings each feature of each plane is."""

    space: Space
    shares: tuple[float, ...]
    seen: tuple[NDArray[np.int64], ...]

    def without_row(self, row: int, entry: int) -> Standing:
        """A phrasing asked as if it were not there."""
        query = self._query(row, row, row + 1)
        look = self.space.look(query)
        parts = zip(self.space.planes, query.vectors, self.shares, strict=True)
        own = [share * self._own(plane, vector, row, entry) for plane, vector, share in parts]
        look.centroids[entry], look.explained[entry] = np.sum(own, axis=0)
        if query.meaning is not None:
            look.centroids[entry] += query.rest * self._centre(row, entry) @ query.meaning
        return self.space.stand(query, structs.replace(look, without=row))

    def without_entry(self, row: int, entry: int) -> Standing:
        """A phrasing asked as if its entry were not there."""
        query = self._query(row, *self.space.first[entry : entry + 2].tolist())
        look = self.space.look(query)
        look.centroids[entry] = -1
        return self.space.stand(query, look)

    def _query(self, row: int, begin: int, end: int) -> Query:
        """A phrasing as it looks when nothing is known of some phrasings."""
        parts = zip(self.space.planes, self.seen, strict=True)
        vectors = tuple(_left(*part, row, begin, end) for part in parts)
        meanings = self.space.meanings
        if meanings is None:
            return Query(vectors, self.shares)
        return Query(vectors, self.shares, meanings[row].astype(np.float32))

    def _centre(self, row: int, entry: int) -> Floats:
        """What the phrasings of an entry mean together, without one of them."""
        assert self.space.meanings is not None
        begin, end = self.space.first[entry : entry + 2].tolist()
        some = np.delete(self.space.meanings[begin:end].astype(np.float32), row - begin, axis=0)
        centre: Floats = directions(some.sum(axis=0, keepdims=True))[0]
        return centre

    def _own(self, plane: Plane, vector: Vector, row: int, entry: int) -> NDArray[np.float64]:
        """What an entry's centroid and explanation of a phrasing are without that phrasing."""
        ids = plane.rows(row, row + 1)
        values = plane.weights[ids] / plane.row_norms[row]
        part = float(np.linalg.norm(values[np.isin(ids, vector.ids)]))
        norm = float(plane.norms[entry])
        cosines, _ = plane.scores(vector)
        sought = float(cosines[entry]) * norm
        rest = norm**2 - 2 * (sought * part + 1 - part**2) + 1
        begin, end = self.space.first[entry : entry + 2].tolist()
        others = np.concatenate([plane.rows(begin, row), plane.rows(row + 1, end)])
        shown = vector.values[np.isin(vector.ids, others)]
        centroid = (sought - part) / np.sqrt(max(rest, 1e-6))
        return np.array([centroid, float(shown @ shown) * vector.known])


def _left(plane: Plane, seen: NDArray[np.int64], row: int, begin: int, end: int) -> Vector:
    """A phrasing without the features that only the phrasings from `begin` to `end` have."""
    ids = plane.rows(row, row + 1)
    among = plane.rows(begin, end)
    inside = np.bincount(among, minlength=len(seen))[ids]
    kept = seen[ids] > inside
    lost = plane.foreign(plane.hashes[ids[~kept]])
    return as_vector(ids[kept], plane.weights[ids[kept]], lost)

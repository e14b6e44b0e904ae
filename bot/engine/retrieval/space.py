"""All phrasings of one language in one space, and which entries stand nearest to a text."""

from collections.abc import Iterator
from typing import Any

import numpy as np
from msgspec import Struct
from numpy.typing import NDArray

from bot.engine.retrieval.plane import Floats, Ids, Places, Plane, Vector, spans

CENTROID = 0.3
"""How much the nearness to an entry as a whole counts, beside its nearness phrasing by phrasing."""
RIDGE = 0.4
"""How far single phrasings are smoothed over."""
ENTRIES = 24
"""How many entries are looked at phrasing by phrasing, at most."""
PHRASINGS = 112
"""How many phrasings are, together; it bounds the work."""
EACH = 12
"""How many of one entry are: those nearest to the text."""


class Query(Struct, frozen=True):
    """A text in every plane, what each plane counts, and its meaning as a vector, if one is had.

    What the shares leave of 1 is the meaning's.
    """

    vectors: tuple[Vector, ...]
    shares: tuple[float, ...]
    meaning: Floats | None = None

    @property
    def known(self) -> float:
        """The share of the text that is known, 0 to 1."""
        parts = zip(self.vectors, self.shares, strict=True)
        return sum(one.known * share for one, share in parts) / (sum(self.shares) or 1)

    @property
    def rest(self) -> np.float32:
        """What the meaning counts."""
        return np.float32(1 - sum(self.shares))


class Look(Struct, frozen=True):
    """A first look at every entry: its centroid's cosine, and how much of a text it explains.

    A trial leaves the phrasing `without` out.
    """

    centroids: Floats
    explained: Floats
    without: int = -1


class Standing(Struct, frozen=True):
    """The nearest entries, best first: the nearest phrasing of each, and what speaks for it."""

    entries: Places
    rows: Places
    totals: Floats
    near: Floats
    centroids: Floats
    explained: Floats
    known: float


class Space(Struct, frozen=True):
    """Planes and meanings of the phrasings; those of one entry lie side by side from `first`."""

    planes: tuple[Plane, ...]
    owners: Ids
    first: Ids
    meanings: NDArray[np.float16] | None = None
    centres: NDArray[np.float16] | None = None

    def look(self, query: Query) -> Look:
        """A first look at every entry."""
        centroids, explained = np.zeros((2, len(self.first) - 1), dtype=np.float32)
        for plane, vector, share in self._parts(query):
            cosines, shown = plane.scores(vector)
            centroids += share * cosines
            explained += share * shown
        if self.centres is not None and query.meaning is not None:
            centroids += query.rest * (self.centres @ query.meaning)
        return Look(centroids, explained)

    def stand(self, query: Query, look: Look) -> Standing:
        """The entries that stand nearest to a text after a first look."""
        rows, near = self._rows(query, look)
        best = np.array(list(dict.fromkeys(self.owners[rows].tolist())), dtype=np.int64)
        if not len(best):
            nothing = np.zeros(0, dtype=np.float32)
            return Standing(best, best, nothing, nothing, nothing, nothing, query.known)
        mine = self.owners[rows][:, None] == best[None, :]
        ridge = near @ np.linalg.solve(self._alike(query, rows), mine.astype(np.float32))
        totals = CENTROID * look.centroids[best] + (1 - CENTROID) * ridge
        nears = np.where(mine, near[:, None], -1)
        order = np.argsort(-totals, kind="stable")
        best, closest = best[order], nears.argmax(axis=0)[order]
        return Standing(
            entries=best,
            rows=rows[closest],
            totals=totals[order],
            near=near[closest],
            centroids=look.centroids[best],
            explained=look.explained[best],
            known=query.known,
        )

    def _parts(self, query: Query) -> Iterator[tuple[Plane, Vector, np.float32]]:
        """The planes that count for a text."""
        for plane, vector, share in zip(self.planes, query.vectors, query.shares, strict=True):
            if share:
                yield plane, vector, np.float32(share)

    def _rows(self, query: Query, look: Look) -> tuple[Places, Floats]:
        """The phrasings that are looked at, entry by entry from the nearest, and their nearness."""
        best = nearest(look.centroids, ENTRIES)
        best = best[look.centroids[best] > 0]
        counted = np.minimum(self.first[best + 1] - self.first[best], EACH)
        best = best[np.cumsum(counted) <= PHRASINGS]
        rows, count = spans(self.first, best)
        group = np.repeat(np.arange(len(best)), count)
        near = self._near(query, rows)
        near[rows == look.without] = -1
        order = np.lexsort((-near, group))
        place = np.arange(len(rows)) - np.repeat(np.cumsum(count) - count, count)
        order = order[(place < EACH) & (near[order] > -1)]
        return rows[order], near[order]

    def _near(self, query: Query, rows: Places) -> Floats:
        found = np.zeros(len(rows), dtype=np.float32)
        for plane, vector, share in self._parts(query):
            found += share * plane.near(rows, vector)
        if self.meanings is not None and query.meaning is not None:
            found += query.rest * (self.meanings[rows] @ query.meaning)
        return found

    def _alike(self, query: Query, rows: Places) -> Floats:
        """How alike phrasings are, smoothed for the ridge."""
        found = RIDGE * np.eye(len(rows), dtype=np.float32)
        for plane, _, share in self._parts(query):
            found += share * plane.alike(rows)
        if self.meanings is not None and query.meaning is not None:
            meanings = self.meanings[rows].astype(np.float32)
            found += query.rest * (meanings @ meanings.T)
        return found


def nearest(scores: Floats, most: int) -> Places:
    """The places of the highest scores, best first; equal ones in their order."""
    if len(scores) <= 4 * most:
        return np.argsort(-scores, kind="stable")[:most]
    floor = np.partition(scores, -most)[-most]
    some = np.flatnonzero(scores >= floor)
    return some[np.argsort(-scores[some], kind="stable")][:most]


def directions(rows: NDArray[np.floating[Any]]) -> Floats:
    """Rows of numbers brought to length 1."""
    lengths = np.linalg.norm(rows, axis=1, keepdims=True)
    found: Floats = (rows / np.where(lengths > 0, lengths, 1)).astype(np.float32)
    return found

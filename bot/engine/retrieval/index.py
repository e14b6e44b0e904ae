"""The index of one language: built from ways of asking, it ranks entries for a text."""

from collections.abc import Callable, Sequence
from typing import Any, TypeAlias

import numpy as np
from msgspec import Struct, structs
from numpy.typing import NDArray

from bot.engine.retrieval.curve import PRIOR, chances
from bot.engine.retrieval.fold import clean, fold
from bot.engine.retrieval.kept import Arrays, Kept, keys, packed, unpacked
from bot.engine.retrieval.plane import Plane, plane
from bot.engine.retrieval.space import Query, Space, directions
from bot.engine.retrieval.spelling import Speller, spelling, vocabulary
from bot.engine.retrieval.strings import strings
from bot.engine.retrieval.synonyms import Synonyms, synonyms_of
from bot.engine.retrieval.trials import calibrate
from bot.engine.retrieval.views import shares, views, written

MOST = 10
"""How many entries are ranked."""

Encode: TypeAlias = Callable[[Sequence[str]], NDArray[np.floating]]


class Way(Struct, frozen=True):
    """One phrasing of an entry; one that nobody asks in is a sentence of its answer.

    What is not asked helps to find the entry, but is not exact and is not tried.
    """

    entry: str
    text: str
    asked: bool = True


class Scored(Struct, frozen=True):
    """An entry, the chance that it is what is asked for, and its phrasing nearest to the text."""

    entry: str
    p: float
    way: str


class Index(Struct, frozen=True):
    """Everything known of the ways of asking in one language; read-only."""

    kept: Kept
    speller: Speller
    synonyms: Synonyms
    encode: Encode | None = None

    def rank(self, text: str) -> tuple[Scored, ...]:
        """The likeliest entries for a text, best first, at most 10; empty if nothing is in it."""
        folded = fold(self.kept.language, text)
        if not folded or not len(self.kept.texts):
            return ()
        space, query = self.kept.space, self.query(folded, text)
        standing = space.stand(query, space.look(query))
        likely = chances(self.kept.curve, standing).tolist()
        found = dict(zip(standing.rows.tolist(), likely, strict=True))
        same = self.kept.same(folded)
        if same:
            owners = self.kept.space.owners
            named = set(owners[same].tolist())
            rest = [row for row in found if int(owners[row]) not in named]
            found = dict.fromkeys(same, 1 / len(same)) | dict.fromkeys(rest, 0.0)
        return tuple(self._scored(row, p) for row, p in list(found.items())[:MOST])

    def _scored(self, row: int, p: float) -> Scored:
        kept = self.kept
        return Scored(kept.entries[int(kept.space.owners[row])], p, kept.texts[row])

    def query(self, folded: str, text: str) -> Query:
        """A text, folded and as it is, in the space of the index."""
        language, space = self.kept.language, self.kept.space
        known = self.synonyms.widen(self.speller.repair(written(language, folded)))
        turned = (view.turn(known) for view in views(language))
        vectors = tuple(one.vector(t) for one, t in zip(space.planes, turned, strict=True))
        if self.encode is None or space.meanings is None:
            return Query(vectors, shares(language, folded))
        meaning = directions(self.encode([clean(text)]))[0]
        return Query(vectors, shares(language, folded, meaning=True), meaning)

    def arrays(self) -> dict[str, NDArray[Any]]:
        """Everything as arrays by name, for a file; `Index.of` reads them again."""
        return packed(self.kept)

    @staticmethod
    def of(arrays: Arrays, encode: Encode | None = None) -> "Index":
        """The index of such arrays, with the encoder it was built with; nothing is copied."""
        return _index(unpacked(arrays), encode)


class Source(Struct, frozen=True):
    """What an index is built of: ways sorted by entry, and texts of them folded."""

    language: str
    names: tuple[str, ...]
    ways: tuple[Way, ...]
    folded: tuple[str, ...]
    owners: NDArray[np.int32]
    junk: tuple[str, ...]
    groups: tuple[tuple[str, ...], ...]


def build(
    language: str,
    ways: Sequence[Way],
    synonyms: Sequence[Sequence[str]] = (),
    junk: Sequence[str] = (),
    encode: Encode | None = None,
) -> Index:
    """The index of some phrasings, calibrated on them; `junk` are questions no entry answers.

    `synonyms` are groups of words that mean the same. `encode` gives a row of numbers a text.
    """
    number = {entry: at for at, entry in enumerate(dict.fromkeys(way.entry for way in ways))}
    ways = sorted(ways, key=lambda way: number[way.entry])
    source = Source(
        language=language,
        names=tuple(number),
        ways=tuple(ways),
        folded=tuple(fold(language, way.text) for way in ways),
        owners=np.array([number[way.entry] for way in ways], dtype=np.int32),
        junk=tuple(folded for text in junk if (folded := fold(language, text))),
        groups=tuple(tuple(fold(language, words) for words in group) for group in synonyms),
    )
    index = _index(_kept(source, encode), encode)
    queries = [index.query(text, text) for text in source.junk]
    space = index.kept.space
    asked = np.flatnonzero([way.asked for way in ways])
    curve = calibrate(space, shares(language, meaning=space.meanings is not None), asked, queries)
    return structs.replace(index, kept=structs.replace(index.kept, curve=curve))


def _index(kept: Kept, encode: Encode | None) -> Index:
    groups = [one.split("\n") for one in kept.synonyms.all()]
    return Index(kept, spelling(kept.words.all()), synonyms_of(groups), encode)


def _kept(source: Source, encode: Encode | None) -> Kept:
    """All of an index that is kept, not calibrated yet."""
    texts = [way.text for way in source.ways]
    asked = np.flatnonzero([way.asked for way in source.ways]).astype(np.int32)
    found = keys([source.folded[row] for row in asked])
    order = np.argsort(found, kind="stable")
    return Kept(
        language=source.language,
        entries=strings(source.names),
        texts=strings(texts),
        synonyms=strings(["\n".join(group) for group in source.groups]),
        words=strings(vocabulary(source.folded)),
        keys=found[order],
        key_rows=asked[order],
        space=_space(source, encode(texts) if encode and texts else None),
        curve=PRIOR,
    )


def _space(source: Source, meanings: NDArray[np.floating] | None) -> Space:
    owners, entries = source.owners, len(source.names)
    first = np.searchsorted(owners, np.arange(entries + 1)).astype(np.int32)
    planes = _planes(source)
    if meanings is None:
        return Space(planes, owners, first)
    rows = directions(meanings)
    sums = np.zeros((entries, rows.shape[1]))
    np.add.at(sums, owners, rows)
    return Space(
        planes, owners, first, rows.astype(np.float16), directions(sums).astype(np.float16)
    )


def _planes(source: Source) -> tuple[Plane, ...]:
    """All phrasings in each view of their language."""
    same = synonyms_of(source.groups)
    texts = [same.widen(written(source.language, text)) for text in source.folded]
    return tuple(
        plane(
            [view.turn(text) for text in texts],
            source.owners,
            len(source.names),
            view.sizes,
            [view.turn(text) for text in source.junk],
        )
        for view in views(source.language)
    )

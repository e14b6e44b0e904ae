"""What an index keeps, all of it arrays, so that it can lie in a file."""

from collections.abc import Mapping, Sequence
from hashlib import blake2b
from typing import Any, TypeAlias

import numpy as np
from msgspec import Struct, structs
from numpy.typing import NDArray

from bot.engine.retrieval.plane import Plane
from bot.engine.retrieval.space import Space
from bot.engine.retrieval.strings import Strings, strings

Arrays: TypeAlias = Mapping[str, NDArray[Any]]


class Kept(Struct, frozen=True):
    """Entries, their phrasings, and all that was counted of them.

    `synonyms` holds a group a string, its words apart by line ends; `words` are what a slip may
    be repaired to; `keys` say which phrasing (`key_rows`) is asked in these very words.
    """

    language: str
    entries: Strings
    texts: Strings
    synonyms: Strings
    words: Strings
    keys: NDArray[np.uint64]
    key_rows: NDArray[np.int32]
    space: Space
    curve: NDArray[np.float64]

    def same(self, folded: str) -> list[int]:
        """One phrasing of each entry that is asked in these very words."""
        key = keys([folded])[0]
        begin, end = np.searchsorted(self.keys, key), np.searchsorted(self.keys, key, "right")
        rows = self.key_rows[begin:end].tolist()
        return list({int(self.space.owners[row]): row for row in rows}.values())


def keys(folded: Sequence[str]) -> NDArray[np.uint64]:
    """A number for each folded text, the same for the same letters however they are spaced."""
    letters = (text.replace(" ", "").encode() for text in folded)
    found = b"".join(blake2b(one, digest_size=8).digest() for one in letters)
    return np.frombuffer(found, dtype=np.uint64)


def packed(kept: Kept) -> dict[str, NDArray[Any]]:
    """What is kept as arrays by name."""
    found: dict[str, NDArray[Any]] = {}
    _pack(found, "", kept)
    return found


def _pack(found: dict[str, NDArray[Any]], name: str, part: object) -> None:
    if isinstance(part, Struct):
        for field, value in structs.asdict(part).items():
            _pack(found, f"{name}.{field}".lstrip("."), value)
    elif isinstance(part, tuple):
        for at, value in enumerate(part):
            _pack(found, f"{name}.{at}", value)
    elif isinstance(part, str):
        _pack(found, name, strings([part]))
    elif part is not None:
        assert isinstance(part, np.ndarray)
        found[name] = part


def unpacked(arrays: Arrays) -> Kept:
    """What was kept as such arrays; nothing is copied."""
    count = sum(name.endswith(".row_norms") for name in arrays)
    planes = tuple(Plane(**_fields(arrays, Plane, f"space.planes.{at}")) for at in range(count))
    space = Space(planes=planes, **_fields(arrays, Space, "space"))
    parts: dict[str, Any] = {
        name: Strings(**_fields(arrays, Strings, name))
        for name in ("language", "entries", "texts", "synonyms", "words")
    }
    parts["language"] = parts["language"][0]
    return Kept(space=space, **parts, **_fields(arrays, Kept, ""))


def _fields(arrays: Arrays, kind: type[Struct], name: str) -> dict[str, Any]:
    names = {field: f"{name}.{field}".lstrip(".") for field in kind.__struct_fields__}
    return {field: arrays[full] for field, full in names.items() if full in arrays}

"""Keeps indexes in files, so that only what has changed is made anew."""

import hashlib
import logging
import shutil
import tempfile
from collections.abc import Mapping, Sequence
from functools import lru_cache
from pathlib import Path

import msgspec
import numpy as np

from bot.engine import retrieval
from bot.engine.retrieval.index import Encode, Index, Way, build

log = logging.getLogger(__name__)

MAKERS = sorted(Path(retrieval.__file__).parent.glob("*.py"))
FORM = hashlib.sha256(b"".join(file.read_bytes() for file in MAKERS)).hexdigest()
"""Changes with the program that makes indexes, so that files of an older one are not read."""
REMEMBERED = 16
"""Indexes a process remembers: those of every language, and some that were changed."""


class Shelf:
    """A folder of indexes, one for each language, each named by what it was made of.

    `encoders` are the sentence encoders of the languages that have one, with a name for each.
    """

    def __init__(
        self, folder: Path, encoders: Mapping[str, tuple[str, Encode]] | None = None
    ) -> None:
        self._folder = folder
        self._encoders = encoders or {}

    def make(
        self,
        language: str,
        ways: Sequence[Way],
        synonyms: Sequence[Sequence[str]],
        junk: Sequence[str],
    ) -> Index:
        """The index of some ways of asking: from its files, or made and kept."""
        encoder, encode = self._encoders.get(language, ("", None))
        name = f"{language}-{_digest(ways, synonyms, junk, encoder)}"
        kept = self._read(name, encode)
        if kept is not None:
            return kept
        index = _built(language, tuple(ways), _hashable(synonyms), tuple(junk), encode)
        try:
            self._keep(name, language, index)
        except OSError as error:
            log.warning("index not kept", extra={"reason": type(error).__name__})
        return index

    def _read(self, name: str, encode: Encode | None) -> Index | None:
        files = sorted((self._folder / name).glob("*.npy"))
        try:
            arrays = {file.stem: np.load(file, mmap_mode="r") for file in files}
            return Index.of(arrays, encode) if arrays else None
        except (OSError, EOFError, ValueError, KeyError) as error:
            log.warning("index not read", extra={"reason": type(error).__name__})
            shutil.rmtree(self._folder / name, ignore_errors=True)
            return None

    def _keep(self, name: str, language: str, index: Index) -> None:
        """Keep an index whole or not at all, and forget older ones of its language."""
        self._folder.mkdir(parents=True, exist_ok=True)
        part = Path(tempfile.mkdtemp(dir=self._folder, prefix="part-"))
        for key, array in index.arrays().items():
            np.save(part / f"{key}.npy", array)
        older = [one for one in self._folder.glob(f"{language}-*") if one.name != name]
        try:
            part.rename(self._folder / name)
        except OSError:  # another process was quicker
            shutil.rmtree(part)
        for one in older:
            shutil.rmtree(one, ignore_errors=True)


@lru_cache(maxsize=REMEMBERED)
def _built(
    language: str,
    ways: tuple[Way, ...],
    synonyms: tuple[tuple[str, ...], ...],
    junk: tuple[str, ...],
    encode: Encode | None,
) -> Index:
    """An index is made once in a process, however often the same content is read."""
    return build(language, ways, synonyms, junk, encode)


def _hashable(groups: Sequence[Sequence[str]]) -> tuple[tuple[str, ...], ...]:
    return tuple(tuple(group) for group in groups)


def _digest(ways: Sequence[Way], *made_of: object) -> str:
    written = msgspec.json.encode([FORM, np.__version__, list(ways), made_of])
    return hashlib.sha256(written).hexdigest()[:16]

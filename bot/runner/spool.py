"""Updates a platform believes to be taken while the database does not answer: sealed files."""

import logging
import os
from collections.abc import Iterator
from hashlib import sha256
from pathlib import Path

import msgspec

from bot.channels.channel import Update
from bot.store.seal import Sealer, Unsealable

log = logging.getLogger(__name__)

SUFFIX = ".update"

_write = msgspec.json.Encoder().encode
_read = msgspec.json.Decoder(Update).decode


class Spool:
    """A folder of updates that are in no database yet. `OSError` where it cannot be written."""

    def __init__(self, folder: Path, sealer: Sealer) -> None:
        self._folder = folder
        self._sealer = sealer

    def keep(self, update: Update) -> None:
        """Keep an update; when this returns it survives the end of the program and of the power."""
        path = self._path(update)
        self._folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        aside = path.with_suffix(".new")
        with open(aside, "wb", opener=_private) as file:
            file.write(self._sealer.seal(_write(update), path.name))
            file.flush()
            os.fsync(file.fileno())
        aside.replace(path)
        _sync(self._folder)

    def drop(self, update: Update) -> None:
        """The update is in the database; a file that stays is no repeat of it, but litter."""
        try:
            self._path(update).unlink(missing_ok=True)
        except OSError as error:
            log.error("spool not cleared", extra={"fault": type(error).__name__})

    def left(self) -> Iterator[Update]:
        """The updates of an earlier life; one that does not open is left to people."""
        for path in sorted(self._folder.glob(f"*{SUFFIX}")):
            try:
                yield _read(self._sealer.open(path.read_bytes(), path.name))
            except (OSError, Unsealable, msgspec.DecodeError) as error:
                log.error("update does not open", extra={"fault": type(error).__name__})

    def _path(self, update: Update) -> Path:
        name = sha256(f"{update.channel}:{update.id}".encode()).hexdigest()[:32]
        return self._folder / f"{name}{SUFFIX}"


def _private(path: str, flags: int) -> int:
    return os.open(path, flags, 0o600)


def _sync(folder: Path) -> None:
    """Keep also that the file is there."""
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)

"""Finds the pictures of unit types: those of the content folder, and those that staff sent."""

import os
from hashlib import sha256
from pathlib import Path
from tempfile import NamedTemporaryFile

KINDS = (".jpg", ".jpeg", ".png", ".webp")
LETTERS = 24
"""Letters of a digest in a name that we draw: nobody meets two pictures with the same."""


class Photos:
    """Two folders of pictures: the centre's, which is only read, and that of what staff sent."""

    def __init__(self, own: Path, sent: Path) -> None:
        self._own = own
        self._sent = sent

    def find(self, name: str) -> Path | None:
        """The file of a picture; None where there is none, and for whatever leads elsewhere."""
        if not name or Path(name).name != name or "\0" in name:
            return None
        files = (folder / name for folder in (self._sent, self._own))
        return next((file for file in files if file.is_file()), None)

    def has(self, name: str) -> bool:
        """Whether there is a picture of that name."""
        return self.find(name) is not None

    def names(self) -> list[str]:
        """The names of all pictures."""
        return sorted({file.name for file in (*self._in(self._own), *self._in(self._sent))})

    def _in(self, folder: Path) -> list[Path]:
        return [file for file in folder.glob("*") if file.suffix in KINDS and file.is_file()]

    def keep(self, picture: bytes) -> str:
        """Keep a JPEG under a name of our own; the same one again has the same name."""
        name = f"{sha256(picture).hexdigest()[:LETTERS]}.jpg"
        if not self.has(name):
            self._sent.mkdir(parents=True, exist_ok=True, mode=0o700)
            with NamedTemporaryFile(dir=self._sent, suffix=".part", delete=False) as half:
                half.write(picture)
            os.replace(half.name, self._sent / name)  # nobody ever reads half a picture
        return name

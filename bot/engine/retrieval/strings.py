"""Many strings in one flat array, so that they can lie in a file and be read one by one."""

from collections.abc import Sequence

import numpy as np
from msgspec import Struct
from numpy.typing import NDArray


class Strings(Struct, frozen=True):
    """Strings as UTF-8, one after another, with where each begins."""

    letters: NDArray[np.uint8]
    starts: NDArray[np.int64]

    def __len__(self) -> int:
        return len(self.starts) - 1

    def __getitem__(self, at: int) -> str:
        return self.letters[self.starts[at] : self.starts[at + 1]].tobytes().decode()

    def all(self) -> list[str]:
        """Every string, in order."""
        return [self[at] for at in range(len(self))]


def strings(texts: Sequence[str]) -> Strings:
    """Strings packed; what cannot be encoded is left out."""
    packed = [text.encode("utf-8", "ignore") for text in texts]
    starts = np.zeros(len(packed) + 1, dtype=np.int64)
    np.cumsum([len(one) for one in packed], out=starts[1:])
    return Strings(np.frombuffer(b"".join(packed), dtype=np.uint8), starts)

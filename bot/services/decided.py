"""What became of something staff wanted: not an error, as others decide at the same time."""

from enum import Enum


class Decided(Enum):
    """Whether it is done; `CHANGED` and `NOT_OPEN` leave everything as it was."""

    DONE = "done"
    CHANGED = "changed"
    """Somebody else changed it since it was looked at."""
    NOT_OPEN = "not_open"
    """There is no such thing, or it is past that."""

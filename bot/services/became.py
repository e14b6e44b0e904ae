"""What became of something staff wanted: not an error, as others decide at the same time."""

from enum import Enum


class Became(Enum):
    """Whether it is done; all but `DONE` leave everything as it was."""

    DONE = "done"
    CHANGED = "changed"
    """Somebody else changed it since it was looked at."""
    NOT_OPEN = "not_open"
    """It is past that, or of a deposit or a hold: there is none."""
    NOT_ANSWERED = "not_answered"
    """The contact has given no answer to that step."""
    IN_USE = "in_use"
    """Somebody had it or it has parts, so it stays."""
    LAST_ADMIN = "last_admin"
    """Nobody else could let others in then."""
    UNKNOWN = "unknown"
    """There is no such thing."""

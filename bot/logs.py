"""The log: one line an event, in constant words, with values apart and nothing personal."""

import json
import logging
import traceback
from types import TracebackType

_OWN = frozenset(vars(logging.makeLogRecord({}))) | {"message", "asctime", "taskName"}


class Lines(logging.Formatter):
    """`2026-11-24T09:00:00 WARNING message not sent channel=telegram attempts=2`.

    Of an exception only its type and where it was raised are written: its words may quote people.
    """

    def format(self, record: logging.LogRecord) -> str:
        """One record as one line."""
        stamp = self.formatTime(record, "%Y-%m-%dT%H:%M:%S")
        values = [
            f"{name}={_value(value)}" for name, value in vars(record).items() if name not in _OWN
        ]
        if record.exc_info and record.exc_info[2]:
            kind = record.exc_info[0].__name__ if record.exc_info[0] else "unknown"
            values.append(f"raised={kind} at={_places(record.exc_info[2])}")
        return " ".join((stamp, record.levelname, record.getMessage(), *values))


def _value(value: object) -> str:
    text = str(value)
    return text if text.isprintable() and " " not in text else json.dumps(text)


def _places(trace: TracebackType) -> str:
    """The files and lines an exception came through, the innermost last."""
    frames = traceback.extract_tb(trace)[-6:]
    return ">".join(f"{frame.filename.rsplit('/', 1)[-1]}:{frame.lineno}" for frame in frames)


def start_log(level: str) -> None:
    """Write the log to standard error."""
    handler = logging.StreamHandler()
    handler.setFormatter(Lines())
    logging.basicConfig(level=level, handlers=[handler], force=True)
    logging.getLogger("aiohttp.access").setLevel(logging.WARNING)
    # It tells strangers' addresses and what is no HTTP; what fails in a handler we log ourselves.
    logging.getLogger("aiohttp.server").setLevel(logging.CRITICAL)
    logging.getLogger("alembic").setLevel(logging.WARNING)
    # At DEBUG it writes rows, and in them addresses of contacts.
    logging.getLogger("sqlalchemy").setLevel(logging.WARNING)

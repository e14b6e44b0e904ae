"""The program as operators start it, forked for each life: `python -m bot serve`.

At each place it asks the driver whether to go on, since the driver sees both ends of every call.
"""

import os
import runpy
import select
import signal
import socket
import sys
import threading

import msgspec

import bot.channels.telegram.channel
import bot.channels.wechat.channel
import bot.cli  # noqa: F401 - all that a life needs is imported once
from tests.crash.victim import Points, serve, tell

GO_ON = b"."


class Settings(msgspec.Struct):
    """What an operator sets, and the socket of who may end it."""

    environment: dict[str, str]
    places: str


class Asking(Points):
    """Asks at each place whether the program ends there; it does so too when nobody answers."""

    def __init__(self, places: str) -> None:
        super().__init__("", 0)
        self._driver = socket.socket(socket.AF_UNIX)
        self._driver.connect(places)

    def reach(self, place: str) -> None:
        """Come by a place."""
        with self._lock:
            self._driver.sendall(f"{place}\n".encode())
            if self._driver.recv(1) != GO_ON:
                os.kill(os.getpid(), signal.SIGKILL)


def run(line: bytes) -> None:
    """One life, from the command line to the end."""
    settings = msgspec.json.decode(line, type=Settings)
    threading.Thread(target=_end_with_the_driver, daemon=True).start()
    tell(f"born {os.getpid()}")
    Asking(settings.places).watch_databases()
    os.environ.update(settings.environment)
    sys.argv = ["bot", "serve"]
    runpy.run_module("bot", run_name="__main__")


def _end_with_the_driver() -> None:
    select.select([0], [], [])
    os._exit(1)


if __name__ == "__main__":
    serve(run)

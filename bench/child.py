"""One bot in a process of its own: started, looked at from outside, stopped or killed."""

import os
import select
import signal
import subprocess
import sys
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
LOOKS_EVERY = 0.02
STARTS_WITHIN = 15.0
"""Seconds until a bot that says nothing is taken not to start; the slowest needs three."""


class NotStarted(Exception):
    """The process ended, or said nothing, before it was ready."""


@dataclass(frozen=True, slots=True)
class Bot:
    """How a bot is started, under the name it has in the tables."""

    name: str
    command: Sequence[str]
    environment: Mapping[str, str]
    is_quiet: bool = True
    """Whether what it complains about, such as calls cut off by its end, is left out."""

    def start(self) -> "Child":
        """Start it and wait for its address."""
        return Child(self)


class Child:
    """A running bot. It prints the address it listens on, first of all."""

    def __init__(self, bot: Bot) -> None:
        environment = {k: v for k, v in os.environ.items() if not k.startswith("BOT_")}
        self._process = subprocess.Popen(
            [sys.executable, *bot.command],
            cwd=ROOT,
            env={**environment, **bot.environment},
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL if bot.is_quiet else None,
            text=True,
        )
        self.base = self._address()

    def _address(self) -> str:
        assert self._process.stdout is not None
        out = self._process.stdout
        ready, _, _ = select.select([out], [], [], STARTS_WITHIN)
        said = out.readline() if ready else ""
        if "http://" not in said:
            self._process.kill()
            self._process.wait()
            raise NotStarted(said.strip())
        return "http://" + said.partition("http://")[2].split("/")[0].strip()

    def cpu(self) -> float:
        """Seconds of CPU that all its threads have used so far."""
        fields = _read(self._process.pid, "stat").rpartition(")")[2].split()
        return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")

    def peak(self) -> float:
        """The most memory it has held, in MB."""
        lines = _read(self._process.pid, "status").splitlines()
        peak = next(line for line in lines if line.startswith("VmHWM"))
        return int(peak.split()[1]) / 1024

    def kill(self) -> None:
        """End it at once, in the middle of whatever it does."""
        self._process.send_signal(signal.SIGKILL)
        self._process.wait()

    def stop(self) -> None:
        """Ask it to end; end it if it does not."""
        self._process.terminate()
        end = time.monotonic() + 5
        while self._process.poll() is None and time.monotonic() < end:
            time.sleep(LOOKS_EVERY)
        if self._process.poll() is None:
            self._process.kill()
            self._process.wait()


def _read(pid: int, name: str) -> str:
    return Path(f"/proc/{pid}/{name}").read_text()

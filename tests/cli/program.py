"""Runs talent-bot as a process, in a folder where nobody's settings lie."""

import os
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

PATIENCE = 60
"""Seconds after which a command hangs."""


@dataclass(frozen=True, slots=True)
class Ended:
    """How a command ended, and what it printed."""

    code: int
    told: str
    complained: str


def run(folder: Path, *arguments: str, typed: str = "", **settings: str) -> Ended:
    """Run a command with these settings; `typed` is its standard input."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("BOT_")}
    given = {f"BOT_{name}": value for name, value in settings.items()}
    done = subprocess.run(
        (sys.executable, "-W", "error", "-m", "bot", *arguments),
        env={**kept, "BOT_DATA_DIR": str(folder / "data"), **given},
        cwd=folder,
        input=typed,
        capture_output=True,
        text=True,
        encoding="utf-8",
        timeout=PATIENCE,
        check=False,
    )
    return Ended(done.returncode, done.stdout, done.stderr)

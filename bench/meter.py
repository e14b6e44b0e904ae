"""Figures of a run: what its turns cost the bot's process, and how long people waited."""

import asyncio
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from statistics import median, quantiles

from bench.child import Child

RINGS_OUT = 1.0
"""Seconds after the last answer whose work still belongs to the turns."""


@dataclass(frozen=True, slots=True)
class Figures:
    """CPU milliseconds a turn, turns a second, milliseconds at p50 and p99, peak MB."""

    cpu: float
    rate: float
    p50: float
    p99: float
    peak: float


Play = Callable[[list[float]], Awaitable[None]]
"""Plays turns and adds the seconds each of them took."""


async def measured(child: Child, play: Play) -> Figures:
    """Play, and read what it cost."""
    times: list[float] = []
    before, started = child.cpu(), time.perf_counter()
    await play(times)
    wall = time.perf_counter() - started
    await asyncio.sleep(RINGS_OUT)
    return Figures(
        cpu=(child.cpu() - before) / len(times) * 1e3,
        rate=len(times) / wall,
        p50=median(times) * 1e3,
        p99=quantiles(times, n=100)[98] * 1e3,
        peak=child.peak(),
    )


def head(title: str) -> None:
    """Print the first line of a table."""
    print(
        f"\n{title:<42}{'CPU ms':>8}{'turns/s':>9}{'p50 ms':>9}{'p99 ms':>9}{'peak MB':>9}",
        flush=True,
    )


def row(name: str, one: Figures, more: str = "") -> None:
    """Print one line of a table."""
    print(
        f"{name:<42}{one.cpu:8.2f}{one.rate:9.0f}{one.p50:9.0f}{one.p99:9.0f}{one.peak:9.0f}{more}",
        flush=True,
    )

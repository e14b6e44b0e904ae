"""Prints what was measured beside what is to be reached."""

from dataclasses import dataclass
from math import isnan
from pathlib import Path

from bench.faq import scale, tongues
from bench.faq.peers import PEERS
from bench.faq.quality import LIMITS, Quality, quality
from bench.faq.sets import read


@dataclass(frozen=True, slots=True)
class Goal:
    """A set with so many phrasings an entry, and what is to be reached; None where nothing is."""

    name: str
    phrasings: int
    first: float | None = None
    auroc: float | None = None
    precise: float | None = 0.95
    outside: float | None = None


GOALS = (
    Goal("clinc150", 5, 0.74, 0.88, outside=0.01),
    Goal("clinc150", 10),
    Goal("banking50_near", 10, 0.76, precise=None, outside=0.08),
    Goal("banking50_far", 10, outside=0.01),
    Goal("corpus50_en", 5),
    Goal("corpus50_es", 5, 0.88),
    Goal("corpus50_fr", 5, 0.84),
    Goal("corpus50_it", 5, 0.91),
    Goal("xsid_ja", 5, 0.86),
    Goal("xsid_zh", 5, 0.85),
    Goal("xsid_ar", 5, 0.76),
    Goal("ha_ko", 5, 0.84),
    Goal("ha_ru", 5, 0.77),
    Goal("ha_fr", 5, 0.70),
    Goal("ha_es", 5, 0.68),
    Goal("ha_zh-cn", 5),
    Goal("ko_pair", 1),
    Goal("covid_de", 1),
)


async def play(folder: Path) -> None:
    """Print all tables, or where the questions should be."""
    if not (folder / "clinc150.json").is_file():
        print(f"no questions to ask: {folder} has no clinc150.json (see --data)")
        return
    _answers(folder)
    tongues.compare(folder)
    scale.compare(folder)


def _answers(folder: Path) -> None:
    """Print what is found of each set, by the matcher and by its peers."""
    print(f"answers found; direct from p {LIMITS.answer}, offered from {LIMITS.offer}; goals in ()")
    head = "set", "K", "right at 1", "at 3", "in/out", "direct", "right of those"
    tail = "out direct", "refused", "ms", "p95"
    print(_line(head + tail) + "".join(f"{name:>10}" for name in PEERS), flush=True)
    for goal in GOALS:
        found = quality(read(folder, goal.name), goal.phrasings)
        peers = "".join(f"{found.peers[name]:10.3f}" for name in PEERS)
        print(_row(goal, found) + peers, flush=True)


def _row(goal: Goal, found: Quality) -> str:
    return _line(
        (
            goal.name,
            str(goal.phrasings),
            _share(found.first, goal.first),
            _share(found.third),
            _share(found.auroc, goal.auroc),
            _share(found.direct),
            _share(found.precise, goal.precise),
            _share(found.outside, goal.outside),
            _share(found.refused),
            f"{found.median:.1f}",
            f"{found.slow:.1f}",
        )
    )


def _line(cells: tuple[str, ...]) -> str:
    name, phrasings, *rest = cells
    widths = (14, 8, 14, 8, 15, 13, 9, 6, 6)
    return f"{name:<15}{phrasings:>3}" + "".join(
        f"{cell:>{width}}" for cell, width in zip(rest, widths, strict=True)
    )


def _share(value: float, goal: float | None = None) -> str:
    if isnan(value):
        return "-"
    return f"{value:.3f}" if goal is None else f"{value:.3f} ({goal:.2f})"

"""What many entries cost: building, memory, and a query, in processes of their own."""

import json
import subprocess
import sys
import time
from pathlib import Path
from statistics import median, quantiles
from tempfile import TemporaryDirectory

import numpy as np

from bench.faq.crowd import PHRASINGS, crowd
from bot.engine.retrieval.index import Index, build

ASKED = 200
SOURCES = {
    "en": ("clinc150", "banking50_far"),
    "zh_Hans": ("xsid_zh", "ha_zh-cn"),
    "zh_Hant": ("taipei_faq",),
    "ja": ("xsid_ja",),
    "ko": ("ko_pair", "ha_ko"),
    "fr": ("ha_fr", "corpus50_fr"),
    "de": ("covid_de",),
    "es": ("ha_es", "corpus50_es"),
    "ru": ("ha_ru",),
    "ar": ("xsid_ar",),
}
"""Whose questions the phrasings of each language are made from."""


def compare(folder: Path) -> None:
    """Print the table: one language with 1,000 and 5,000 entries, ten languages with 2,000."""
    print(
        f"\nmany entries, {PHRASINGS} phrasings each; goals in (); memory is what a process grows"
    )
    print(f"{'':<28}{'build s':>9}{'load s':>9}{'MB':>12}{'ms a query':>14}{'p95':>7}")
    for languages, entries, goal in (
        (["en"], 1000, "4"),
        (["en"], 5000, "7"),
        (["zh_Hans"], 5000, "7"),
    ):
        _row(folder, f"{entries} entries, {languages[0]}", languages, entries, ("", goal))
    _row(folder, "2000 entries, 10 languages", list(SOURCES), 2000, (" (300)", "5"))


def _row(
    folder: Path, name: str, languages: list[str], entries: int, goals: tuple[str, str]
) -> None:
    with TemporaryDirectory() as kept:
        before = time.process_time()
        for at, language in enumerate(languages):
            ways = crowd(_questions(folder, language), entries, seed=at)
            if at == 0:
                before = time.process_time()
            _keep(build(language, ways), [way.text for way in ways], Path(kept, language))
        built = time.process_time() - before
        program = [sys.executable, "-m", "bench.faq.scale", kept]
        found = json.loads(subprocess.run(program, capture_output=True, check=True).stdout)
    memory, asked = f"{found['grown']:.0f}{goals[0]}", f"{found['median']:.1f} ({goals[1]})"
    print(
        f"{name:<28}{built:9.1f}{found['load']:9.2f}{memory:>12}{asked:>14}{found['slow']:7.1f}",
        flush=True,
    )


def _questions(folder: Path, language: str) -> list[str]:
    """All questions the folder has for a language."""
    texts: list[str] = []
    for name in SOURCES[language]:
        found = json.loads((folder / f"{name}.json").read_text("utf-8"))
        rows = [*found.get("pool", ()), *found.get("rows", ())]
        texts += [text for text, _ in rows]
    return texts


def _keep(index: Index, texts: list[str], folder: Path) -> None:
    """The arrays of an index as files, and some of its phrasings to be asked for."""
    folder.mkdir()
    for name, array in index.arrays().items():
        np.save(folder / f"{name}.npy", array)
    some = texts[:: max(1, len(texts) // ASKED)]
    (folder / "asked.json").write_text(json.dumps([text[:-1] for text in some]))


def _resident() -> float:
    """Megabytes of this process that lie in memory."""
    return int(Path("/proc/self/statm").read_text().split()[1]) * 4096 / 1e6


def ask(kept: Path) -> dict[str, float]:
    """What loading and asking all indexes of a folder costs this process."""
    Index.of(build("en", ()).arrays())
    at_first, before = _resident(), time.process_time()
    indexes = {one.name: _load(one) for one in sorted(kept.iterdir())}
    load = time.process_time() - before
    times = []
    for language, index in indexes.items():
        for text in json.loads(Path(kept, language, "asked.json").read_text()):
            before = time.process_time()
            index.rank(text)
            times.append((time.process_time() - before) * 1e3)
    slow = quantiles(times, n=20)[18]
    return {"load": load, "grown": _resident() - at_first, "median": median(times), "slow": slow}


def _load(folder: Path) -> Index:
    files = folder.glob("*.npy")
    return Index.of({file.stem: np.load(file, mmap_mode="r") for file in files})


if __name__ == "__main__":
    print(json.dumps(ask(Path(sys.argv[1]))))

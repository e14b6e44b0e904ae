from pathlib import Path
from time import perf_counter

from bot.content.check import check
from bot.content.load import read_content
from bot.content.vocabulary import Vocabulary
from bot.services.services import make_services, vocabulary
from bot.store.seal import Sealer

FAST_ENOUGH = 0.3
"""Seconds that reading may take: a tenth of the start."""


def test_the_teahouse_has_no_problems(toy: Path, vocabulary: Vocabulary) -> None:
    assert check(toy, vocabulary) == ()


def test_the_real_centre_has_no_problems(root: Path) -> None:
    content, _ = read_content(root)
    known = vocabulary(make_services(content, Sealer(["check" * 8])))

    assert [str(problem) for problem in check(root, known)] == []


def test_the_real_centre_is_read_quickly(root: Path) -> None:
    read_content(root)

    start = perf_counter()
    read_content(root)

    assert perf_counter() - start < FAST_ENOUGH

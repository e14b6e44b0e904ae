from pathlib import Path

from bot.content.check import check
from bot.content.load import read_content
from bot.content.vocabulary import Vocabulary
from bot.services.services import make_services, vocabulary
from bot.store.seal import Sealer


def test_the_teahouse_has_no_problems(toy: Path, vocabulary: Vocabulary) -> None:
    assert check(toy, vocabulary) == ()


def test_the_real_centre_has_no_problems(root: Path) -> None:
    content, _ = read_content(root)
    known = vocabulary(make_services(content, Sealer(["check" * 8])))

    assert [str(problem) for problem in check(root, known)] == []

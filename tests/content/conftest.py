import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from bot.content.check import check
from bot.content.vocabulary import Vocabulary

ROOT = Path(__file__).parents[2]
TOY = ROOT / "tests" / "toy"

Problems = Callable[[], list[str]]


@pytest.fixture
def root() -> Path:
    """The real centre's folder."""
    return ROOT


@pytest.fixture
def toy() -> Path:
    """The Teahouse, only to be read."""
    return TOY


@pytest.fixture
def teahouse(tmp_path: Path) -> Path:
    """A copy of the Teahouse to spoil."""
    return shutil.copytree(TOY, tmp_path / "teahouse")


@pytest.fixture
def vocabulary() -> Vocabulary:
    """What the Teahouse's flows may name."""
    return Vocabulary(
        actions={
            "withdraw_order": ("cancelled", "too_late"),
            "place_order": ("placed",),
            "hold_seat": ("held", "taken"),
        },
        events={
            "brewing": ("ready", "sold_out"),
            "seat_free": ("offered",),
            "payment": ("paid_up", "expired"),
        },
        sources=frozenset({"free_seats"}),
        facts={
            "place_order": ("number",),
            "hold_seat": ("until",),
            "brewing": ("reason",),
            "free_seats": (),
            "seat_free": (),
            "payment": (),
        },
        arguments={
            "place_order": ("tea", "cups"),
            "free_seats": ("tea",),
            "hold_seat": ("seat",),
        },
    )


@pytest.fixture
def problems(teahouse: Path, vocabulary: Vocabulary) -> Problems:
    """What the checks say of the copy."""
    return lambda: [str(problem) for problem in check(teahouse, vocabulary)]

"""The shelf keeps indexes in files: read again, made anew when changed, and never half."""

from pathlib import Path

import pytest

from bot.content.faq.shelf import Shelf
from bot.engine.retrieval.index import Index, Way

WAYS = (
    Way("hours", "when are you open"),
    Way("hours", "closing time"),
    Way("dogs", "dogs allowed"),
)
MORE = (*WAYS, Way("dogs", "is my poodle welcome"))


def make(shelf: Path, ways: tuple[Way, ...] = WAYS) -> Index:
    return Shelf(shelf).make("en", ways, (), ())


def folders(shelf: Path) -> list[str]:
    return sorted(one.name for one in shelf.iterdir())


def test_an_index_is_kept_and_finds_the_same_when_it_is_read_again(tmp_path: Path) -> None:
    made = make(tmp_path)
    kept = folders(tmp_path)

    read = make(tmp_path)

    assert read is not made
    assert read.rank("closing time please") == made.rank("closing time please")
    assert folders(tmp_path) == kept


def test_what_is_made_of_something_else_takes_the_place_of_the_old_one(tmp_path: Path) -> None:
    make(tmp_path)
    (before,) = folders(tmp_path)

    index = make(tmp_path, MORE)

    assert index.rank("is my poodle welcome")[0].entry == "dogs"
    assert len(folders(tmp_path)) == 1
    assert folders(tmp_path) != [before]


@pytest.mark.parametrize("left", [b"", b"nonsense", None])
def test_files_that_cannot_be_read_are_made_anew(tmp_path: Path, left: bytes | None) -> None:
    make(tmp_path)
    (folder,) = tmp_path.iterdir()
    for file in folder.glob("*.npy"):
        if left is None:
            file.unlink()
        else:
            file.write_bytes(left)

    assert make(tmp_path).rank("dogs allowed")[0].entry == "dogs"
    kept = list(tmp_path.glob("*/*.npy"))
    assert kept
    assert all(file.stat().st_size > len(b"nonsense") for file in kept)


def test_where_nothing_can_be_kept_the_index_is_there_all_the_same(tmp_path: Path) -> None:
    no_folder = tmp_path / "file"
    no_folder.write_text("")

    assert make(no_folder / "answers").rank("dogs allowed")[0].entry == "dogs"

from pathlib import Path

import pytest

from bot.content.photos import Photos


@pytest.fixture
def photos(tmp_path: Path) -> Photos:
    """A folder of the centre with one picture, and none that staff sent."""
    (tmp_path / "own").mkdir()
    (tmp_path / "own" / "room.jpg").write_bytes(b"a room")
    (tmp_path / "secret.key").write_bytes(b"a secret")
    return Photos(tmp_path / "own", tmp_path / "sent")


def test_a_picture_is_found_in_either_folder(photos: Photos) -> None:
    name = photos.keep(b"another room")

    found = [photos.find(one) for one in ("room.jpg", name)]

    assert [file.read_bytes() for file in found if file] == [b"a room", b"another room"]
    assert photos.names() == sorted([name, "room.jpg"])


def test_the_same_picture_is_kept_once(photos: Photos, tmp_path: Path) -> None:
    first, second = photos.keep(b"another room"), photos.keep(b"another room")

    assert first == second
    assert len(list((tmp_path / "sent").iterdir())) == 1


@pytest.mark.parametrize(
    "name",
    ["", ".", "..", "../secret.key", "/etc/passwd", "own/room.jpg", "room.jpg\0", "none.jpg"],
)
def test_a_name_leads_nowhere_else(name: str, photos: Photos) -> None:
    assert photos.find(name) is None

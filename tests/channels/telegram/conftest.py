"""A stage for each way Telegram can be listened to."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from tests.channels.telegram.stage import Stage, staged


@pytest.fixture
def photos(tmp_path: Path) -> Path:
    """A folder with three pictures, which nobody looks into."""
    for name in ("north.jpg", "south.jpg", "east.jpg"):
        (tmp_path / name).write_bytes(b"a picture of " + name.encode())
    return tmp_path


@pytest.fixture
async def stage(photos: Path) -> AsyncIterator[Stage]:
    """A channel whose webhook is set."""
    async with staged(photos) as stage:
        yield stage


@pytest.fixture
async def polling(photos: Path) -> AsyncIterator[Stage]:
    """A channel that asks for its news."""
    async with staged(photos, mode="poll") as stage:
        yield stage

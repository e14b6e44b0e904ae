from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from tests.runner.lodge import Watch
from tests.web.server import Server


@pytest.fixture
def watch() -> Watch:
    """The clock of the desk."""
    return Watch(datetime(2026, 12, 1, 1, 0, tzinfo=UTC))


@pytest.fixture
def desk(tmp_path: Path, watch: Watch) -> Iterator[Server]:
    """A server whose clock the test moves."""
    with Server(tmp_path, watch.now) as running:
        yield running

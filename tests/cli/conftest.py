from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from tests.cli.clinic import Clinic, clinic


@pytest.fixture
async def doctors(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Clinic]:
    async with clinic(tmp_path) as one:
        monkeypatch.setenv("SSL_CERT_FILE", str(one.front.certificate))
        yield one

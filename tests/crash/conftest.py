from pathlib import Path

import pytest

from tests.crash.stage import Fresh, Stage
from tests.crash.story import Staff


@pytest.fixture(params=["sqlite", pytest.param("postgres", marks=pytest.mark.postgres)])
def stage(request: pytest.FixtureRequest, home: Path, tmp_path: Path) -> Stage:
    """A stage on SQLite, and one on PostgreSQL."""
    server = request.getfixturevalue("postgres") if request.param == "postgres" else None
    template = str(request.getfixturevalue(f"{request.param}_template"))
    return Stage(home, Staff(home), Fresh(tmp_path, template, server))

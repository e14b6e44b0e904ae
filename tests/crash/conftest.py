from pathlib import Path

import pytest

from tests.crash.platforms import Stage as Inns
from tests.crash.stage import Fresh, Stage
from tests.crash.story import Staff

ON_BOTH = ["sqlite", pytest.param("postgres", marks=pytest.mark.postgres)]


@pytest.fixture(params=ON_BOTH)
def stage(request: pytest.FixtureRequest, home: Path, tmp_path: Path) -> Stage:
    """A stage on SQLite, and one on PostgreSQL."""
    return Stage(home, Staff(home), fresh(request, tmp_path))


@pytest.fixture(params=ON_BOTH)
def inns(request: pytest.FixtureRequest, tmp_path: Path) -> Inns:
    """Such a stage for the served program."""
    return Inns(tmp_path, fresh(request, tmp_path))


@pytest.fixture(params=ON_BOTH)
def databases(request: pytest.FixtureRequest, tmp_path: Path) -> Fresh:
    """Empty databases of either kind."""
    return fresh(request, tmp_path)


def fresh(request: pytest.FixtureRequest, folder: Path) -> Fresh:
    server = request.getfixturevalue("postgres") if request.param == "postgres" else None
    return Fresh(folder, str(request.getfixturevalue(f"{request.param}_template")), server)

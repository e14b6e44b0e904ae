"""What tests of both platforms share: Hypothesis knows all characters before it is timed."""

import pytest
from hypothesis import strategies as st


@pytest.fixture(scope="session", autouse=True)
def all_characters() -> None:
    """Let the table of them be made, which takes seconds in a fresh clone: a test would fail."""
    st.text().validate()

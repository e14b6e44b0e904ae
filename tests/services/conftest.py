"""What tests of the services share."""

from collections.abc import AsyncIterator

import pytest

from bot.app import App
from bot.services.intake import Intake
from tests.runner.lodge import Guest, Watch
from tests.services.waiters import SECOND


@pytest.fixture
async def intake() -> AsyncIterator[Intake]:
    intake = Intake()
    yield intake
    await intake.close()


@pytest.fixture
async def full(app: App, watch: Watch) -> tuple[Guest, Guest]:
    """Ana and Bo, who hold the two rooms there are."""
    ana, bo = Guest(app, "ana"), Guest(app, "bo")
    for guest in (ana, bo):
        await guest.holds()
    watch.passes(SECOND)
    return ana, bo

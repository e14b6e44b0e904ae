import asyncio
import os
from pathlib import Path

import pytest

from tests.conversations.player import Moment, Player
from tests.web.server import Server, visiting

SCRIPTS = sorted(Path(__file__).parent.glob("*.txt"))
RECORD = "BOT_TEST_RECORD"
"""Set in the environment, it has every conversation written anew instead of compared."""


@pytest.mark.parametrize("script", SCRIPTS, ids=[script.stem for script in SCRIPTS])
def test_a_conversation_goes_as_it_is_written(script: Path, tmp_path: Path) -> None:
    written = script.read_text()

    went = asyncio.run(played(written, tmp_path))

    if os.environ.get(RECORD):
        script.write_text(went)
    else:
        assert went == written


async def played(written: str, folder: Path) -> str:
    moment = Moment()
    with Server(folder, moment) as server:
        async with visiting(server) as visitor:
            return await Player(server, moment, visitor).play(written)

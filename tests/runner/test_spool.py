import logging
from datetime import timedelta
from pathlib import Path

import pytest

from bot.channels.channel import Grant, Standing, Update
from bot.engine.model import Said, Unreadable, Uploaded
from bot.runner.spool import Spool
from bot.store.attachments import Attachment
from bot.store.seal import Sealer
from tests.runner.lodge import KEY, OLDER_KEY

WORDS = Update("wechat", "app:1", "oAna", Said("my passport is E12345678"))
UPDATES = (
    WORDS,
    Update("wechat", "app:2", "oAna", None, standing=Standing.FORGET),
    Update(
        "wechat",
        "app:3",
        "oAna",
        Uploaded(),
        attachments=(Attachment("media", 7, "album"),),
        grant=Grant(5, timedelta(hours=48)),
        answered_here=timedelta(seconds=4.5),
    ),
    Update("wechat", "app:4", "oBo", Unreadable("voice"), language="zh_Hans"),
)


@pytest.fixture
def spool(tmp_path: Path) -> Spool:
    return Spool(tmp_path / "spool", Sealer([KEY]))


def test_every_update_comes_back_as_it_was(spool: Spool) -> None:
    for update in UPDATES:
        spool.keep(update)

    assert sorted(spool.left(), key=lambda one: one.id) == list(UPDATES)


def test_a_repeat_is_kept_once_and_dropped_once(spool: Spool) -> None:
    spool.keep(WORDS)
    spool.keep(WORDS)
    assert list(spool.left()) == [WORDS]

    spool.drop(WORDS)
    spool.drop(WORDS)

    assert not list(spool.left())


def test_nothing_of_what_was_said_stands_in_the_folder(spool: Spool, tmp_path: Path) -> None:
    spool.keep(WORDS)

    (file,) = (tmp_path / "spool").iterdir()
    assert b"passport" not in file.read_bytes()
    assert "oAna" not in file.name
    assert file.stat().st_mode & 0o077 == 0


def test_an_update_that_does_not_open_keeps_no_other_back(
    spool: Spool, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    Spool(tmp_path / "spool", Sealer([OLDER_KEY])).keep(UPDATES[1])
    spool.keep(WORDS)

    with caplog.at_level(logging.ERROR):
        assert list(spool.left()) == [WORDS]

    assert caplog.messages == ["update does not open"]

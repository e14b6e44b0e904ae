from datetime import UTC, datetime, timedelta

import pytest

from tests.fakes.wechat_windows import CLOSED, USED_UP, Action, Windows


class Watch:
    def __init__(self) -> None:
        self.at = datetime(2026, 11, 24, 9, tzinfo=UTC)

    def now(self) -> datetime:
        return self.at


@pytest.fixture
def watch() -> Watch:
    return Watch()


@pytest.fixture
def windows(watch: Watch) -> Windows:
    return Windows(watch.now)


def test_nobody_who_has_not_acted_can_be_told_anything(windows: Windows) -> None:
    assert windows.take("ana") == CLOSED


@pytest.mark.parametrize(
    ("action", "calls", "lasts"),
    [
        ("message", 5, timedelta(hours=48)),
        ("menu", 3, timedelta(minutes=1)),
        ("follow", 3, timedelta(minutes=1)),
        ("scan", 3, timedelta(minutes=1)),
    ],
)
def test_an_action_opens_a_window_for_some_messages_and_some_time(
    action: Action, calls: int, lasts: timedelta, windows: Windows, watch: Watch
) -> None:
    windows.act("ana", action)

    assert [windows.take("ana") for _ in range(calls + 1)] == [*[0] * calls, USED_UP]
    windows.act("ana", action)
    watch.at += lasts - timedelta(seconds=1)
    assert windows.take("ana") == 0
    watch.at += timedelta(seconds=1)
    assert windows.take("ana") == CLOSED


def test_what_ends_first_is_used_first(windows: Windows, watch: Watch) -> None:
    windows.act("ana", "message")
    windows.act("ana", "menu")

    taken = [windows.take("ana") for _ in range(3)]
    watch.at += timedelta(minutes=2)

    assert taken == [0, 0, 0]
    assert windows.left("ana") == 5


def test_one_persons_windows_are_not_anothers(windows: Windows) -> None:
    windows.act("ana", "message")

    assert windows.take("bo") == CLOSED

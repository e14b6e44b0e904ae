"""How many customer-service messages WeChat lets an account send to a person, and until when."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal

Action = Literal["message", "menu", "follow", "scan"]

# https://developers.weixin.qq.com/doc/service/guide/product/kf.html
ALLOWED: dict[Action, tuple[int, timedelta]] = {
    "message": (5, timedelta(hours=48)),
    "menu": (3, timedelta(minutes=1)),
    "follow": (3, timedelta(minutes=1)),
    "scan": (3, timedelta(minutes=1)),
}

CLOSED = 45015
USED_UP = 45047


@dataclass(slots=True)
class Window:
    """What one action of a person allows."""

    left: int
    until: datetime


class Windows:
    """The windows that people's actions have opened."""

    def __init__(self, now: Callable[[], datetime]) -> None:
        self._now = now
        self._open: dict[str, dict[Action, Window]] = {}

    def act(self, openid: str, action: Action) -> None:
        """A person did something: the window of that action is open anew."""
        calls, lasts = ALLOWED[action]
        self._open.setdefault(openid, {})[action] = Window(calls, self._now() + lasts)

    def left(self, openid: str) -> int:
        """Messages that may still be sent to a person now."""
        return sum(window.left for window in self._now_open(openid))

    def take(self, openid: str) -> int:
        """Use one message up; the error code when there is none."""
        open_now = self._now_open(openid)
        if not open_now:
            return CLOSED
        for window in sorted(open_now, key=lambda one: one.until):
            if window.left:
                window.left -= 1
                return 0
        return USED_UP

    def _now_open(self, openid: str) -> list[Window]:
        windows = self._open.get(openid, {}).values()
        return [window for window in windows if self._now() < window.until]

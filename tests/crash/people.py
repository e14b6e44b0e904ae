"""People on platforms who talk to the served program, and what they must have read in the end."""

import re
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from typing import Protocol

import aiohttp

from tests.crash.keeper import Program
from tests.fakes.telegram import FakeTelegram
from tests.fakes.telegram_person import Person, Update
from tests.fakes.wechat_desk import Seen
from tests.fakes.wechat_push import ATTEMPTS, Fields, Pusher
from tests.fakes.wechat_windows import Action
from tests.web.papers import photo

FACE = photo("a face")
_MARK = re.compile(r"\b(?:Rule|Question|Thanks) \d+")
"""What each thing that is said has of its own."""

Act = Callable[[], Awaitable[None]]


class Talker(Protocol):
    """Somebody with something to do at each step of the story, and with eyes."""

    def story(self) -> Sequence[Act]:
        """What they do, one thing after the other."""

    def read(self) -> Sequence[str]:
        """What they were shown, in order."""


@dataclass(slots=True)
class OnTelegram:
    """Telegram posts what Ana does until it is answered 200; where it `is_asked` for news it keeps
    that until it is asked for what comes after."""

    program: Program
    fake: FakeTelegram
    id: int = 1
    is_asked: bool = False
    ana: Person = field(init=False)

    def __post_init__(self) -> None:
        self.ana = self.fake.person(self.id)

    def story(self) -> Sequence[Act]:
        """By a link to the inn, then a tap, a photo, words."""
        return (
            lambda: self._does(self.ana.starts("inn")),
            lambda: self._does(self.ana.taps("I will")),
            lambda: self._does(self.ana.sends_photo(FACE)),
            lambda: self._does(self.ana.says("a cat")),
        )

    def read(self) -> Sequence[str]:
        """What stands in her chat."""
        return [shown.text for shown in self.fake.shown(self.ana.id)]

    async def _does(self, update: Update) -> None:
        if self.is_asked:
            await self.fake.deliver(update)
            await self.fake.until(lambda: update not in self.fake.bot.news)
            return

        async def post(base: str) -> bool:
            try:
                statuses = await self.fake.post(update, to=f"{base}/telegram")
            except aiohttp.ClientError:
                return False
            return statuses == [200]

        await self.program.takes(post)


@dataclass(slots=True)
class OnWeChat:
    """WeChat pushes what Bo does, again where it is cut off, and shows him what comes back."""

    program: Program
    pusher: Pusher
    openid: str = "oBo"

    def story(self) -> Sequence[Act]:
        """By a QR code of the inn, then his language, an answer, a photo, words."""
        push, me = self.pusher, self.openid
        return (
            lambda: self._does(push.event(me, "subscribe", "qrscene_flow.inn"), "follow"),
            lambda: self._does(push.message(me, "text", Content="1")),
            lambda: self._does(push.message(me, "text", Content="1")),
            lambda: self._does(self._photo()),
            lambda: self._does(push.message(me, "text", Content="a cat")),
        )

    def read(self) -> Sequence[str]:
        """What stands in his chat."""
        return [seen.text for seen in self.pusher.fake.said(self.openid)]

    def _photo(self) -> Fields:
        media_id = self.pusher.fake.account.keep(FACE)
        url = f"http://mmbiz.example/{media_id}"
        return self.pusher.message(self.openid, "image", PicUrl=url, MediaId=media_id)

    async def _does(self, fields: Fields, action: Action = "message") -> None:
        self.pusher.fake.desk.act(self.openid, action)
        tried = 0

        async def post(base: str) -> bool:
            nonlocal tried
            tried += 1
            assert tried <= ATTEMPTS, "WeChat has given up"
            self.pusher.hook_url = f"{base}/wechat"
            [answer] = await self.pusher.push(fields)
            if answer.text:
                self.pusher.fake.desk.show(self.openid, Seen("reply", answer.text))
            assert answer.is_good or not answer.status, f"answered {answer.status}"
            return answer.is_good

        await self.program.takes(post)


def marks(texts: Sequence[str]) -> list[str]:
    """What was said, by the marks it has."""
    return [mark for text in texts for mark in _MARK.findall(text)]


def is_whole(said: Sequence[str], expected: Sequence[str], steps_back: int) -> bool:
    """Whether all was said, once and in order; where something was told before a kill it may have
    gone back there, and come twice."""
    places = [expected.index(mark) for mark in said]
    went_back = sum(later <= earlier for earlier, later in pairwise(places))
    return list(dict.fromkeys(said)) == list(expected) and went_back <= steps_back

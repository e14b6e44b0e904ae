"""A person who uses WeChat: what they do is pushed in safe mode, and read back as they see it."""

import re
from collections.abc import Callable, Coroutine, Iterator, Mapping, Sequence
from datetime import timedelta
from typing import Any

from bot.channels.wechat.scenes import scene_of
from tests.conversations.seats import (
    Moment,
    Sight,
    all_is_said,
    paper,
    something_waits,
    words_of,
)
from tests.conversations.visits import Page
from tests.fakes.wechat_desk import Seen
from tests.fakes.wechat_push import Someone
from tests.web.server import Server

_LINK = re.compile(r'<a href="([^"]*)">(.*?)</a>')
_PART = re.compile(r"\(\d+/\d+\)")
"""The number of a part of a long message."""
_TAPPED = "weixin://"
_VISIT = "/visit?"
_PHOTO = "/chat/photos/"
A_SECOND = timedelta(seconds=1)
"""Two events of one kind in one second are one: WeChat gives them no ids."""


class WeChatSeat:
    """One follower. Where they are to `retell`, they say only what every channel says."""

    def __init__(self, server: Server, moment: Moment, someone: Someone, *, retells: bool) -> None:
        self._server = server
        self._moment = moment
        self._me = someone
        self._retells = retells
        self._count = 0
        self._link = ""
        self._known: set[str] = set()
        over = words_of(server, ["visit_over"], channel="WeChat")
        over |= words_of(server, ["visit_over"], channel="微信")
        self.page = Page(server.address, over)
        self._own = over | words_of(server, ["upload_page"])
        self._enough = words_of(server, ["enough"])

    async def opens(self) -> None:
        """Follow the account."""
        await self._me.follows()

    async def says(self, words: str) -> None:
        """Type something, on the page while it is open."""
        if self.page.is_open:
            await self.page.says(words)
        else:
            await self._me.says(words)

    async def taps(self, label: str) -> None:
        """Type the number of the newest option with this label; one of several is tapped."""
        if self.page.is_open:
            await self.page.taps(label)
            return
        for seen in reversed(self._all()):
            for raw in reversed(seen.text.split("\n")):
                number, _, words = _plain(raw).partition(". ")
                if words == label and number.isdecimal():
                    await self._chooses(seen, raw, number, label)
                    return
        raise LookupError(label)

    async def _chooses(self, seen: Seen, raw: str, number: str, label: str) -> None:
        ids = [id for id, content in seen.choices.items() if content == raw]
        ids += re.findall(r"msgmenuid=(\d+)", raw)
        lines = [_plain(line).partition(". ")[2] for line in seen.text.split("\n")]
        if ids and self._enough & set(lines):
            await self._me.taps(ids[0], label)
        else:
            await self._me.says(number)

    async def sends(self, names: Sequence[str]) -> None:
        """Send a photo; what is more or something else goes to the page for files."""
        if not self.page.is_open and names[1:] == [] and names[0].endswith(".jpg"):
            await self._me.sends_photo(paper(names[0]))
            return
        if not self.page.is_open:
            await self._opens_page()
        await self.page.sends(names)

    async def _opens_page(self) -> None:
        """Follow the link to the page, which asks once more what was asked in the chat."""
        await self.page.opens(self._link)
        asked = {line.strip() for sight in await self.page.sees() for line in sight.lines}
        assert asked <= self._known, asked

    async def does(self, deed: str) -> None:
        """Use the menu below the chat, scan a code, follow a link, send what cannot be read."""
        self._moment.passes(A_SECOND)
        match deed.split(" ", 1):
            case ["opens", "the page"]:
                await self.page.opens(self._link)
            case ["leaves", "the page"]:
                await self.page.aclose()
            case ["follows", scene] if scene != "again":
                await self._me.follows(scene_of(scene))
            case ["scans", scene]:
                await self._me.scans(scene_of(scene))
            case ["taps", name]:
                await self._me.clicks(self._key(name))
            case _:
                await self._rare(deed)

    def _key(self, name: str) -> str:
        """The key of an entry of the menu below the chat."""
        rows: list[Mapping[str, Any]] = list(self._me.fake.account.menu or ())
        entries = [*rows, *(entry for row in rows for entry in row.get("sub_button", ()))]
        for _, buttons in self._me.fake.account.menus_by_tag.values():
            entries += [*buttons, *(one for row in buttons for one in row.get("sub_button", ()))]
        return next(str(one["key"]) for one in entries if one["name"] == name)

    async def _rare(self, deed: str) -> None:
        me = self._me
        rare: dict[str, Callable[[], Coroutine[Any, Any, str]]] = {
            "sends a voice message": lambda: me.sends("voice"),
            "sends a PDF": lambda: me.sends("file"),
            "unfollows": me.leaves,
            "follows again": me.follows,
        }
        await rare[deed]()

    async def sees(self) -> list[Sight]:
        """What came in answer and by customer service, and what the page shows."""
        sights = await self.page.sees()
        await all_is_said(self._server)
        windows = self._me.fake.desk.windows
        assert not (something_waits(self._server) and windows.left(self._me.openid))
        fresh = self._all()[self._count :]
        self._count += len(fresh)
        for seen in fresh:
            assert seen.kind != "fault", seen.text
            self._link = next(
                (url for url, _ in _LINK.findall(seen.text) if _VISIT in url), self._link
            )
            sights.append(Sight(self._lines(seen)))
        self._known.update(line.strip() for sight in sights for line in sight.lines)
        return sights if not self._retells else list(self._retold(sights))

    def _lines(self, seen: Seen) -> list[str]:
        lines = seen.text.split("\n")
        return [_plain(line) for line in lines] if self._retells else lines

    def _retold(self, sights: Sequence[Sight]) -> Iterator[Sight]:
        """Without what only this channel has to say."""
        for sight in sights:
            lines = [
                line for line in sight.lines if line not in self._own and not _PART.fullmatch(line)
            ]
            if any(lines):
                yield Sight(lines, sight.on_page)

    def _all(self) -> list[Seen]:
        return self._me.fake.said(self._me.openid)


def _plain(line: str) -> str:
    """A line with its links as every channel tells them."""

    def told(link: re.Match[str]) -> str:
        url, label = link[1], link[2]
        if _VISIT in url:
            return ""
        return label if url.startswith(_TAPPED) or _PHOTO in url else f"{label}: {url}"

    return _LINK.sub(told, line)

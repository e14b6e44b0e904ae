"""A person who follows one-time links from a platform to the centre's own page."""

import html
import re
from collections.abc import Sequence

from aiohttp import ClientSession, ClientTimeout, CookieJar

from tests.conversations.seats import Sight, as_seen, paper
from tests.web.server import Entry, Visitor

_HIDDEN = re.compile(r'name="t" value="([^"]+)"')


class Page:
    """The page of a visit, while it is open."""

    def __init__(self, address: str, over: frozenset[str]) -> None:
        self._address = address
        self._over = over
        self._session: ClientSession | None = None
        self._visitor: Visitor | None = None
        self._heard: list[Entry] = []

    @property
    def is_open(self) -> bool:
        """Whether there is something to answer on it."""
        return self._visitor is not None

    @property
    def here(self) -> Visitor:
        """The browser on the page."""
        assert self._visitor is not None
        return self._visitor

    async def opens(self, link: str) -> None:
        """Follow a link, and go on from the first page to the questions."""
        await self.aclose()
        jar, timeout = CookieJar(unsafe=True), ClientTimeout(total=60)
        self._session = ClientSession(self._address, cookie_jar=jar, timeout=timeout)
        async with self._session.get(link) as response:
            first = await response.text()
            assert response.status == 200, first
        found = _HIDDEN.search(first)
        assert found, first
        form = {"t": html.unescape(found[1])}
        async with self._session.post("/visit/open", data=form) as response:
            assert response.status == 200, await response.text()
            assert str(response.url).endswith("/visit")
        self._visitor = Visitor(self._session, base="/visit")
        self._heard += await self._visitor.looks()

    async def aclose(self) -> None:
        """Close the page."""
        if self._session is not None:
            await self._session.close()
        self._session = self._visitor = None

    async def says(self, words: str) -> None:
        """Type something."""
        self._heard += await self.here.says(words)

    async def taps(self, label: str) -> None:
        """Tap the newest button with this label."""
        self._heard += await self.here.taps(label)

    async def sends(self, names: Sequence[str]) -> None:
        """Upload files."""
        self._heard += await self.here.sends(*map(paper, names))

    async def sees(self) -> list[Sight]:
        """What the page has shown since; once it says that the visit is over, it is left."""
        if self._visitor is not None:
            self._heard += await self._visitor.looks()
        sights = as_seen(self._heard, on_page=True)
        self._heard = []
        if any(line in self._over for sight in sights for line in sight.lines):
            await self.aclose()
        return sights

"""Tells waiting pages that there is something new for their contact."""

import asyncio
import contextlib
from collections import defaultdict
from collections.abc import Iterator, Sequence

from bot.runner.receive import Taken

NOBODY = 0
"""No contact's id: who waits for its news waits for a browser that has said nothing yet."""


class Hub:
    """Who waits for news of which contact, in this process."""

    def __init__(self) -> None:
        self._waiting: defaultdict[int, set[asyncio.Event]] = defaultdict(set)
        self.is_closed = False

    def tell(self, taken: Sequence[Taken]) -> None:
        """A watcher of the converser: wake the pages of these contacts."""
        for one in taken:
            for event in self._waiting.get(one.contact_id, ()):
                event.set()

    @property
    def is_awaited(self) -> bool:
        """Whether some page waits."""
        return bool(self._waiting)

    def close(self) -> None:
        """Send every waiting page away: the program stops, and nothing more will be told."""
        self.is_closed = True
        for events in self._waiting.values():
            for event in events:
                event.set()

    @contextlib.contextmanager
    def listening(self, contact_id: int) -> Iterator[asyncio.Event]:
        """Listen for news of a contact: who then looks at what there is misses nothing."""
        event = asyncio.Event()
        self._waiting[contact_id].add(event)
        try:
            yield event
        finally:
            self._waiting[contact_id].discard(event)
            if not self._waiting[contact_id]:
                del self._waiting[contact_id]


async def heard(news: asyncio.Event, seconds: float) -> None:
    """Wait for news, but not longer than this."""
    with contextlib.suppress(TimeoutError):
        async with asyncio.timeout(seconds):
            await news.wait()

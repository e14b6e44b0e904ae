"""Tells waiting pages that there is something new for their contact."""

import asyncio
from collections import defaultdict
from collections.abc import Sequence

from bot.runner.group import Taken


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

    def close(self) -> None:
        """Send every waiting page away: the program stops, and nothing more will be told."""
        self.is_closed = True
        for events in self._waiting.values():
            for event in events:
                event.set()

    async def news(self, contact_id: int, seconds: float) -> None:
        """Wait for news of a contact, but not longer than this."""
        event = asyncio.Event()
        self._waiting[contact_id].add(event)
        try:
            async with asyncio.timeout(seconds):
                await event.wait()
        except TimeoutError:
            return
        finally:
            self._waiting[contact_id].discard(event)
            if not self._waiting[contact_id]:
                del self._waiting[contact_id]

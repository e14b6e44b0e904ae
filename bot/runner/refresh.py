"""Has the next person answered with what staff have added, in whatever process they did."""

import asyncio
import logging
from collections.abc import Callable

from bot.content.faq.overlay import extended
from bot.content.load import Content, with_library
from bot.content.texts import Translations
from bot.services.additions import read_additions
from bot.store.additions import revision
from bot.store.database import Database

log = logging.getLogger(__name__)

LOOK_SECONDS = 1.0
"""How late a process learns of an addition."""


class Refresh:
    """Looks at additions once a second. While new indexes are made, the old ones answer."""

    def __init__(
        self,
        database: Database,
        content: Content,
        translations: Translations,
        swap: Callable[[Content], None],
    ) -> None:
        self._database = database
        self.written = content.library
        """What the files answer."""
        self._translations = translations
        self._swap = swap
        self._revision = 0
        self.content = content
        """What is answered now, also with what staff have added."""

    def begin(self) -> Content:
        """The content with all that is added until now, its indexes not made yet."""
        self._revision, self.content = self._read()
        self._translations.add(self.content.answers)
        return self.content

    async def run(self) -> None:
        """Look until cancelled."""
        while True:
            try:
                await self.look()
            except Exception as error:
                log.error("refresh failed", extra={"fault": type(error).__name__}, exc_info=error)
            await asyncio.sleep(LOOK_SECONDS)

    async def look(self) -> None:
        """Where something was added or removed, answer with it from now on."""
        if await self._database.read(revision) == self._revision:
            return
        self._revision, self.content = await asyncio.to_thread(self._made)
        self._translations.add(self.content.answers)
        self._swap(self.content)
        log.info("answers refreshed", extra={"revision": self._revision})

    def _made(self) -> tuple[int, Content]:
        found, content = self._read()
        if content.indexes is not None:
            content.indexes.warm()
        return found, content

    def _read(self) -> tuple[int, Content]:
        found, added = self._database.look(read_additions)
        library = extended(self.written, added)
        return found, with_library(self.content, library, self._translations.known)

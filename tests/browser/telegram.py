"""A person's Telegram beside their browser."""

import asyncio
import threading
from collections.abc import Callable, Coroutine
from typing import Any

from tests.browser.phone import WITHIN
from tests.fakes.telegram import TOKEN, FakeTelegram
from tests.fakes.telegram_person import Person, Update
from tests.web.server import Server

AT_ONCE = "100000"
"""Messages a second: a test does not wait for Telegram's limits."""
SECONDS = WITHIN / 1000


class Telegram:
    """Ana's Telegram, in a thread of its own: Playwright keeps this one."""

    def __init__(self) -> None:
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, daemon=True)
        self._thread.start()
        self._fake = FakeTelegram()
        self._opened = self._fake.open()
        self._does(self._opened.__aenter__())
        self._ana: Person = self._fake.person()

    @property
    def settings(self) -> dict[str, str]:
        return {
            "TELEGRAM_TOKEN": TOKEN,
            "TELEGRAM_API_URL": self._fake.url,
            "TELEGRAM_MODE": "webhook",
            "TELEGRAM_RATE": AT_ONCE,
            "TELEGRAM_CHAT_RATE": AT_ONCE,
        }

    def connects(self, server: Server) -> None:
        """Learn where the program listens, from the program."""
        self._does(server.set_up())

    def comes(self, language: str) -> None:
        """Follow a link to the apartment, with Telegram set to a language."""
        self._ana = self._fake.person(language_code=language)
        self._posts(self._ana.starts("apartment"))

    def says(self, text: str) -> None:
        self._posts(self._ana.says(text))

    def taps(self, label: str) -> None:
        """Tap the newest button with this label, once it is there."""

        async def tap() -> Update:
            # In one go: a keyboard may be closed any moment.
            await self._until(lambda: label in self._labels())
            return self._ana.taps(label)

        self._posts(self._does(tap()))

    def reads(self, text: str) -> None:
        """Wait until the newest message holds this."""
        self._does(self._until(lambda: text in self._newest()))

    def link(self) -> str:
        """The newest one-time link, as a path."""
        self._does(self._until(lambda: bool(self._links())))
        return "/visit?" + self._links()[-1].partition("/visit?")[2]

    def close(self) -> None:
        self._does(self._opened.__aexit__(None, None, None))
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join(SECONDS)
        self._loop.close()
        assert self._fake.violations == []

    def _newest(self) -> str:
        shown = self._fake.shown(self._ana.id)
        return shown[-1].text if shown else ""

    def _labels(self) -> list[str]:
        shown = self._fake.shown(self._ana.id)
        return [b.label for m in shown[-1:] for b in m.buttons]

    def _links(self) -> list[str]:
        shown = self._fake.shown(self._ana.id)
        return [b.url for m in shown for b in m.buttons if "/visit?" in b.url]

    def _posts(self, update: Update) -> None:
        assert self._does(self._fake.deliver(update)) == [200]

    async def _until(self, holds: Callable[[], bool]) -> None:
        async with asyncio.timeout(SECONDS):
            while not holds():  # noqa: ASYNC110 - what is waited for happens in another thread
                await asyncio.sleep(0.02)

    def _does(self, work: Coroutine[Any, Any, Any]) -> Any:
        return asyncio.run_coroutine_threadsafe(work, self._loop).result(SECONDS)

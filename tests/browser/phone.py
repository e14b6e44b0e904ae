"""A person's telephone with the chat open on it."""

import re
from pathlib import Path

from playwright.sync_api import FilePayload, Locator, Page, expect

from tests.web.papers import photo

WITHIN = 10_000
"""Milliseconds in which whatever is expected has to show up."""
IGNORED = re.compile(r"status of 4[01]\d|ERR_")
"""What the console says of answers that a test itself brings about."""


class Phone:
    """Does what fingers do, and looks at what eyes see."""

    def __init__(self, page: Page, pictures: Path) -> None:
        self.page = page
        self.errors: list[str] = []
        self._pictures = pictures
        page.set_default_timeout(WITHIN)
        page.on("pageerror", lambda error: self.errors.append(str(error)))
        page.on("console", lambda said: self._note(said.type, said.text))

    def _note(self, kind: str, text: str) -> None:
        if kind in ("error", "warning") and not IGNORED.search(text):
            self.errors.append(text)

    def reads(self, text: str | re.Pattern[str]) -> Locator:
        """Wait until the assistant's newest words hold this."""
        newest = self.page.locator("#entries > .bot .bubble").last
        expect(newest).to_contain_text(text, timeout=WITHIN)
        return newest

    def finds(self, text: str | re.Pattern[str]) -> str:
        """Wait until the assistant has said this anywhere; the whole bubble."""
        bubble = self.page.locator("#entries > .bot .bubble", has_text=text).last
        expect(bubble).to_be_visible(timeout=WITHIN)
        return bubble.inner_text()

    def taps(self, label: str) -> None:
        """Tap the newest button with this label."""
        self.page.locator("#entries [data-tap]").get_by_text(label, exact=True).last.tap()

    def types(self, text: str) -> None:
        """Type something and send it."""
        self.page.locator("#text").fill(text)
        self.page.locator("#send").tap()

    def sends(self, *names: str) -> None:
        """Choose photos and send them."""
        files: list[FilePayload] = [
            {"name": f"{name}.jpg", "mimeType": "image/jpeg", "buffer": photo(name)}
            for name in names
        ]
        self.page.locator("#files").set_input_files(files)
        self.page.locator("#send").tap()

    def said(self) -> list[str]:
        """Every bubble on the page, in order."""
        return self.page.locator("#entries > li:not(.folded) .bubble").all_inner_texts()

    def draws(self, name: str) -> Path:
        """Take a picture of the screen."""
        path = self._pictures / f"{name}.png"
        self.page.screenshot(path=path)
        return path

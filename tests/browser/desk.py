"""A member of staff at a desk, with the console open in a large window."""

import re
from pathlib import Path

import pyotp
from playwright.sync_api import Dialog, Page, expect

from tests.browser.phone import IGNORED, WITHIN
from tests.web.server import Server
from tests.web.staff.clerks import PASSWORD, invite


class Desk:
    """Does what a clerk does, and looks at what a clerk sees. Whatever asks back is confirmed."""

    def __init__(self, page: Page, server: Server, pictures: Path) -> None:
        self.page = page
        self.errors: list[str] = []
        self.asked_back: list[str] = []
        self._server = server
        self._pictures = pictures
        page.set_default_timeout(WITHIN)
        page.on("pageerror", lambda error: self.errors.append(str(error)))
        page.on("console", lambda said: self._note(said.type, said.text))
        page.on("dialog", self._agree)

    def _note(self, kind: str, text: str) -> None:
        if kind in ("error", "warning") and not IGNORED.search(text):
            self.errors.append(text)

    def _agree(self, dialog: Dialog) -> None:
        self.asked_back.append(dialog.message)
        dialog.accept()

    def begins(self, name: str, role: str, language: str = "en") -> None:
        """Use a one-time link: password, authenticator app, and one is in."""
        token = invite(self._server, name, role, language)
        self.page.goto(f"{self._server.address}/staff/welcome?t={token}")
        secret = self.page.locator("code").inner_text()
        self.page.locator("[name=password]").fill(PASSWORD)
        self.page.locator("[name=again]").fill(PASSWORD)
        self.page.locator("[name=code]").fill(pyotp.TOTP(secret).at(self._server.clock()))
        self.page.locator("button.main").click()
        expect(self.page).to_have_url(re.compile(r"/staff$"))

    def opens(self, path: str) -> None:
        """Go to a page."""
        self.page.goto(f"{self._server.address}{path}")

    def reads(self, words: str | re.Pattern[str]) -> None:
        """Wait until the page says this."""
        expect(self.page.locator("main")).to_contain_text(words, timeout=WITHIN)

    def draws(self, name: str, *, whole: bool = False) -> Path:
        """Take a picture of the window, or of the whole page."""
        path = self._pictures / f"{name}.png"
        self.page.screenshot(path=path, full_page=whole)
        return path

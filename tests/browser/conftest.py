import os
import shutil
import threading
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, sync_playwright

from tests.browser.desk import Desk
from tests.browser.phone import Phone
from tests.web.server import Server

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
ARGUMENTS = (
    *("--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run"),
    *("--disable-background-networking", "--disable-component-update", "--disable-sync"),
)
PICTURES = "BOT_TEST_PICTURES"
"""Set in the environment to a folder, it has the pictures put there instead of thrown away."""
EMBEDDING = (
    '<!doctype html><title>Centre</title><link rel="icon" href="data:,">'
    '<script src="{}/chat/static/embed.js" data-label="Ask us" data-flow="apartment"'
    ' data-language="en"></script>'
)

Opens = Callable[..., Phone]
SitsDown = Callable[[], Desk]


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """Ends with its module: while Playwright runs, pytest can run no asynchronous test."""
    found = next(filter(None, map(shutil.which, NAMES)), None)
    if found is None:
        pytest.skip(f"none of these browsers is installed: {', '.join(NAMES)}")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=found, args=[*ARGUMENTS])
        yield browser
        browser.close()


@pytest.fixture
def server(tmp_path: Path) -> Iterator[Server]:
    with Server(tmp_path) as running:
        yield running


@pytest.fixture
def embedding(tmp_path: Path) -> Iterator[str]:
    """The address of a site that shows the chat of a server which allows it to."""

    class Page(BaseHTTPRequestHandler):
        html = b""

        def do_GET(self) -> None:
            self.send_response(200)
            self.send_header("Content-Type", "text/html")
            self.end_headers()
            self.wfile.write(self.html)

        def log_message(self, *values: object) -> None:
            """Say nothing."""

    folder = tmp_path / "embedding"
    folder.mkdir()
    with ThreadingHTTPServer(("127.0.0.1", 0), Page) as site:
        address = f"http://127.0.0.1:{site.server_port}/"
        with Server(folder, EMBED_ON=address) as server:
            Page.html = EMBEDDING.format(server.address).encode()
            threading.Thread(target=site.serve_forever).start()
            yield address
            site.shutdown()


@pytest.fixture
def opens(browser: Browser, server: Server, tmp_path: Path) -> Iterator[Opens]:
    """Opens the chat on a new phone; no error may show up on any of its pages."""
    pictures = Path(os.environ.get(PICTURES, tmp_path))
    contexts: list[BrowserContext] = []
    phones: list[Phone] = []

    def open_chat(path: str = "/chat", locale: str = "en-GB") -> Phone:
        context = browser.new_context(
            viewport={"width": 390, "height": 844},
            device_scale_factor=2,
            is_mobile=True,
            has_touch=True,
            locale=locale,
            timezone_id="Asia/Shanghai",
            reduced_motion="reduce",
        )
        contexts.append(context)
        phones.append(Phone(context.new_page(), pictures))
        phones[-1].page.goto(server.address + path)
        return phones[-1]

    yield open_chat
    for context in contexts:
        context.close()
    assert [error for phone in phones for error in phone.errors] == []


@pytest.fixture
def sits_down(browser: Browser, server: Server, tmp_path: Path) -> Iterator[SitsDown]:
    """Opens the console in a new window on a desk; no error may show up on any of its pages."""
    pictures = Path(os.environ.get(PICTURES, tmp_path))
    contexts: list[BrowserContext] = []
    desks: list[Desk] = []

    def sit_down() -> Desk:
        context = browser.new_context(
            viewport={"width": 1360, "height": 850},
            locale="en-GB",
            timezone_id="Asia/Shanghai",
            reduced_motion="reduce",
        )
        contexts.append(context)
        desks.append(Desk(context.new_page(), server, pictures))
        return desks[-1]

    yield sit_down
    for context in contexts:
        context.close()
    assert [error for desk in desks for error in desk.errors] == []

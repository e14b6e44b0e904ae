import asyncio
import threading
from collections.abc import Callable, Coroutine, Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import expect

from bot.app import now
from tests.browser.phone import WITHIN, Phone
from tests.fakes.telegram import TOKEN, FakeTelegram
from tests.fakes.telegram_person import Person, Update
from tests.web.server import Server

pytestmark = pytest.mark.browser

Opens = Callable[..., Phone]
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
        self._ana = self._fake.person(language_code=language)
        self._posts(self._ana.starts())

    def says(self, text: str) -> None:
        self._posts(self._ana.says(text))

    def taps(self, label: str) -> None:
        self._posts(self._ana.taps(label))

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


@pytest.fixture
def telegram() -> Iterator[Telegram]:
    telegram = Telegram()
    yield telegram
    telegram.close()


@pytest.fixture
def server(tmp_path: Path, telegram: Telegram) -> Iterator[Server]:
    with Server(tmp_path, now, **telegram.settings) as running:
        telegram.connects(running)
        yield running


def test_what_is_private_is_answered_on_a_page_of_its_own(telegram: Telegram, opens: Opens) -> None:
    comes_to_the_private_part(telegram)
    link = telegram.link()
    opens(link)  # as a preview of the platform does
    phone = opens(link)
    phone.draws("visit-first")
    dark(phone, "visit-first-dark")

    goes_on(phone, "Go on")
    expect(phone.page.locator("#menu li:visible")).to_have_count(0)
    answers_what_is_private(phone)
    expect(phone.page.locator("#composer")).to_be_hidden()
    phone.draws("visit-over")

    telegram.reads("Are you married?")
    telegram.taps("No")
    telegram.reads("What matters most")
    telegram.taps("A low rent")
    telegram.taps("That is all")
    telegram.reads("This part is between you and us")
    review = opens(telegram.link())
    goes_on(review, "Go on")
    review.reads("Please check your answers")
    review.taps("Submit my application")
    review.reads("Everything else goes on in Telegram")
    telegram.reads("is being reviewed")


def answers_what_is_private(phone: Phone) -> None:
    phone.reads("What is your full name")
    phone.draws("visit-question")
    dark(phone, "visit-question-dark")
    phone.types("Ana Núñez")
    phone.reads("mobile number")
    phone.types("13812345678")
    phone.reads("e-mail")
    phone.types("ana@example.org")
    phone.reads("passport's photo page")
    phone.draws("visit-upload")
    phone.sends("passport", "back")
    phone.reads("degree certificate")
    phone.taps("I will hand it in later")
    phone.reads("authentication of your degree")
    phone.taps("I have applied for it")
    phone.reads("proof of your return")
    phone.taps("I will hand it in later")

    phone.reads("Everything else goes on in Telegram")


def test_a_link_opens_once_and_its_second_use_is_refused_kindly(
    telegram: Telegram, opens: Opens
) -> None:
    comes_to_the_private_part(telegram)
    link = telegram.link()
    goes_on(opens(link), "Go on")

    late = opens(link)
    late.page.get_by_role("button", name="Go on").tap()

    expect(late.page.get_by_role("alert")).to_contain_text("no longer good")
    late.draws("visit-link-old")
    dark(late, "visit-link-old-dark")


def test_going_back_on_a_visit_does_no_harm(telegram: Telegram, opens: Opens) -> None:
    comes_to_the_private_part(telegram)
    phone = opens(telegram.link())
    goes_on(phone, "Go on")
    phone.reads("What is your full name")

    phone.page.go_back()
    phone.page.go_forward()

    phone.reads("What is your full name")
    phone.types("Ana Núñez")
    phone.reads("mobile number")


def test_whose_pass_is_over_is_told_to_get_a_new_link(telegram: Telegram, opens: Opens) -> None:
    comes_to_the_private_part(telegram)
    phone = opens(telegram.link())
    goes_on(phone, "Go on")
    phone.reads("What is your full name")

    phone.page.context.clear_cookies()
    phone.types("Ana Núñez")

    expect(phone.page.locator("#banner")).to_contain_text("no longer good")
    expect(phone.page.locator("#again")).to_be_hidden()


def comes_to_the_private_part(telegram: Telegram) -> None:
    telegram.comes("en")
    steps = [
        ("What can I do", telegram.taps, "Apply for an apartment"),
        ("highest degree", telegram.taps, "Master's"),
        ("Which university", telegram.says, "unimelb"),
        ("What did you study", telegram.says, "Architecture"),
        ("When did you come back", telegram.taps, "I am still abroad"),
        ("Which passport", telegram.taps, "Chinese mainland"),
        ("own a home", telegram.taps, "No"),
        ("other housing support", telegram.taps, "No"),
        ("To apply we need", telegram.taps, "I agree"),
    ]
    for question, does, answer in steps:
        telegram.reads(question)
        does(answer)
    telegram.reads("This part is between you and us")


def goes_on(phone: Phone, label: str) -> None:
    phone.page.get_by_role("button", name=label).tap()
    phone.page.wait_for_url("**/visit")


def dark(phone: Phone, name: str) -> None:
    """A picture of the screen as it is at night."""
    phone.page.emulate_media(color_scheme="dark")
    phone.draws(name)
    phone.page.emulate_media(color_scheme="light")

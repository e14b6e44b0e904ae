from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from playwright.sync_api import Browser, expect

from bot.app import now
from tests.browser.phone import Phone
from tests.browser.telegram import Telegram
from tests.web.server import Server

pytestmark = pytest.mark.browser

Opens = Callable[..., Phone]
STAYING = ["/back", "/change", "/language"]


@dataclass(frozen=True, slots=True)
class Way:
    """How somebody comes to the private part of the apartment: question, deed, answer."""

    language: str
    steps: tuple[tuple[str, str, str], ...]


ENGLISH = Way(
    "en",
    (
        ("highest degree", "tap", "Master's"),
        ("Which university", "say", "unimelb"),
        ("What did you study", "say", "Architecture"),
        ("When did you come back", "tap", "I am still abroad"),
        ("Which passport", "tap", "Chinese mainland"),
        ("own a home", "tap", "No"),
        ("other housing support", "tap", "No"),
        ("To apply we need", "tap", "I agree"),
    ),
)
CHINESE = Way(
    "zh-hans",
    (
        ("最高学位", "tap", "硕士"),
        ("哪所学校", "say", "墨尔本大学"),
        ("专业", "say", "建筑"),
        ("回国", "tap", "尚未回国"),
        ("身份证件", "tap", "中国内地"),
        ("是否有住房", "tap", "没有"),
        ("其他住房保障", "tap", "没有"),
        ("申请时需要", "tap", "同意"),
    ),
)


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
    expect(phone.page.get_by_role("button", name="Go on")).to_be_visible()
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


def test_the_menu_of_a_visit_holds_what_is_answered_there(telegram: Telegram, opens: Opens) -> None:
    comes_to_the_private_part(telegram)
    phone = opens(telegram.link())
    goes_on(phone, "Go on")
    phone.reads("What is your full name")

    phone.page.locator("#menu summary").tap()

    said = phone.page.locator("#menu button:visible")
    assert [one.get_attribute("data-say") for one in said.all()] == STAYING
    phone.page.locator("#menu button[data-say='/change']").tap()
    phone.reads("Which answer would you like to change?")


def test_a_contact_who_reads_chinese_gets_a_chinese_page(telegram: Telegram, opens: Opens) -> None:
    comes_to_the_private_part(telegram, CHINESE)
    link = telegram.link()
    phone = opens(link)
    expect(phone.page.locator("html")).to_have_attribute("lang", "zh-Hans")
    expect(phone.page).to_have_title("虹桥海外人才中心")
    phone.draws("visit-first-chinese")

    goes_on(phone, "继续")
    expect(phone.page.locator("#entries > .bot .bubble")).to_have_count(1)
    phone.draws("visit-question-chinese")

    late = opens(link)
    late.page.get_by_role("button", name="继续").tap()
    expect(late.page.get_by_role("alert")).to_contain_text("这个链接已失效")
    late.draws("visit-link-old-chinese")


def test_the_first_page_needs_no_script(
    telegram: Telegram, server: Server, browser: Browser
) -> None:
    comes_to_the_private_part(telegram)
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(server.address + telegram.link())

    page.get_by_role("button", name="Go on").click()

    page.wait_for_url("**/visit")
    expect(page.locator("noscript .notice")).to_be_visible()
    context.close()


def comes_to_the_private_part(telegram: Telegram, way: Way = ENGLISH) -> None:
    telegram.comes(way.language)
    for question, kind, answer in way.steps:
        telegram.reads(question)
        (telegram.taps if kind == "tap" else telegram.says)(answer)
    telegram.link()


def goes_on(phone: Phone, label: str) -> None:
    phone.page.get_by_role("button", name=label).tap()
    phone.page.wait_for_url("**/visit")


def dark(phone: Phone, name: str) -> None:
    """A picture of the screen as it is at night."""
    phone.page.emulate_media(color_scheme="dark")
    phone.draws(name)
    phone.page.emulate_media(color_scheme="light")

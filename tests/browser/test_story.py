from collections.abc import Callable

import pytest
from playwright.sync_api import expect

from tests.browser.phone import Phone
from tests.browser.story import applies, begins, chooses, submits
from tests.web.server import Server

pytestmark = pytest.mark.browser

Opens = Callable[..., Phone]


def test_a_person_gets_a_flat_on_a_telephone(server: Server, opens: Opens) -> None:
    phone = opens()
    begins(phone)
    phone.draws("chat-start")
    applies(phone)
    reference = submits(phone)

    server.decide(reference)
    deposit = chooses(phone)
    phone.sends("receipt")
    phone.reads("We are waiting for your deposit")

    server.confirm(deposit)
    phone.finds("is yours.")
    phone.reads("What can I do for you?")


def test_the_first_questions_can_be_answered_by_keyboard_alone(opens: Opens) -> None:
    phone = opens()
    phone.reads("Which language")

    tabs_to(phone, "English")
    phone.page.keyboard.press("Enter")
    phone.reads("What can I do for you?")
    tabs_to(phone, "Apply for an apartment")
    phone.page.keyboard.press("Space")
    phone.reads("What is the highest degree")
    tabs_to(phone, "")
    phone.page.keyboard.type("master")
    phone.page.keyboard.press("Enter")

    phone.reads("Which university")


def tabs_to(phone: Phone, label: str) -> None:
    """Press Tab until a button with this label has the focus, or the box to type in."""
    for _ in range(25):
        phone.page.keyboard.press("Tab")
        focused = phone.page.locator(":focus")
        if label and focused.inner_text() == label:
            return
        if not label and focused.get_attribute("id") == "text":
            return
    raise AssertionError(f"Tab never reaches {label or 'the box to type in'!r}")


def test_a_chinese_browser_gets_a_chinese_page(opens: Opens) -> None:
    phone = opens(locale="zh-CN")

    expect(phone.page).to_have_title("虹桥海外人才中心")
    expect(phone.page.locator("html")).to_have_attribute("lang", "zh-Hans")
    phone.taps("简体中文")
    phone.reads("请问您想办理什么？")
    phone.draws("chat-chinese")


def test_who_changes_the_language_gets_the_page_in_it(opens: Opens) -> None:
    phone = opens("/chat?language=zh_Hans")
    phone.reads("请问您想办理什么？")

    phone.types("language")
    phone.taps("English")

    phone.reads("What can I do for you?")
    expect(phone.page.locator("html")).to_have_attribute("lang", "en")
    expect(phone.page.locator("#text")).to_have_attribute("placeholder", "Type your message")


def test_who_has_lost_the_cookie_is_told_to_load_the_page_again(opens: Opens) -> None:
    phone = opens("/chat?language=en")
    phone.reads("What can I do for you?")

    phone.page.context.clear_cookies()
    phone.types("hello")
    expect(phone.page.locator("#banner")).to_contain_text("Please load the page again")
    phone.page.locator("#again").tap()

    phone.reads("What can I do for you?")
    expect(phone.page.locator("#banner-text")).to_be_empty()


def test_what_was_typed_without_a_connection_is_sent_when_it_is_back(opens: Opens) -> None:
    phone = opens("/chat?language=en")
    phone.reads("What can I do for you?")

    phone.page.context.set_offline(True)
    phone.types("help")
    expect(phone.page.locator("#unsent")).to_contain_text("Not sent yet")
    phone.page.context.set_offline(False)

    phone.finds("Answer by tapping a button")
    expect(phone.page.locator("#unsent > li")).to_have_count(0)


def test_the_chat_opens_in_a_corner_of_the_centres_own_site(opens: Opens, embedding: str) -> None:
    phone = opens()
    phone.page.goto(embedding)

    phone.page.get_by_role("button", name="Ask us").tap()
    chat = phone.page.frame_locator("iframe")
    expect(chat.locator("#entries > .bot .bubble").last).to_contain_text("highest degree")
    chat.locator("#close").tap()

    expect(phone.page.locator("iframe")).to_be_hidden()
    expect(phone.page.get_by_role("button", name="Ask us")).to_be_focused()

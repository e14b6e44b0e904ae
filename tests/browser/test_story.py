import re
from collections.abc import Callable
from datetime import timedelta

import pytest
from playwright.sync_api import expect

from bot.app import now
from tests.browser.phone import Phone
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


def begins(phone: Phone) -> None:
    phone.taps("English")
    phone.reads("What can I do for you?")
    phone.taps("Apply for an apartment")
    phone.reads("What is the highest degree")


def applies(phone: Phone) -> None:
    """Answer everything up to the papers; in the middle the page is loaded again."""
    phone.taps("Master's")
    phone.reads("Which university")
    phone.types("unimelb")
    phone.reads("What did you study")
    phone.types("Architecture")
    phone.reads("When did you come back")

    before = phone.said()
    phone.page.reload()
    phone.reads("When did you come back")
    assert phone.said() == before

    chooses_a_date(phone)
    phone.reads("Which passport")
    phone.taps("Chinese mainland")
    phone.reads("own a home")
    phone.taps("No")
    phone.reads("other housing support")
    phone.taps("No")
    phone.finds("you are likely eligible")
    phone.taps("I agree")
    phone.reads("What is your full name")
    phone.types("Ana Núñez")
    phone.reads("mobile number")
    expect(phone.page.locator("#text")).to_have_attribute("inputmode", "tel")
    phone.types("13812345678")
    phone.reads("e-mail")
    phone.types("ana@example.org")


def chooses_a_date(phone: Phone) -> None:
    day = phone.page.locator("#date")
    expect(day).to_be_visible()
    day.fill((now() - timedelta(days=60)).date().isoformat())
    phone.page.locator("#send").tap()


def submits(phone: Phone) -> str:
    phone.reads("passport's photo page")
    phone.sends("passport", "back")
    phone.reads("degree certificate")
    phone.sends("degree")
    phone.finds("One file received")
    phone.taps("That is all")
    phone.reads("authentication of your degree")
    phone.taps("I have applied for it")
    phone.reads("proof of your return")
    phone.taps("I will hand it in later")
    phone.reads("Are you married?")
    phone.taps("No")
    phone.reads("What matters most")
    ticks(phone)
    phone.reads("Please check your answers")
    phone.page.locator("[data-tap]", has_text="Change an answer").scroll_into_view_if_needed()
    phone.draws("chat-check")
    phone.taps("Submit my application")
    phone.reads("is being reviewed")
    found = re.search(r"A-\w{7}", phone.finds("Your application is in"))
    assert found
    return found[0]


def ticks(phone: Phone) -> None:
    phone.taps("A low rent")
    ticked = phone.page.locator("#entries > li:not(.folded) [data-tap]", has_text="✓")
    expect(ticked).to_have_text(["✓ A low rent"])
    phone.taps("Close to the metro")
    expect(ticked).to_have_text(["✓ A low rent", "✓ Close to the metro"])
    phone.taps("That is all")


def chooses(phone: Phone) -> str:
    """A flat, once staff have approved without any touch of the page."""
    phone.finds("is approved. Now choose your flat.")
    phone.reads("These flats are free now")
    card = phone.page.locator(".card", has_text="0409")
    card.scroll_into_view_if_needed()
    picture = card.locator("img")
    expect(picture).to_have_js_property("complete", value=True)
    assert picture.evaluate("image => image.naturalWidth") > 100
    phone.draws("chat-flats")
    card.locator("[data-tap]").tap()
    phone.reads("Please transfer the deposit")
    found = re.search(r"D-\w{7}", phone.finds("Reference: D-"))
    assert found
    return found[0]


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

"""What an applicant does on a telephone, from the first question to the deposit."""

import re
from datetime import timedelta

from playwright.sync_api import expect

from bot.app import now
from tests.browser.phone import Phone


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

import re

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import Opens, SitsDown
from tests.browser.desk import Desk
from tests.browser.phone import Phone
from tests.browser.story import applies, begins, chooses, submits
from tests.web.server import Server

pytestmark = pytest.mark.browser

BLURRED = "The photo is blurred. Please take it again in daylight."
NO_MONEY = "The bank shows no transfer under this reference yet."


def test_an_applicant_and_staff_bring_a_case_from_the_first_question_to_the_confirmed_deposit(
    server: Server, opens: Opens, sits_down: SitsDown
) -> None:
    phone, reviewer = opens(), sits_down()
    begins(phone)
    applies(phone)
    reference = submits(phone)
    reviewer.begins("li.wei", "reviewer")

    looks_at(reviewer, reference)
    asks_again(reviewer)
    sends_again(phone)
    approves(reviewer, reference)
    deposit = chooses(phone)
    phone.sends("receipt")
    phone.reads("We are waiting for your deposit")
    manager = sits_down()
    manager.begins("wang.fang", "manager")
    finds_no_money(manager, deposit, phone)
    confirms(manager, deposit)

    phone.finds("is yours.")
    looks_around(manager)


def looks_at(desk: Desk, reference: str) -> None:
    """Find the case in the list, and read it with its papers."""
    desk.page.get_by_role("link", name="Cases", exact=True).click()
    desk.reads(reference)
    desk.draws("console-cases")
    desk.page.get_by_role("link", name=reference).click()
    desk.reads("Ana Núñez")
    picture = desk.page.locator(".viewer .stage img").first
    expect(picture).to_have_js_property("complete", value=True)
    assert picture.evaluate("image => image.naturalWidth") > 100
    desk.page.get_by_role("button", name="Take it myself").click()
    desk.reads("Assigned to li.wei")
    desk.draws("console-case")


def asks_again(desk: Desk) -> None:
    answer = desk.page.locator("dd", has=desk.page.locator("input[name=step][value=identity]"))
    answer.locator("summary").click()
    answer.locator("textarea").fill(BLURRED)
    answer.get_by_role("button", name="Ask again").click()
    desk.reads("The applicant was asked again")


def sends_again(phone: Phone) -> None:
    phone.finds(BLURRED)
    phone.reads("passport's photo page")
    phone.draws("chat-asked-again")
    phone.sends("passport-again", "back-again")
    phone.reads("is being reviewed")


def approves(desk: Desk, reference: str) -> None:
    desk.opens(f"/staff/cases/{reference}")
    desk.reads("Answered again")
    desk.page.locator("[name=sure]").check()
    desk.page.get_by_role("button", name="Approve").click()
    desk.reads("Nothing is to be decided.")
    assert any("cannot be taken back" in asked for asked in desk.asked_back)


def finds_no_money(desk: Desk, deposit: str, phone: Phone) -> None:
    desk.page.get_by_role("link", name="Deposits", exact=True).click()
    desk.draws("console-deposits")
    desk.page.get_by_role("link", name=deposit).click()
    desk.page.locator("form[action$=refuse] textarea").fill(NO_MONEY)
    desk.page.locator("form[action$=refuse] button").click()
    phone.finds(NO_MONEY)
    phone.sends("receipt-again")
    phone.reads("We are waiting for your deposit")


def confirms(desk: Desk, deposit: str) -> None:
    desk.opens(f"/staff/deposits/{deposit}")
    desk.page.locator("form[action$=confirm] [name=sure]").check()
    desk.page.locator("form[action$=confirm] button").click()
    desk.reads("Confirmed")


def looks_around(desk: Desk) -> None:
    """The other sections show what has come of it."""
    desk.opens("/staff")
    desk.draws("console-overview", whole=True)
    desk.opens("/staff/stock")
    desk.reads(re.compile("let", re.IGNORECASE))
    desk.draws("console-stock")
    desk.opens("/staff/content/flows/apartment")
    desk.draws("console-flow")

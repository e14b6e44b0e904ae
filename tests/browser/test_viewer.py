import io
import re
from collections.abc import Iterator

import pyotp
import pytest
from PIL import Image, ImageStat
from playwright.sync_api import Browser, Locator, Page, expect

from bot.services.intake import PDF
from tests.web.papers import scan
from tests.web.server import Server
from tests.web.staff.clerks import PASSWORD, invite
from tests.web.staff.filed import COLOURS, file_document, plain, quarters

pytestmark = pytest.mark.browser

NAME = "reviewer.jo"
SIZE = (800, 600)
KNOWN = {"red": (255, 0, 0), "lime": (0, 255, 0), "blue": (0, 0, 255), "yellow": (255, 255, 0)}


@pytest.fixture
def desk(browser: Browser, server: Server) -> Iterator[Page]:
    """A reviewer's browser, signed in; no error may show up on its pages."""
    context = browser.new_context(viewport={"width": 1280, "height": 800})
    page = context.new_page()
    errors: list[str] = []
    page.on("pageerror", lambda error: errors.append(str(error)))
    page.on("console", lambda said: errors.append(said.text) if said.type == "error" else None)
    token = invite(server, NAME, "reviewer")
    page.goto(f"{server.address}/staff/welcome?t={token}")
    secret = page.locator("code", has_text=re.compile(r"^[A-Z2-7]+$")).inner_text()
    page.locator("[name=password]").fill(PASSWORD)
    page.locator("[name=again]").fill(PASSWORD)
    page.locator("[name=code]").fill(pyotp.TOTP(secret).at(server.clock()))
    page.locator("[name=code]").press("Enter")
    page.wait_for_url("**/staff")
    yield page
    context.close()
    assert errors == []


def opens(desk: Page, server: Server, document: str) -> Locator:
    """Open the page of a document; the stage with its picture."""
    desk.goto(f"{server.address}/staff/documents/{document}")
    stage = desk.locator(".stage")
    expect(stage).to_have_attribute("aria-busy", "false")
    stage.focus()
    return stage


def corners(stage: Locator) -> list[str]:
    """The colours seen a little off the centre: above left and right, below left and right."""
    seen = Image.open(io.BytesIO(stage.screenshot())).convert("RGB")
    x, y = seen.width // 2, seen.height // 2
    boxes = [(x + dx, y + dy) for dy in (-60, 20) for dx in (-60, 20)]
    return [nearest(seen.crop((left, top, left + 40, top + 40))) for left, top in boxes]


def nearest(piece: Image.Image) -> str:
    """Which of the known colours a piece is of."""
    median = ImageStat.Stat(piece).median
    far = {
        name: sum(abs(a - b) for a, b in zip(known, median, strict=True))
        for name, known in KNOWN.items()
    }
    return min(far, key=lambda name: far[name])


def width(stage: Locator) -> float:
    """How wide the picture is on the screen."""
    return float(stage.locator("img").evaluate("it => it.getBoundingClientRect().width"))


def test_a_picture_is_turned_with_a_key_and_a_button(desk: Page, server: Server) -> None:
    stage = opens(desk, server, file_document(server.app, quarters(SIZE)))
    red, lime, blue, yellow = COLOURS
    assert corners(stage) == [red, lime, blue, yellow]

    stage.press("r")
    assert corners(stage) == [blue, red, yellow, lime]

    desk.get_by_role("button", name="Turn").click()
    assert corners(stage) == [yellow, blue, lime, red]


def test_a_picture_is_zoomed_where_the_mouse_is(desk: Page, server: Server) -> None:
    stage = opens(desk, server, file_document(server.app, quarters(SIZE)))
    whole = width(stage)

    for key in "++-":
        stage.press(key)
    assert width(stage) == pytest.approx(whole * 1.25, rel=0.01)

    stage.press("0")
    box = stage.bounding_box()
    assert box is not None
    desk.mouse.move(box["x"] + box["width"] / 2 + 100, box["y"] + box["height"] / 2 + 100)
    desk.keyboard.down("Control")
    for _ in range(5):
        desk.mouse.wheel(0, -200)
    desk.keyboard.up("Control")
    expect_width(stage, 4 * SIZE[0])
    assert corners(stage) == ["yellow"] * 4

    desk.mouse.down()
    desk.mouse.move(box["x"] + 5, box["y"] + 5, steps=3)
    desk.mouse.up()
    stage.press("Shift+ArrowRight")
    assert corners(stage) == ["yellow"] * 4
    for _ in range(60):
        stage.press("Shift+ArrowLeft")
    assert corners(stage) == ["blue"] * 4


def expect_width(stage: Locator, wanted: float) -> None:
    """Wait until the picture is this wide on the screen."""
    inside = "([it, wanted]) => Math.abs(it.getBoundingClientRect().width - wanted) < 2"
    picture = stage.locator("img").element_handle()
    stage.page.wait_for_function(inside, arg=[picture, wanted])


def test_the_wheel_alone_scrolls_the_page(desk: Page, server: Server) -> None:
    stage = opens(desk, server, file_document(server.app, quarters(SIZE)))
    desk.set_viewport_size({"width": 1280, "height": 400})
    stage.press("0")
    before = width(stage)

    stage.hover()
    desk.mouse.wheel(0, 100)

    desk.wait_for_function("() => window.scrollY > 0")
    assert width(stage) == before


def test_two_fingers_zoom(desk: Page, server: Server) -> None:
    stage = opens(desk, server, file_document(server.app, quarters(SIZE)))
    whole = width(stage)
    box = stage.bounding_box()
    assert box is not None
    x, y = box["x"] + box["width"] / 2, box["y"] + box["height"] / 2
    fingers = desk.context.new_cdp_session(desk)

    def touches(kind: str, *apart: int) -> None:
        points = [
            {"x": x + side * far, "y": y, "id": side + 1} for far in apart for side in (-1, 1)
        ]
        fingers.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": points})

    touches("touchStart", 50)
    for apart in (60, 80, 100):
        touches("touchMove", apart)
    touches("touchEnd")

    expect_width(stage, whole * 2)


def test_pages_are_turned_and_a_document_stays_as_it_was_turned(desk: Page, server: Server) -> None:
    pages = [quarters(SIZE, ["red"] * 4), quarters(SIZE)]
    stage = opens(desk, server, file_document(server.app, scan(), *pages, kind=PDF))
    assert corners(stage) == ["red"] * 4

    stage.press("r")
    stage.press("ArrowRight")
    expect(stage.locator("img")).to_have_attribute("alt", "Document, page 2 of 2")
    expect(stage).to_have_attribute("aria-busy", "false")
    assert corners(stage) == ["blue", "red", "yellow", "lime"]

    stage.press("ArrowRight")  # there is no further page
    expect(desk.get_by_role("button", name="Page on")).to_have_attribute("aria-disabled", "true")
    desk.get_by_role("link", name="Document, page 1 of 2").click()
    expect(stage).to_have_attribute("aria-busy", "false")
    assert corners(stage) == ["red"] * 4


def test_a_long_page_is_read_at_full_width_from_its_top(desk: Page, server: Server) -> None:
    stage = opens(desk, server, file_document(server.app, quarters((600, 1800))))
    desk.get_by_role("button", name="Fit to width").click()

    room = stage.evaluate("it => it.clientWidth")

    assert width(stage) == pytest.approx(room, abs=1)
    assert corners(stage) == ["red", "lime", "red", "lime"]


def test_the_viewer_fills_the_screen_and_comes_back(desk: Page, server: Server) -> None:
    stage = opens(desk, server, file_document(server.app, quarters(SIZE)))
    desk.get_by_role("button", name="Full screen").click()
    desk.wait_for_function("() => document.fullscreenElement?.matches('.desk')")

    stage.press("f")

    desk.wait_for_function("() => document.fullscreenElement === null")


def test_keys_are_words_where_somebody_types(desk: Page, server: Server) -> None:
    stage = opens(desk, server, file_document(server.app, quarters(SIZE)))
    before = corners(stage)

    stage.evaluate("it => it.blur()")
    desk.keyboard.press("r")

    assert corners(stage) == before


def test_a_picture_that_does_not_come_is_told(desk: Page, server: Server) -> None:
    stage = opens(desk, server, file_document(server.app, scan(), plain(), plain(), kind=PDF))
    desk.context.clear_cookies()

    stage.press("ArrowRight")

    expect(desk.get_by_role("alert")).to_contain_text("could not be loaded")
    expect(stage.locator("img")).to_be_hidden()


def test_after_signing_out_the_way_back_shows_nothing(desk: Page, server: Server) -> None:
    opens(desk, server, file_document(server.app, quarters(SIZE)))
    desk.get_by_role("button", name="Sign out").click()
    desk.wait_for_url("**/staff/sign-in*")

    desk.go_back()

    expect(desk.locator("[name=password]")).to_be_visible()
    assert desk.locator("img").count() == 0


def test_a_page_kept_by_the_browser_holds_no_picture_and_is_loaded_anew(
    desk: Page, server: Server
) -> None:
    opens(desk, server, file_document(server.app, quarters(SIZE)))

    left = "() => dispatchEvent(new PageTransitionEvent('pagehide', {persisted: true}))"
    desk.evaluate(left)
    assert desk.locator("img").count() == 0

    with desk.expect_navigation():
        desk.evaluate("() => dispatchEvent(new PageTransitionEvent('pageshow', {persisted: true}))")


def test_without_javascript_each_picture_stands_on_the_page(
    desk: Page, browser: Browser, server: Server
) -> None:
    document = file_document(server.app, scan(), plain(), plain(), kind=PDF)
    state = desk.context.storage_state()
    context = browser.new_context(java_script_enabled=False, storage_state=state)
    page = context.new_page()

    page.goto(f"{server.address}/staff/documents/{document}")

    expect(page.get_by_role("img")).to_have_count(2)
    for picture in page.get_by_role("img").all():
        expect(picture).to_be_visible()
    context.close()

"""Sessions: whose they are, and when they end."""

from pathlib import Path

import pytest

from bot.services.staff import HALF_LASTS, IDLE, LONGEST
from bot.web.staff.guard import COOKIE
from tests.runner.lodge import Watch
from tests.web.server import Server
from tests.web.staff.clerks import PAUSE, at_browser, clerk, invite, new_name


async def test_each_step_gives_a_new_session_and_ends_the_one_before(server: Server) -> None:
    async with clerk(server, "reviewer") as one, at_browser(server, one.name) as other:
        other.secret = one.secret
        planted = "a" * 43
        other.session.cookie_jar.update_cookies({COOKIE: planted}, other.server_url)

        half = await other.tries()
        first = other.token
        await other.posts("/staff/second", csrf=half.field("csrf"), code=other.code(PAUSE))
        second = other.token
        await other.tries()

        assert len({planted, first, second, other.token}) == 4
        for old in (planted, first, second):
            async with at_browser(server, "thief") as thief:
                page = await thief.gets("/staff", Cookie=f"{COOKIE}={old}")
                assert page.place == "/staff/sign-in"


@pytest.mark.parametrize(
    "cookie", ["", "a" * 43, "a" * 44, "ä" * 43, '"', "%00" * 20, "a" * 3000], ids=range(7)
)
async def test_a_session_that_is_guessed_opens_nothing(cookie: str, server: Server) -> None:
    async with at_browser(server, "stranger") as one:
        page = await one.gets("/staff", Cookie=f"{COOKIE}={cookie}")

        assert (page.status, page.place) == (200, "/staff/sign-in")


async def test_sessions_end_by_themselves(desk: Server, watch: Watch) -> None:
    async with clerk(desk, "reviewer") as one, at_browser(desk, one.name) as half:
        began, places = watch.now(), []
        await half.tries()
        watch.passes(HALF_LASTS + PAUSE)
        assert (await half.gets("/staff/second")).place == "/staff/sign-in"

        while watch.now() - began < LONGEST:
            places.append((await one.gets("/staff")).place)
            watch.passes(IDLE - PAUSE)

        assert set(places) == {"/staff"}
        assert (await one.gets("/staff")).place == "/staff/sign-in"


async def test_a_session_nobody_uses_ends(desk: Server, watch: Watch) -> None:
    async with clerk(desk, "reviewer") as one:
        watch.passes(IDLE + PAUSE)

        assert (await one.gets("/staff")).place == "/staff/sign-in"


@pytest.mark.parametrize(("scheme", "secure"), [("http", ""), ("https", True)])
async def test_the_cookie_stays_with_the_console(
    scheme: str, secure: object, tmp_path: Path
) -> None:
    with Server(tmp_path, PUBLIC_URL=f"{scheme}://chat.example.org") as server:
        name = new_name(server, "editor")
        token = invite(server, name, "editor")
        async with at_browser(server, name) as one:
            filled = await one.welcome(token)
            page = await one.session.post("/staff/welcome", data=filled, allow_redirects=False)

            cookie = page.cookies[COOKIE]
            flags = (cookie["httponly"], cookie["secure"], cookie["samesite"], cookie["path"])
            assert flags == (True, secure, "Lax", "/staff")
            assert cookie["max-age"] == ""


async def test_a_page_of_the_console_is_neither_kept_nor_framed(server: Server) -> None:
    async with clerk(server, "admin") as one:
        for path in ("/staff", "/staff/people", "/staff/sign-in"):
            headers = (await one.gets(path)).answer.headers

            assert headers["Cache-Control"] == "no-store"
            assert headers["Referrer-Policy"] == "no-referrer"
            policy = headers["Content-Security-Policy"]
            assert "frame-ancestors 'none'" in policy
            assert "unsafe" not in policy

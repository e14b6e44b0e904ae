"""Signing in, and what strangers try instead."""

import asyncio

from bot.services.staff import LOCKED_FOR, MOST_FAILURES
from bot.web.staff.guard import COOKIE
from bot.web.staff.proof import AT_ONCE, Strangers
from bot.web.staff.signing_in import LOCKED, WRONG, WRONG_CODE
from tests.runner.lodge import Watch
from tests.web.server import Server
from tests.web.staff.clerks import (
    PASSWORD,
    PAUSE,
    at_browser,
    clerk,
    invite,
    new_name,
)


async def test_who_begins_by_a_link_signs_in_by_password_and_code(server: Server) -> None:
    async with clerk(server, "reviewer") as one, at_browser(server, one.name) as other:
        other.secret = one.secret

        half = await other.tries()
        before = await other.gets("/staff")
        whole = await other.posts("/staff/second", csrf=half.field("csrf"), code=other.code(PAUSE))

        assert (half.place, before.place) == ("/staff/second", "/staff/second")
        assert whole.place == "/staff"
        assert one.name in whole.words
        assert [entry.action for entry in one.entries()] == ["signed_in", "began"]


async def test_who_signs_out_is_out(server: Server) -> None:
    async with clerk(server, "reviewer") as one, at_browser(server, "thief") as thief:
        stolen = {COOKIE: one.token}
        thief.session.cookie_jar.update_cookies(stolen, thief.server_url)
        assert (await thief.gets("/staff")).place == "/staff"

        await one.posts("/staff/sign-out")

        assert one.token == ""
        assert (await thief.gets("/staff")).place == "/staff/sign-in"


# passwords


async def test_a_name_that_is_nobodys_is_refused_as_a_wrong_password_is(server: Server) -> None:
    async with clerk(server, "reviewer") as one, at_browser(server, one.name) as other:
        refused = [await other.tries("wrong") for _ in range(MOST_FAILURES + 1)]
        refused += [await other.tries()]
        invited = new_name(server, "invited")
        invite(server, invited, "editor")
        for name in ("nobody", "", "Ünï", "a" * 40, invited):
            other.name = name
            refused += [await other.tries() for _ in range(2)]

        assert {page.status for page in refused} == {403}
        assert {WRONG in page.words for page in refused} == {True}
        assert len({page.words for page in refused}) == 1


async def test_after_five_wrong_passwords_the_right_one_has_to_wait(
    desk: Server, watch: Watch
) -> None:
    async with clerk(desk, "reviewer") as one, at_browser(desk, one.name) as other:
        other.secret = one.secret
        for _ in range(MOST_FAILURES):
            await other.tries("wrong")

        watch.passes(LOCKED_FOR - PAUSE)
        early = await other.tries()
        watch.passes(PAUSE)
        late = await other.signs_in()

        assert early.status == 403
        assert late.place == "/staff"
        kept = [entry.action for entry in one.entries()]
        assert kept == ["signed_in", "locked", *["sign_in_refused"] * 4, "began"]


async def test_strangers_who_lock_an_account_throw_nobody_out(server: Server) -> None:
    async with clerk(server, "reviewer") as one, at_browser(server, one.name) as stranger:
        for _ in range(MOST_FAILURES + 1):
            await stranger.tries("wrong")

        assert (await one.gets("/staff")).place == "/staff"


async def test_an_address_that_fails_all_the_time_is_not_heard(server: Server) -> None:
    async with clerk(server, "reviewer") as one, at_browser(server, "storm") as storm:
        most = Strangers().most
        failed = await asyncio.gather(*(storm.tries("wrong") for _ in range(most + 20)))
        other = await one.tries("wrong")

        heard = sum(page.status == 403 for page in failed)
        assert most <= heard < most + AT_ONCE
        assert {page.status for page in failed} == {403, 429}
        assert LOCKED in (await storm.tries()).words
        assert other.status == 403


async def test_a_thousand_passwords_at_once_are_no_way_around_the_lock(server: Server) -> None:
    async with clerk(server, "reviewer") as one, at_browser(server, one.name) as other:
        guesses = [f"guess {n}" for n in range(20)]

        pages = await asyncio.gather(*(other.tries(guess) for guess in (*guesses, PASSWORD)))

        assert {page.status for page in pages} == {403}
        counted = len(one.entries("sign_in_refused")) + len(one.entries("locked"))
        assert counted <= MOST_FAILURES + 1


# the second factor


async def test_a_code_is_good_once(server: Server) -> None:
    async with clerk(server, "reviewer") as one, at_browser(server, one.name) as other:
        code = one.code(PAUSE)

        first = await other.enters(code)
        again = await other.enters(code)

        assert first.place == "/staff"
        assert WRONG_CODE in again.words


async def test_a_code_of_another_time_is_refused(desk: Server) -> None:
    async with clerk(desk, "reviewer") as one, at_browser(desk, one.name) as other:
        other.secret = one.secret

        pages = [await other.signs_in(PAUSE * n) for n in (-2, 2, 20)]

        assert [WRONG_CODE in page.words for page in pages] == [True] * 3


async def test_many_codes_at_once_are_no_way_around_the_lock(server: Server) -> None:
    async with clerk(server, "reviewer") as one, at_browser(server, one.name) as other:
        other.secret = one.secret
        csrf = (await other.tries()).field("csrf")
        codes = [f"{n:06}" for n in range(30) if f"{n:06}" != other.code(PAUSE)]

        wrong = (other.posts("/staff/second", csrf=csrf, code=code) for code in codes)
        await asyncio.gather(*wrong)
        right = await other.posts("/staff/second", csrf=csrf, code=other.code(PAUSE))

        assert right.place != "/staff"
        assert len(one.entries("sign_in_refused")) == MOST_FAILURES - 1
        assert len(one.entries("locked")) == 1


async def test_the_lock_ends_what_is_half_signed_in(server: Server) -> None:
    async with clerk(server, "reviewer") as one, at_browser(server, one.name) as other:
        csrf = (await other.tries()).field("csrf")

        pages = [
            await other.posts("/staff/second", csrf=csrf, code="x") for _ in range(MOST_FAILURES)
        ]

        assert [page.status for page in pages] == [403] * 4 + [429]
        assert LOCKED in pages[-1].words
        assert (await other.gets("/staff/second")).place == "/staff/sign-in"


async def test_a_form_of_another_tab_is_out_of_date(server: Server) -> None:
    async with clerk(server, "reviewer") as one, at_browser(server, one.name) as other:
        other.secret = one.secret
        first, second = await other.tries(), await other.tries()
        late = await other.posts("/staff/second", csrf=first.field("csrf"), code=one.code(PAUSE))
        newest = await other.posts("/staff/second", csrf=second.field("csrf"), code=one.code(PAUSE))
        again = await other.posts("/staff/second", csrf=second.field("csrf"), code="123456")

        assert "out of date" in late.words
        assert newest.place == "/staff"
        assert again.place == "/staff"

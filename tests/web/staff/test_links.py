"""The one-time link by which somebody begins."""

import asyncio

import pytest

from bot.services.staff import LINK_LASTS
from bot.web.staff.signing_in import OLD_LINK
from tests.runner.lodge import Watch
from tests.web.server import Server
from tests.web.staff.clerks import (
    TESTER,
    at_browser,
    invite,
    new_name,
)


async def test_a_link_is_good_once(server: Server) -> None:
    name = new_name(server, "editor")
    token = invite(server, name, "editor")
    async with at_browser(server, name) as one, at_browser(server, "late") as late:
        before = await late.welcome(token)
        await one.begins(token)

        page = await late.gets(f"/staff/welcome?t={token}")
        form = await late.posts("/staff/welcome", None, **before)

        assert (page.status, form.status) == (410, 410)
        assert OLD_LINK in form.words
        assert late.token == ""
        assert (await one.gets("/staff")).place == "/staff"


async def test_of_two_who_use_a_link_at_once_one_begins(server: Server) -> None:
    name = new_name(server, "editor")
    token = invite(server, name, "editor")
    async with at_browser(server, name) as one, at_browser(server, name) as two:
        forms = [(who, await who.welcome(token)) for who in (one, two)]

        posting = (who.posts("/staff/welcome", None, **filled) for who, filled in forms)
        pages = await asyncio.gather(*posting)

        assert sorted(page.status for page in pages) == [200, 410]
        places = [(await who.gets("/staff")).place for who in (one, two)]
        assert sorted(places) == ["/staff", "/staff/sign-in"]


async def test_a_link_is_not_good_for_ever(desk: Server, watch: Watch) -> None:
    token = invite(desk, "edith", "editor")
    async with at_browser(desk, "edith") as one:
        filled = await one.welcome(token)
        watch.passes(LINK_LASTS)

        assert (await one.posts("/staff/welcome", None, **filled)).status == 410


async def test_a_newer_link_makes_the_older_void(server: Server) -> None:
    name = new_name(server, "editor")
    old = invite(server, name, "editor")
    app = server.app
    app.database.transact(lambda tx: app.staff.new_link(tx, name, TESTER, server.clock()))

    async with at_browser(server, name) as one:
        assert (await one.gets(f"/staff/welcome?t={old}")).status == 410


@pytest.mark.parametrize(
    "wrong",
    [
        {"password": "short", "again": "short"},
        {"password": "p" * 129, "again": "p" * 129},
        {"again": "another sentence"},
        {"password": "edith sings a song", "again": "edith sings a song"},
        {"code": "000000x"},
    ],
    ids=["short", "long", "different", "name", "code"],
)
async def test_a_link_waits_until_password_and_code_will_do(
    wrong: dict[str, str], desk: Server
) -> None:
    token = invite(desk, "edith", "editor")
    async with at_browser(desk, "edith") as one:
        filled = await one.welcome(token)

        refused = await one.posts("/staff/welcome", None, **{**filled, **wrong})
        taken = await one.posts("/staff/welcome", None, **filled)

        assert refused.status == 403
        assert taken.place == "/staff"


async def test_nobody_brings_a_secret_of_their_own(server: Server) -> None:
    name = new_name(server, "editor")
    mine, other = invite(server, name, "editor"), invite(server, f"{name}-2", "editor")
    async with at_browser(server, name) as one:
        filled, theirs = await one.welcome(mine), await one.welcome(other)

        for sealed in (theirs["sealed"], filled["sealed"][:-2], "", "zz", "00" * 60):
            page = await one.posts("/staff/welcome", None, **{**filled, "sealed": sealed})
            assert page.status == 410

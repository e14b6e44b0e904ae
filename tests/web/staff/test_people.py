"""What admins do with accounts, and everybody with their own."""

import asyncio
import csv
import io
import re

import pytest

from bot.web.staff.people import LINK_HOURS, state_of
from tests.runner.lodge import Watch
from tests.web.server import Server
from tests.web.staff.clerks import PAUSE, Clerk, Page, account, at_browser, clerk, invite, new_name


def state(server: Server, name: str) -> str:
    return state_of(account(server, name), server.clock())


def link_on(page: Page) -> str:
    """The token of the link that a page shows."""
    found = re.search(r"/staff/welcome\?t=([\w-]{43})", page.text)
    assert found, page.words
    return found.group(1)


async def does(admin: Clerk, name: str, what: str, **form: str) -> Page:
    """Post a form that stands on somebody's page."""
    return await admin.sends(f"/staff/people/{name}/{what}", f"/staff/people/{name}", **form)


# adding


async def test_who_is_added_begins_by_the_link_that_is_shown_once(server: Server) -> None:
    name = new_name(server, "mei")
    async with clerk(server, "admin") as admin, at_browser(server, name) as mei:
        page = await admin.sends(
            "/staff/people", "/staff/people", name=f" {name.upper()} ", role="editor", language="en"
        )
        listed = await admin.gets(f"/staff/people/{name}")
        begun = await mei.begins(link_on(page))

        assert f"{LINK_HOURS} hours" in page.words
        assert server.address in page.text
        assert "Invited" in listed.words
        assert "welcome?t=" not in listed.text
        assert begun.place == "/staff"
        assert (account(server, name).role, state(server, name)) == ("editor", "active")
        assert [(e.about, e.details) for e in admin.entries("add_staff")] == [
            (f"staff {name}", '{"role":"editor"}')
        ]


async def test_a_link_leads_to_our_own_address_whatever_host_was_asked(server: Server) -> None:
    async with clerk(server, "admin") as admin:
        csrf = (await admin.gets("/staff/people")).field("csrf")
        form = {"name": new_name(server, "mei"), "role": "editor", "language": "en"}

        page = await admin.posts("/staff/people", {"Host": "evil.example"}, csrf=csrf, **form)

        assert f"{server.address}/staff/welcome?t={link_on(page)}" in page.text
        assert "evil.example" not in page.text


@pytest.mark.parametrize("name", ["", "x", "9lives", "a b", "<b>", "x" * 33, "李"])
async def test_a_name_that_is_none_is_refused(name: str, server: Server) -> None:
    async with clerk(server, "admin") as admin:
        page = await admin.sends(
            "/staff/people", "/staff/people", name=name, role="editor", language="en"
        )

        assert "A name has 2 to 32" in page.words
        assert admin.entries("add_staff") == []


@pytest.mark.parametrize("wrong", [{"role": "owner"}, {"role": ""}, {"language": "tlh"}])
async def test_what_the_form_does_not_offer_is_refused(
    wrong: dict[str, str], server: Server
) -> None:
    async with clerk(server, "admin") as admin:
        form = {"name": new_name(server, "mei"), "role": "editor", "language": "en", **wrong}

        page = await admin.sends("/staff/people", "/staff/people", **form)

        assert page.status == 400
        assert admin.entries("add_staff") == []


async def test_a_name_is_given_once(server: Server) -> None:
    async with clerk(server, "admin") as admin:
        page = await admin.sends(
            "/staff/people", "/staff/people", name=admin.name, role="editor", language="en"
        )

        assert "This name is taken" in page.words
        assert account(server, admin.name).role == "admin"


# the list


async def test_the_list_is_filtered_sorted_and_exported(server: Server) -> None:
    start = new_name(server, "list")
    for name, role in ((f"{start}-b", "editor"), (f"{start}-a", "reviewer")):
        invite(server, name, role)
    async with clerk(server, "admin") as admin:
        named = await admin.gets(f"/staff/people?name={start}&sort=name&down=1")
        editors = await admin.gets(
            f"/staff/people?name={start}&role=editor&state=invited&sort=came"
        )
        export = await admin.gets(f"/staff/people?name={start}&format=csv")

        assert re.findall(rf">({start}-.)<", named.text) == [f"{start}-b", f"{start}-a"]
        assert re.findall(rf">({start}-.)<", editors.text) == [f"{start}-b"]
        rows = list(csv.DictReader(io.StringIO(export.text.removeprefix("\ufeff"))))
        assert [row["name"] for row in rows] == [f"{start}-a", f"{start}-b"]
        assert [e.details for e in admin.entries("exported")] == ['{"format":"csv","rows":2}']


async def test_the_last_sign_in_is_shown(desk: Server) -> None:
    async with clerk(desk, "admin", "chief") as admin:
        invite(desk, "mei", "editor")

        assert "Last sign-in 2026-12-01 09:00" in (await admin.gets("/staff/people/chief")).words
        assert "Last sign-in Never" in (await admin.gets("/staff/people/mei")).words


# changing


async def test_another_role_counts_at_once_and_the_old_one_is_kept_in_the_log(
    server: Server,
) -> None:
    async with clerk(server, "admin") as admin, clerk(server, "reviewer") as one:
        page = await does(admin, one.name, "role", was="reviewer", role="editor")

        assert "Done." in page.words
        assert account(server, one.name).role == "editor"
        assert (await one.gets("/staff")).place == "/staff/sign-in"
        assert [e.details for e in admin.entries("change_role")] == [
            '{"was":"reviewer","role":"editor"}'
        ]


async def test_of_two_admins_the_later_is_told_that_things_have_changed(server: Server) -> None:
    async with clerk(server, "admin") as admin, clerk(server, "reviewer") as one:
        await does(admin, one.name, "role", was="reviewer", role="editor")

        late = await does(admin, one.name, "role", was="reviewer", role="admin")

        assert "Somebody else changed this meanwhile" in late.words
        assert account(server, one.name).role == "editor"


async def test_who_is_closed_is_out_at_once_until_reopened(server: Server) -> None:
    async with clerk(server, "admin") as admin, clerk(server, "reviewer") as one:
        await does(admin, one.name, "close", sure="1")
        out = await one.gets("/staff")
        refused = await one.tries()
        again = await admin.posts(
            f"/staff/people/{one.name}/close",
            csrf=(await admin.gets("/staff/me")).field("csrf"),
            sure="1",
        )
        await does(admin, one.name, "reopen")
        back = await one.signs_in(PAUSE)

        assert out.place == "/staff/sign-in"
        assert refused.status == 403
        assert "Somebody else changed this" in again.words
        assert back.place == "/staff"
        done = [(e.action, e.about) for e in admin.entries()][:2]
        assert done == [("reopen_staff", f"staff {one.name}"), ("close_staff", f"staff {one.name}")]


async def test_closing_makes_a_link_void(server: Server) -> None:
    name = new_name(server, "mei")
    token = invite(server, name, "editor")
    async with clerk(server, "admin") as admin, at_browser(server, name) as mei:
        await does(admin, name, "close", sure="1")
        await does(admin, name, "reopen")

        assert (await mei.gets(f"/staff/welcome?t={token}")).status == 410


@pytest.mark.parametrize("what", ["close", "link"])
async def test_what_ends_sessions_asks_back(what: str, server: Server) -> None:
    async with clerk(server, "admin") as admin, clerk(server, "reviewer") as one:
        page = await does(admin, one.name, what)

        assert "Please tick the box" in page.words
        assert (await one.gets("/staff")).place == "/staff"


async def test_a_new_link_ends_sessions_and_replaces_password_and_app(server: Server) -> None:
    async with clerk(server, "admin") as admin, clerk(server, "reviewer") as one:
        old = one.secret
        page = await does(admin, one.name, "link", sure="1")
        out = await one.gets("/staff")
        await one.begins(link_on(page))

        assert out.place == "/staff/sign-in"
        assert one.secret != old
        assert (await one.gets("/staff")).place == "/staff"
        assert [e.about for e in admin.entries("new_link")] == [f"staff {one.name}"]


async def test_the_last_admin_can_neither_be_closed_nor_lose_the_role(desk: Server) -> None:
    async with clerk(desk, "admin", "chief") as chief:
        invite(desk, "second", "admin")  # has not begun, and could let nobody in

        closed = await does(chief, "chief", "close", sure="1")
        changed = await does(chief, "chief", "role", was="admin", role="editor")

        for page in (closed, changed):
            assert "Nobody else could let others in then" in page.words
        assert (account(desk, "chief").role, state(desk, "chief")) == ("admin", "active")


async def test_two_admins_who_close_each_other_at_once_leave_one(desk: Server) -> None:
    async with clerk(desk, "admin", "ada") as ada, clerk(desk, "admin", "bob") as bob:
        tokens = [(await who.gets("/staff/me")).field("csrf") for who in (ada, bob)]

        await asyncio.gather(
            ada.posts("/staff/people/bob/close", csrf=tokens[0], sure="1"),
            bob.posts("/staff/people/ada/close", csrf=tokens[1], sure="1"),
        )

        assert sorted(state(desk, name) for name in ("ada", "bob")) == ["active", "closed"]


async def test_who_is_locked_is_unlocked(desk: Server, watch: Watch) -> None:
    async with clerk(desk, "admin", "chief") as chief, clerk(desk, "editor", "edith") as edith:
        for _ in range(5):
            await edith.tries("wrong")
        locked = state(desk, "edith")
        page = await does(chief, "edith", "unlock")

        assert locked == "locked"
        assert "Done." in page.words
        assert (await edith.signs_in(PAUSE)).place == "/staff"

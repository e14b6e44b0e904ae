"""Each page and each form of the console, with each role, and with none."""

import contextlib
import re
from collections.abc import AsyncIterator

import pytest
from sqlalchemy import select

from bot.services.staff import ROLES
from bot.store.tables import metadata
from tests.web.server import Server
from tests.web.staff.clerks import Clerk, Page, at_browser, clerk

OPEN = ""
PERMISSIONS = {
    # signing in
    "GET /staff/sign-in": OPEN,
    "POST /staff/sign-in": OPEN,
    "GET /staff/second": OPEN,
    "POST /staff/second": OPEN,
    "GET /staff/welcome": OPEN,
    "POST /staff/welcome": OPEN,
    "POST /staff/language": OPEN,
    "POST /staff/sign-out": OPEN,
    # overview
    "GET /staff": "overview",
    # stock
    "GET /staff/stock": "stock",
    "GET /staff/stock/buildings": "stock",
    "GET /staff/stock/import": "stock",
    "POST /staff/stock/import": "edit_stock",
    "POST /staff/stock/import/apply": "edit_stock",
    "GET /staff/stock/stock.{kind}": "stock",
    "GET /staff/stock/new/{kind}": "edit_stock",
    "POST /staff/stock/new/{kind}": "edit_stock",
    "GET /staff/stock/{kind}/{id}": "stock",
    "POST /staff/stock/{kind}/{id}": "edit_stock",
    "POST /staff/stock/{kind}/{id}/delete": "edit_stock",
    "POST /staff/stock/flat/{id}/offer": "edit_stock",
    "POST /staff/stock/unit_type/{id}/photo": "edit_stock",
    "GET /staff/stock/holds": "stock",
    "POST /staff/stock/holds/{id}/release": "edit_stock",
    "GET /staff/stock/waiting": "stock",
    "POST /staff/stock/waiting/{id}/take-off": "edit_stock",
    # questions and answers
    "GET /staff/questions": "answers",
    "POST /staff/questions/way": "answers",
    "POST /staff/questions/aside": "answers",
    "POST /staff/questions/open": "answers",
    "GET /staff/questions/answer": "answers",
    "POST /staff/questions/answer": "answers",
    "GET /staff/answers": "answers",
    "POST /staff/answers/tidy": "answers",
    "GET /staff/answers/{entry}": "answers",
    "POST /staff/answers/{entry}/remove": "answers",
    "GET /staff/additions.yaml": "answers",
    # events
    "GET /staff/events": "events",
    "GET /staff/events/new": "edit_events",
    "POST /staff/events/new": "edit_events",
    "GET /staff/events/import": "edit_events",
    "POST /staff/events/import": "edit_events",
    "POST /staff/events/import/apply": "edit_events",
    "GET /staff/events/{id}": "events",
    "POST /staff/events/{id}": "edit_events",
    "POST /staff/events/{id}/delete": "edit_events",
    "POST /staff/events/{id}/photo": "edit_events",
    # content
    "GET /staff/content": "content",
    "GET /staff/content/texts": "content",
    "GET /staff/content/policies": "content",
    "GET /staff/content/flows/{flow}": "content",
    "GET /staff/content/flows/{flow}/picture": "content",
    # cases
    "GET /staff/cases": "cases",
    "GET /staff/cases/{reference}": "cases",
    "POST /staff/cases/{reference}/approve": "decide",
    "POST /staff/cases/{reference}/refuse": "decide",
    "POST /staff/cases/{reference}/ask": "decide",
    "POST /staff/cases/{reference}/assign": "decide",
    "POST /staff/cases/{reference}/note": "decide",
    "POST /staff/cases/{reference}/message": "decide",
    "GET /staff/documents/{id}": "cases",
    "GET /staff/documents/{id}/{page}": "cases",
    # deposits
    "GET /staff/deposits": "deposits",
    "GET /staff/deposits/day": "deposits",
    "GET /staff/deposits/{reference}": "deposits",
    "POST /staff/deposits/{reference}/confirm": "settle",
    "POST /staff/deposits/{reference}/refuse": "settle",
    "POST /staff/deposits/{reference}/refund": "settle",
    # audit log
    "GET /staff/audit": "audit",
    "POST /staff/audit/check": "audit",
    # staff
    "GET /staff/people": "people",
    "POST /staff/people": "people",
    "GET /staff/people/{name}": "people",
    "POST /staff/people/{name}/link": "people",
    "POST /staff/people/{name}/role": "people",
    "POST /staff/people/{name}/unlock": "people",
    "POST /staff/people/{name}/close": "people",
    "POST /staff/people/{name}/reopen": "people",
    # one's own account
    "GET /staff/me": "account",
    "POST /staff/me/password": "account",
    "POST /staff/me/sessions": "account",
}
"""Who may use each page and each form; one that is not named here fails the tests."""
ELSEWHERE = ({"Origin": "https://evil.example"}, {"Sec-Fetch-Site": "cross-site"})
REFUSED = "console request refused"


def closed(method: str) -> list[str]:
    """The pages or forms that need a permission."""
    return [at for at, needs in PERMISSIONS.items() if needs and at.startswith(f"{method} ")]


def path_of(at: str) -> str:
    """The address of a page, about a thing that does not exist."""
    path = at.partition(" ")[2].replace("stock.{kind}", "stock.csv").replace("{kind}", "flat")
    return re.sub(r"\{[^}]*\}", "999999", path)


def kept(server: Server) -> dict[str, list[tuple[object, ...]]]:
    """All that is in the database but the audit log and who is signed in."""
    tables = [one for one in metadata.sorted_tables if one.name not in ("audit", "staff_sessions")]
    return server.app.database.look(
        lambda tx: {
            one.name: sorted(map(tuple, tx.execute(select(one))), key=repr) for one in tables
        }
    )


@contextlib.asynccontextmanager
async def half_way(server: Server, role: str) -> AsyncIterator[Clerk]:
    """Somebody who has given their password and no code yet."""
    async with clerk(server, role) as one, at_browser(server, one.name) as other:
        page = await other.tries()
        assert page.place == "/staff/second"
        yield other


def refusals(one: Clerk) -> list[tuple[str, str]]:
    """Where the audit log says a clerk was refused, and why."""
    return [(entry.about, entry.details) for entry in one.entries("refused")]


def test_every_route_of_the_console_needs_what_the_table_says(server: Server) -> None:
    routes = {
        f"{route.method} {route.resource.canonical}": route.handler.__dict__.get("permission")
        for route in server.app.site().router.routes()
        if route.resource is not None and re.match(r"/staff(/|$)", route.resource.canonical)
        if route.method != "HEAD"
    }

    assert routes == PERMISSIONS


def test_every_permission_is_given_to_some_role() -> None:
    assert {needs for needs in PERMISSIONS.values() if needs} <= set().union(*ROLES.values())


@pytest.mark.parametrize("role", ROLES)
async def test_a_role_opens_its_pages_and_no_other(role: str, server: Server) -> None:
    async with clerk(server, role) as one:
        pages = {at: await one.gets(path_of(at)) for at in closed("GET")}
        refused = [at for at in pages if PERMISSIONS[at] not in ROLES[role]]

        assert [at for at, page in pages.items() if page.status == 403] == refused
        assert [at for at, page in pages.items() if page.status >= 500] == []
        said = (at.partition(" ")[2][:64] for at in reversed(refused))
        assert refusals(one) == [(place, '{"why":"role"}') for place in said]


@pytest.mark.parametrize("role", ROLES)
async def test_a_role_posts_no_form_of_another(
    role: str, server: Server, caplog: pytest.LogCaptureFixture
) -> None:
    async with clerk(server, role) as one:
        csrf = (await one.gets("/staff/me")).field("csrf")
        before = kept(server)
        others = [at for at in closed("POST") if PERMISSIONS[at] not in ROLES[role]]
        caplog.clear()

        pages = [await one.posts(path_of(at), csrf=csrf, sure="1") for at in others]

        assert [page.status for page in pages] == [403] * len(others)
        assert [why for _, why in refusals(one)] == ['{"why":"role"}'] * len(others)
        assert refused(caplog) == len(others)
        assert kept(server) == before


def refused(caplog: pytest.LogCaptureFixture) -> int:
    """How many refusals are in the log."""
    return sum(record.getMessage() == REFUSED for record in caplog.records)


async def test_without_a_session_nothing_opens(
    server: Server, caplog: pytest.LogCaptureFixture
) -> None:
    async with at_browser(server, "stranger") as one:
        before = kept(server)

        pages = [await one.gets(path_of(at)) for at in closed("GET")]
        forms = [await one.posts(path_of(at), csrf="0", sure="1") for at in closed("POST")]

        assert {page.place for page in pages} == {"/staff/sign-in"}
        assert {page.status for page in forms} == {403}
        assert refused(caplog) == len(forms)
        assert kept(server) == before


@pytest.mark.parametrize("role", ROLES)
async def test_a_session_without_its_second_factor_opens_nothing(
    role: str, server: Server, caplog: pytest.LogCaptureFixture
) -> None:
    async with half_way(server, role) as one:
        csrf = (await one.gets("/staff/second")).field("csrf")
        before = kept(server)
        caplog.clear()

        pages = [await one.gets(path_of(at)) for at in closed("GET")]
        forms = [await one.posts(path_of(at), csrf=csrf, sure="1") for at in closed("POST")]

        assert {page.place for page in pages} == {"/staff/second"}
        assert {page.status for page in forms} == {403}
        assert [why for _, why in refusals(one)] == ['{"why":"session"}'] * len(forms)
        assert refused(caplog) == len(pages) + len(forms)
        assert kept(server) == before


@pytest.mark.parametrize("role", ROLES)
async def test_a_form_with_a_forged_token_or_from_elsewhere_does_nothing(
    role: str, server: Server, caplog: pytest.LogCaptureFixture
) -> None:
    async with clerk(server, role) as one, clerk(server, role) as other:
        mine, theirs = [(await who.gets("/staff/me")).field("csrf") for who in (one, other)]
        before = kept(server)
        forms = [at for at in closed("POST") if PERMISSIONS[at] in ROLES[role]]
        caplog.clear()

        pages: list[Page] = []
        for at in forms:
            path = path_of(at)
            pages.append(await one.posts(path, sure="1"))
            for csrf in ("", "0" * 43, mine[:-1], theirs, "ü\ufffd" * 9):
                pages.append(await one.posts(path, csrf=csrf, sure="1"))
            for headers in ELSEWHERE:
                pages.append(await one.posts(path, headers, csrf=mine, sure="1"))

        assert {page.status for page in pages} == {403}
        assert [why for _, why in refusals(one)] == ['{"why":"token"}'] * len(pages)
        assert refused(caplog) == len(pages)
        assert kept(server) == before


@pytest.mark.parametrize("headers", ELSEWHERE)
@pytest.mark.parametrize("at", [at for at in PERMISSIONS if at.startswith("POST")])
async def test_no_form_is_taken_from_another_site(
    at: str, headers: dict[str, str], server: Server
) -> None:
    async with at_browser(server, "stranger") as one:
        page = await one.posts(path_of(at), headers, name="nobody", password="x", language="en")

        assert page.status == 403
        assert one.session.cookie_jar.filter_cookies(page.answer.url) == {}


async def test_what_is_not_there_is_said_to_be_so_and_kept_in_the_log(server: Server) -> None:
    async with clerk(server, "admin") as one:
        page = await one.gets("/staff/people/nobody")

        assert page.status == 404
        assert "There is no such page." in page.words
        assert [entry.about for entry in one.entries("not_found")] == ["/staff/people/{name}"]

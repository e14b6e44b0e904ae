"""The audit log as staff read it."""

import csv
import io
import re
from datetime import timedelta

import msgspec
import pytest
from sqlalchemy import text

from bot.services.audit import Actor
from bot.web.staff.lists import PAGE
from tests.runner.lodge import Watch
from tests.web.server import Server
from tests.web.staff.clerks import Page, clerk

ANA, BO = Actor("ana", "reviewer"), Actor("bo", "manager")


def writes(server: Server, actor: Actor, action: str, about: str, **details: object) -> None:
    """Somebody does something."""
    app = server.app
    app.database.transact(
        lambda tx: app.audit.write(tx, actor, action, about, server.clock(), **details)
    )


def numbers(page: Page) -> list[int]:
    """The entries that a page shows."""
    return [int(found) for found in re.findall(r'<td class="number">(\d+)</td>', page.text)]


async def test_entries_are_told_in_words_the_newest_first(desk: Server) -> None:
    async with clerk(desk, "manager", "mona") as mona:
        writes(desk, ANA, "change_role", "staff bo", was="reviewer", role="manager")
        writes(desk, BO, "paint_wall", "flat x_1", colour=["red", 3], why="<b>")

        page = await mona.gets("/staff/audit")

        assert numbers(page) == [4, 3, 2, 1]
        told = page.words
        assert '4 2026-12-01 09:00 bo Manager paint_wall flat x_1 colour: ["red",3]' in told
        assert "why: <b>" in told
        assert "<b>" not in page.text
        assert "ana Reviewer Changed a role staff bo before: Reviewer · role: Manager" in told


@pytest.mark.parametrize(
    ("search", "found"),
    [
        ("who=ana", [5, 3]),
        ("action=changed_password", [6]),
        ("about=case+A-1", [5, 4]),
        ("about=A-1", [5, 4]),
        ("who=bo&about=A-1", [4]),
        ("since=2026-12-02", [6, 5]),
        ("until=2026-12-01", [4, 3, 2, 1]),
        ("since=2026-12-02&until=2026-12-02", [5]),
        ("since=2026-12-09", []),
        ("who=ana&since=2026-12-02", [5]),
        ("who=an", []),
        ("who=%27+OR+1%3D1+--", []),
    ],
)
async def test_the_log_is_searched(
    search: str, found: list[int], desk: Server, watch: Watch
) -> None:
    async with clerk(desk, "manager", "mona") as mona:
        writes(desk, ANA, "looked", "flat x_1")
        writes(desk, BO, "looked", "case A-1")
        watch.passes(timedelta(hours=15))  # past midnight at the centre
        writes(desk, ANA, "looked", "case A-1")
        watch.passes(timedelta(days=1))
        writes(desk, BO, "changed_password", "")
        watch.passes(-timedelta(hours=39))

        assert numbers(await mona.gets(f"/staff/audit?{search}")) == found


@pytest.mark.parametrize(
    "search",
    [
        "since=yesterday",
        "since=2026-13-01",
        "until=9999-12-31",
        "since=0001-01-01",
        "action=none",
        "before=x",
        "format=xml",
    ],
)
async def test_a_search_no_page_makes_is_refused(search: str, server: Server) -> None:
    async with clerk(server, "manager") as mona:
        assert (await mona.gets(f"/staff/audit?{search}")).status == 400


async def test_older_entries_are_a_page_further(desk: Server) -> None:
    async with clerk(desk, "manager", "mona") as mona:
        for _ in range(PAGE + 10):
            writes(desk, ANA, "looked", "case A-1")

        first = await mona.gets("/staff/audit?who=ana")
        older = re.search(r'rel="next" href="([^"]+)"', first.text)
        assert older
        writes(desk, ANA, "looked", "case A-1")
        second = await mona.gets(older.group(1).replace("&amp;", "&"))

        newest = PAGE + 12
        assert numbers(first) == list(range(newest, newest - PAGE, -1))
        assert numbers(second) == list(range(newest - PAGE, 2, -1))
        assert 'rel="next"' not in second.text


async def test_what_is_found_is_exported_and_that_is_kept_too(desk: Server) -> None:
    async with clerk(desk, "manager", "mona") as mona:
        writes(desk, Actor("=cmd", ""), "looked", "case A-1", why="x")
        writes(desk, ANA, "looked", "case A-2")

        as_csv = await mona.gets("/staff/audit?about=A-1&format=csv")
        as_json = await mona.gets("/staff/audit?about=A-1&format=json")

        rows = list(csv.DictReader(io.StringIO(as_csv.text.removeprefix("\ufeff"))))
        assert [(row["id"], row["who"], row["details"]) for row in rows] == [
            ("3", "'=cmd", '{"why":"x"}')
        ]
        assert [row["about"] for row in msgspec.json.decode(as_json.text)] == ["case A-1"]
        said = ['{"format":"json","rows":1}', '{"format":"csv","rows":1}']
        assert [entry.details for entry in mona.entries("exported")] == said


async def test_the_check_says_whether_the_log_is_sound(desk: Server) -> None:
    async with clerk(desk, "manager", "mona") as mona:
        writes(desk, ANA, "looked", "case A-1")
        sound = await mona.sends("/staff/audit/check", "/staff/audit")
        with desk.app.database.engine.begin() as tx:
            tx.execute(text("DROP TRIGGER audit_no_update"))
            tx.execute(text("UPDATE audit SET who = 'bo' WHERE id = 3"))
        spoiled = await mona.sends("/staff/audit/check", "/staff/audit")

        assert "The log is sound" in sound.words
        assert "The log is not sound" in spoiled.words
        assert " 3 " in spoiled.words
        said = ['{"unsound":1}', '{"unsound":0}']
        assert [entry.details for entry in mona.entries("checked_log")] == said

"""Staff and the audit log from the command line."""

import re
from pathlib import Path

import pytest
from sqlalchemy import text

from bot.store.database import Database
from tests.cli.program import run
from tests.web.server import Server
from tests.web.staff.clerks import at_browser

pytestmark = pytest.mark.process

LINK = re.compile(r"^http://127\.0\.0\.1:\d+/staff/welcome\?t=([\w-]{43})$", re.MULTILINE)


async def test_who_is_added_on_the_command_line_begins_in_the_browser(tmp_path: Path) -> None:
    with Server(tmp_path) as server:
        added = run(tmp_path, "staff", "add", "Maria", "--role", "admin", "--language", "zh_Hans")
        token = LINK.findall(added.told)
        async with at_browser(server, "maria") as maria:
            await maria.begins(token[0])
            page = await maria.gets("/staff/audit")
        listed = run(tmp_path, "staff", "list")

        assert (added.code, added.complained) == (0, "")
        assert added.told.startswith("maria begins here, once, within 72 hours:\n")
        assert 'lang="zh-Hans"' in page.text
        assert "staff maria" in page.words
        assert listed.told == "maria  admin  zh_Hans  active\n"


def test_an_account_is_closed_and_opened_again(tmp_path: Path) -> None:
    run(tmp_path, "staff", "add", "maria", "--role", "editor")

    closed = run(tmp_path, "staff", "close", "maria")
    again = run(tmp_path, "staff", "close", "maria")
    no_link = run(tmp_path, "staff", "link", "maria")
    reopened = run(tmp_path, "staff", "reopen", "maria")
    link = run(tmp_path, "staff", "link", "maria")

    assert (closed.code, closed.told) == (0, "maria is closed\n")
    assert (again.code, no_link.code) == (1, 1)
    assert again.complained.startswith("maria: there is nobody")
    assert no_link.complained == "there is no account maria, or it is closed\n"
    assert (reopened.code, reopened.told) == (0, "maria is open again\n")
    assert LINK.findall(link.told)


async def test_the_last_admin_is_not_closed(tmp_path: Path) -> None:
    with Server(tmp_path) as server:
        token = LINK.findall(run(tmp_path, "staff", "add", "maria", "--role", "admin").told)
        async with at_browser(server, "maria") as maria:
            await maria.begins(token[0])

        ended = run(tmp_path, "staff", "close", "maria")

        assert (ended.code, ended.told) == (1, "")
        assert "maria is the last admin" in ended.complained


def test_what_is_missing_is_asked_for(tmp_path: Path) -> None:
    run(tmp_path, "staff", "add", "maria", "--role", "editor")

    nameless = run(tmp_path, "staff", "add", "M!", "--role", "editor")
    roleless = run(tmp_path, "staff", "add", "bo")
    twice = run(tmp_path, "staff", "add", "maria", "--role", "editor")
    foreign = run(tmp_path, "staff", "add", "bo", "--role", "owner")

    assert (nameless.code, roleless.code, twice.code, foreign.code) == (2, 2, 1, 2)
    assert nameless.complained.startswith("a name has 2 to 32")
    assert roleless.complained == "somebody who is added needs a --role\n"
    assert twice.complained == "there is somebody called maria already\n"


def test_the_audit_log_is_checked(tmp_path: Path) -> None:
    empty = run(tmp_path, "audit")
    for name in ("maria", "bo"):
        run(tmp_path, "staff", "add", name, "--role", "editor", "--by", "Operator")
    sound = run(tmp_path, "audit")
    database = Database(f"sqlite:///{tmp_path / 'data' / 'talent-bot.db'}")
    with database.engine.begin() as tx:
        assert tx.execute(text("SELECT who, role FROM audit WHERE id = 1")).one() == (
            "Operator",
            "command line",
        )
        tx.execute(text("DROP TRIGGER audit_no_update"))
        tx.execute(text("UPDATE audit SET who = 'Nobody' WHERE id = 2"))
    database.close()
    spoiled = run(tmp_path, "audit")

    assert (empty.code, empty.told) == (0, "the audit log is sound\n")
    assert sound.code == 0
    assert re.fullmatch(r"the audit log is sound, the last one is 2 of .* UTC\n", sound.told)
    assert spoiled.code == 1
    assert spoiled.told == "2: this entry, or the one before it, was changed or deleted\n"

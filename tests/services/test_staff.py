"""Accounts of staff on both databases: links, locks, the last admin."""

import asyncio
from datetime import timedelta

import pyotp
import pytest

from bot.app import App
from bot.services.audit import Actor
from bot.services.became import Became
from bot.services.credentials import (
    check_password,
    hash_password,
    problem_of_password,
    step_of_code,
    tidy_name,
)
from bot.services.staff import FIRST_LINK_LASTS, LINK_LASTS, LOCKED_FOR, MOST_FAILURES, ROLES
from bot.store.audit import Wanted, entries
from bot.store.database import Transaction
from bot.store.staff import Person, find_person
from tests.runner.lodge import Watch
from tests.store.clerks import SECRET

CHIEF = Actor("chief", "admin")
HASH = hash_password("a kettle sings at four")


def begins(app: App, token: str, now: timedelta = timedelta()) -> str | None:
    """Use a link."""
    at = app.now() + now
    return app.database.transact(lambda tx: app.staff.begin(tx, token, HASH, SECRET, 1, at))


def invited(app: App, name: str, role: str = "reviewer") -> str:
    invite = app.staff.invite
    token = app.database.transact(lambda tx: invite(tx, name, role, "en", CHIEF, app.now()))
    assert token is not None
    return token


def joined(app: App, name: str, role: str = "reviewer") -> Person:
    """Somebody who has begun."""
    assert begins(app, invited(app, name, role))
    return person(app, name)


def person(app: App, name: str) -> Person:
    found = app.database.look(lambda tx: find_person(tx, name))
    assert found is not None
    return found


def actions(app: App) -> list[str]:
    """What the audit log holds, in order."""
    return [one.action for one in app.database.look(lambda tx: entries(tx, Wanted(), 99))][::-1]


# links


def test_the_first_link_is_given_until_an_admin_can_sign_in(app: App) -> None:
    first, transact = app.staff.first_link, app.database.transact
    before = [transact(lambda tx: first(tx, "admin", "en", app.now())) for _ in range(2)]
    assert before[0]
    assert before[1]

    void, good = (begins(app, token) for token in before if token)

    assert void is None
    assert good
    assert transact(lambda tx: first(tx, "admin", "en", app.now())) is None
    assert person(app, "admin").role == "admin"
    assert actions(app) == ["first_link", "first_link", "began"]


def test_the_first_link_is_good_for_a_day(app: App) -> None:
    token = app.database.transact(lambda tx: app.staff.first_link(tx, "admin", "en", app.now()))

    assert token
    assert begins(app, token, FIRST_LINK_LASTS) is None


def test_the_first_link_makes_an_admin_of_whoever_has_the_name(app: App) -> None:
    joined(app, "admin", "editor")
    app.database.transact(lambda tx: app.staff.close(tx, "admin", CHIEF, app.now()))

    token = app.database.transact(lambda tx: app.staff.first_link(tx, "admin", "en", app.now()))

    assert token
    assert begins(app, token)
    assert (person(app, "admin").role, person(app, "admin").closed_at) == ("admin", None)


async def test_two_who_use_a_link_at_once_do_not_both_begin(app: App) -> None:
    token = invited(app, "ana")

    both = await asyncio.gather(*(asyncio.to_thread(begins, app, token) for _ in range(2)))

    assert sorted(session is None for session in both) == [False, True]


def test_a_link_ends_with_its_time(app: App) -> None:
    token = invited(app, "ana")

    assert begins(app, token, LINK_LASTS) is None
    assert begins(app, token, LINK_LASTS - timedelta(seconds=1))


# the lock


def fails(app: App, one: Person) -> None:
    app.database.transact(lambda tx: app.staff.failed(tx, one, app.now()))


def test_a_lock_ends_by_itself_and_counting_begins_anew(app: App, watch: Watch) -> None:
    ana = joined(app, "ana")

    for _ in range(MOST_FAILURES):
        fails(app, ana)
    locked = person(app, "ana")
    watch.passes(LOCKED_FOR)
    for _ in range(MOST_FAILURES - 1):
        fails(app, ana)

    assert locked.locked_until == watch.now()
    assert person(app, "ana").failures == MOST_FAILURES - 1
    assert actions(app).count("locked") == 1


# the last admin


@pytest.mark.parametrize("change", ["close", "role"])
async def test_admins_who_shut_each_other_out_at_once_leave_one(change: str, app: App) -> None:
    for name in ("ada", "bob"):
        joined(app, name, "admin")

    def shut_out(tx: Transaction, name: str) -> Became:
        if change == "close":
            return app.staff.close(tx, name, CHIEF, app.now())
        return app.staff.change_role(tx, name, "admin", "editor", CHIEF, app.now())

    def run(name: str) -> Became:
        return app.database.transact(lambda tx: shut_out(tx, name))

    came = await asyncio.gather(*(asyncio.to_thread(run, name) for name in ("ada", "bob")))

    assert set(came) == {Became.DONE, Became.LAST_ADMIN}


def test_an_admin_who_never_began_counts_for_none(app: App) -> None:
    joined(app, "ada", "admin")
    invited(app, "bob", "admin")

    close = app.staff.close
    assert app.database.transact(lambda tx: close(tx, "ada", CHIEF, app.now())) is Became.LAST_ADMIN
    assert app.database.transact(lambda tx: close(tx, "bob", CHIEF, app.now())) is Became.DONE


# credentials


@pytest.mark.parametrize(
    ("typed", "name"),
    [
        (" Ana ", "ana"),
        ("li.na-2", "li.na-2"),
        ("a", ""),
        ("2b", ""),
        ("ana\n", "ana"),
        ("a\0b", ""),
        ("ana b", ""),
        ("\ud800", ""),
        ("x" * 33, ""),
    ],
)
def test_a_name_is_tidied_or_is_none(typed: str, name: str) -> None:
    assert tidy_name(typed) == name


def test_a_password_is_right_for_its_owner_alone(app: App) -> None:
    ana = joined(app, "ana")
    invited(app, "bo")

    assert check_password(ana, "a kettle sings at four")
    assert not check_password(ana, "a kettle sings at five")
    assert not check_password(person(app, "bo"), "nobody's password")
    assert not check_password(None, "nobody's password")


@pytest.mark.parametrize(
    ("password", "problem"),
    [
        ("elevenchars", "short"),
        ("twelve chars", ""),
        ("四" * 12, ""),
        ("p" * 129, "long"),
        ("Marias secret", "name"),
    ],
)
def test_a_password_has_to_be_long_and_no_name(password: str, problem: str) -> None:
    assert problem_of_password(password, "maria") == problem


def test_a_short_name_may_stand_in_a_password() -> None:
    assert problem_of_password("a linen curtain", "li") == ""


def test_a_code_is_good_before_and_after_its_time_for_one_step(watch: Watch) -> None:
    at = watch.now()
    present = int(at.timestamp()) // 30
    codes = {n: _code(SECRET, present + n) for n in range(-2, 3)}

    steps = {n: step_of_code(SECRET, code, at) for n, code in codes.items()}

    assert steps == {-2: None, -1: present - 1, 0: present, 1: present + 1, 2: None}


def _code(secret: str, step: int) -> str:
    return pyotp.TOTP(secret).generate_otp(step)


def test_every_role_may_look_at_its_own_account() -> None:
    assert [role for role, may in ROLES.items() if "account" not in may] == []

"""What staff do with their accounts in a year, and what is read of the audit log."""

from datetime import timedelta

import pyotp

from bot.app import App
from bot.services.audit import Actor
from bot.services.became import Became
from bot.services.staff import LONGEST, MOST_FAILURES, Signed
from bot.store.audit import Wanted, entries, last_done
from bot.store.staff import find_person, list_people, touch_session
from tests.runner.lodge import Watch

SECRET = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP"
CHIEF = Actor("chief", "admin")


def clerks_come(app: App, watch: Watch) -> None:
    """They begin by a link, sign in, mistype, change, and are shut out; the log is read."""
    staff, transact, look = app.staff, app.database.transact, app.database.look
    first = transact(lambda tx: staff.first_link(tx, "chief", "en", watch.now()))
    link = transact(lambda tx: staff.invite(tx, "lou", "admin", "en", CHIEF, watch.now()))
    assert first
    assert link
    _begins(app, watch, first)
    _begins(app, watch, link)
    watch.passes(timedelta(minutes=2))
    signed = _signs_in(app, watch, "lou")
    transact(lambda tx: touch_session(tx, signed.token, watch.now()))
    change = staff.change_password
    assert not transact(lambda tx: change(tx, signed, "new", "0", watch.now()))
    assert transact(lambda tx: change(tx, signed, "new", _code(watch), watch.now()))
    transact(lambda tx: staff.end_others(tx, signed, watch.now()))
    _is_managed(app, watch)
    _is_read(app, watch)
    assert look(lambda tx: last_done(tx, "lou", ("signed_in",)))
    assert look(app.audit.unsound) == []


def _begins(app: App, watch: Watch, link: str) -> None:
    begin = app.staff.begin
    assert app.database.transact(lambda tx: begin(tx, link, "hash", SECRET, 1, watch.now()))


def _signs_in(app: App, watch: Watch, name: str) -> Signed:
    staff, transact, look = app.staff, app.database.transact, app.database.look
    person = look(lambda tx: find_person(tx, name))
    assert person is not None
    half = transact(lambda tx: staff.open_half(tx, person, watch.now()))
    found = look(lambda tx: staff.signed(tx, half, watch.now()))
    assert found is not None
    token = transact(lambda tx: staff.open_whole(tx, found[0], _code(watch), watch.now()))
    assert token is not None
    whole = look(lambda tx: staff.signed(tx, token, watch.now()))
    assert whole is not None
    watch.passes(timedelta(minutes=2))
    return whole[0]


def _code(watch: Watch) -> str:
    return pyotp.TOTP(SECRET).at(watch.now())


def _is_managed(app: App, watch: Watch) -> None:
    staff, transact, look = app.staff, app.database.transact, app.database.look
    person = look(list_people)[-1]
    for _ in range(MOST_FAILURES):
        transact(lambda tx: staff.failed(tx, person, watch.now()))
    done = [
        transact(lambda tx: staff.unlock(tx, "lou", CHIEF, watch.now())),
        transact(lambda tx: staff.change_role(tx, "lou", "admin", "editor", CHIEF, watch.now())),
        transact(lambda tx: staff.close(tx, "lou", CHIEF, watch.now())),
        transact(lambda tx: staff.reopen(tx, "lou", CHIEF, watch.now())),
    ]
    assert done == [Became.DONE] * len(done)
    assert transact(lambda tx: staff.new_link(tx, "lou", CHIEF, watch.now()))


def _is_read(app: App, watch: Watch) -> None:
    searches = (
        Wanted(),
        Wanted(who="lou"),
        Wanted(action="locked"),
        Wanted(about="lou"),
        Wanted(since=watch.now() - LONGEST, until=watch.now()),
    )
    assert app.database.look(lambda tx: [entries(tx, wanted, 50) for wanted in searches])

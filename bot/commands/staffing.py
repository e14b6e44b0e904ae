"""Who may use the console, from the command line; and whether the audit log is sound."""

import argparse
import sys

from bot.app import App, now, opened
from bot.services.audit import Actor
from bot.services.became import Became
from bot.services.credentials import tidy_name
from bot.services.staff import LINK_LASTS
from bot.settings import Settings
from bot.store.audit import Wanted, entries
from bot.store.staff import list_people
from bot.web.staff.people import state_of

TYPED = "command line"
"""The role that the audit log gives to who types commands."""
LONGEST_BY = 64
SAYS: dict[Became, str] = {
    Became.CHANGED: "{name}: there is nobody of that name to whom this can be done",
    Became.LAST_ADMIN: "{name} is the last admin who can sign in: first make somebody else one",
}


def staff(settings: Settings, typed: argparse.Namespace) -> int:
    """List who may use the console; add, close or reopen an account, or give a new link."""
    name = tidy_name(typed.name)
    if typed.what != "list" and not name:
        print("a name has 2 to 32 of a-z, 0-9, '.', '_', '-', a letter first", file=sys.stderr)
        return 2
    if typed.what == "add" and not typed.role:
        print("somebody who is added needs a --role", file=sys.stderr)
        return 2
    by = Actor(typed.by[:LONGEST_BY], TYPED)
    with opened(settings) as app:
        match typed.what:
            case "list":
                return _list(app)
            case "add":
                return _add(app, name, typed.role, typed.language, by)
            case "link":
                return _new_link(app, name, by)
            case _:
                return _shut(app, name, by, is_closed=typed.what == "close")


def _list(app: App) -> int:
    for one in app.database.look(list_people):
        print(f"{one.name}  {one.role}  {one.language}  {state_of(one, now())}")
    return 0


def _add(app: App, name: str, role: str, language: str, by: Actor) -> int:
    token = app.database.transact(lambda tx: app.staff.invite(tx, name, role, language, by, now()))
    if token is None:
        print(f"there is somebody called {name} already", file=sys.stderr)
        return 1
    return _show_link(app, name, token)


def _new_link(app: App, name: str, by: Actor) -> int:
    token = app.database.transact(lambda tx: app.staff.new_link(tx, name, by, now()))
    if token is None:
        print(f"there is no account {name}, or it is closed", file=sys.stderr)
        return 1
    return _show_link(app, name, token)


def _show_link(app: App, name: str, token: str) -> int:
    hours = int(LINK_LASTS.total_seconds()) // 3600
    print(f"{name} begins here, once, within {hours} hours:")
    print(f"{app.settings.public_url}/staff/welcome?t={token}")
    return 0


def _shut(app: App, name: str, by: Actor, *, is_closed: bool) -> int:
    change = app.staff.close if is_closed else app.staff.reopen
    came = app.database.transact(lambda tx: change(tx, name, by, now()))
    if came is not Became.DONE:
        print(SAYS[came].format(name=name), file=sys.stderr)
        return 1
    print(f"{name} is {'closed' if is_closed else 'open again'}")
    return 0


def audit(settings: Settings, typed: argparse.Namespace) -> int:
    """Read the whole audit log; print the entries that were changed, and end with 1 if any."""
    with opened(settings) as app:
        unsound = app.database.look(app.audit.unsound)
        newest = app.database.look(lambda tx: entries(tx, Wanted(), 1))
    for number in unsound:
        print(f"{number}: this entry, or the one before it, was changed or deleted")
    if unsound:
        return 1
    last = (
        f", the last one is {newest[0].id} of {newest[0].at:%Y-%m-%d %H:%M} UTC" if newest else ""
    )
    print(f"the audit log is sound{last}")
    return 0

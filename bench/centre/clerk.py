"""A manager at their browser: begins by a link with password and code, finds what is there."""

import re
from collections.abc import Mapping
from datetime import UTC, date, datetime, timedelta
from urllib.parse import quote_plus

import msgspec
import pyotp
from aiohttp import ClientSession
from sqlalchemy import text

from bench.centre.books import BENCH, CLERKS
from bench.centre.fill import count
from bench.centre.plays import FLOW
from bot.app import App
from bot.engine.model import Answer
from bot.store.database import Transaction
from bot.store.tables import audit, cases, deposits, flats
from bot.web.staff.lists import PAGE

PASSWORD = "a ladder leans on the plum tree"


class Refused(Exception):
    """The console did not let the manager in."""


def invite(app: App, now: datetime) -> str:
    """Make a new manager; the token of the one-time link by which they begin."""
    name = f"bench-{now.timestamp():.0f}"
    token = app.database.transact(
        lambda tx: app.staff.invite(tx, name, "manager", "en", BENCH, now)
    )
    if token is None:
        raise Refused("there is somebody of this name")
    return token


async def sign_in(session: ClientSession, token: str) -> None:
    """Begin by the link with a password and an authenticator: this browser is the manager's."""
    async with session.get("/staff/welcome", params={"t": token}) as page:
        text = await page.text()
    sealed = re.search(r'name="sealed" value="([^"]+)"', text)
    secret = re.search(r"<code>([A-Z2-7]+)</code>", text)
    if sealed is None or secret is None:
        raise Refused("the link is not good")
    form = {"t": token, "sealed": sealed[1], "password": PASSWORD, "again": PASSWORD}
    form["code"] = pyotp.TOTP(secret[1]).now()
    async with session.post("/staff/welcome", data=form) as page:
        if page.status != 200 or page.url.path != "/staff":
            raise Refused("password or code was not taken")


def facts(app: App) -> Mapping[str, str]:
    """What stands in the addresses, found in the database; ready to be put there."""
    found = app.database.look(lambda tx: {**_pages(tx), **_case(app, tx), **_money(tx)})
    today = datetime.now(UTC).date()
    days = {"day": today.isoformat(), "month_ago": (today - timedelta(days=30)).isoformat()}
    everything = {**found, **days, "clerk": CLERKS[2], "flow": FLOW}
    return {name: quote_plus(fact) for name, fact in everything.items()}


def _pages(tx: Transaction) -> dict[str, str]:
    """The number of each list's last page, and an entry in the middle of the log."""
    lists = {"cases": cases, "deposits": deposits, "flats": flats}
    last = {
        f"last_of_{name}": str(max(1, -(-count(tx, table) // PAGE)))
        for name, table in lists.items()
    }
    return {**last, "middle_of_audit": str(count(tx, audit) // 2)}


def _case(app: App, tx: Transaction) -> dict[str, str]:
    """A case that waits for staff, with its papers."""
    some = text(
        "SELECT reference, answers, documents.id FROM cases"
        " JOIN documents ON case_reference = reference"
        " WHERE state = 'submitted' AND cases.language = 'en' ORDER BY cases.id LIMIT 1"
    )
    reference, sealed, paper = tx.execute(some).one()
    plain = app.sealer.open(bytes(sealed), f"case:{reference}")
    answers = msgspec.json.decode(plain, type=dict[str, Answer])
    name = answers["full_name"].value["text"]
    return {
        "case": reference,
        "paper": paper,
        "name": name,
        "family_name": name.split()[-1],
        "phone": answers["phone"].value["text"],
        "email": answers["email"].value["text"],
    }


def _money(tx: Transaction) -> dict[str, str]:
    """A deposit whose receipt waits for staff with its flat, and a day on which one was paid."""
    some = text(
        "SELECT deposits.reference, flats.id, unit_types.id, unit_types.building_id FROM deposits"
        " JOIN holds ON holds.id = hold_id JOIN flats ON flats.id = flat_id"
        " JOIN unit_types ON unit_types.id = unit_type_id"
        " WHERE deposits.state = 'reported' ORDER BY deposits.id LIMIT 1"
    )
    deposit, flat, unit_type, building = tx.execute(some).one()
    paid = tx.execute(text("SELECT at FROM ledger ORDER BY at DESC LIMIT 1")).scalar_one()
    return {
        "deposit": deposit,
        "flat": flat,
        "unit_type": unit_type,
        "building": building,
        "paid_on": date.fromtimestamp(paid / 1_000_000).isoformat(),
    }

"""What belongs to no single contact: stock, staff, the audit log, the funnel."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import date, datetime, timedelta
from random import Random

from sqlalchemy import select, update

from bench.centre.fill import Row, fill, moment
from bench.centre.people import CHANNELS
from bot.app import App
from bot.content.stock import UnitType
from bot.engine.flow import Flow
from bot.services.audit import PURPOSE, Actor
from bot.services.deposits import amount_fen
from bot.store import stock
from bot.store.audit import FIRST, chained
from bot.store.database import Transaction
from bot.store.seal import Sealer
from bot.store.tables import audit, flats, funnel

FLATS, ON_A_FLOOR = 400, 16
"""Flats of each type of each building."""
CLERKS = tuple(f"clerk{n}" for n in range(1, 9))
"""Those who review cases."""
OTHERS = {"manager1": "manager", "manager2": "manager", "editor1": "editor", "admin": "admin"}
BENCH = Actor("bench", "")
LOGGED_DAYS, FUNNEL_DAYS = 120, 90
BEGIN = (8, 24)
"""People a day who begin a flow by one channel in one language: at least, and below."""
STAY = (90, 100)
"""Of a hundred people at a step, how many come to the next: at least, and below."""
ACTIONS = ("looked",) * 14 + ("assign",) * 2 + ("note", "approve", "refuse", "ask_again")


def enter_flats(app: App) -> Mapping[str, int]:
    """Enter many flats of each type; the deposit of each, in fen."""
    kinds = [(one.id, kind) for one in app.content.stock for kind in one.unit_types]

    def work(tx: Transaction) -> Mapping[str, int]:
        names = "id unit_type_id number floor available_from offered"
        fill(tx, flats, names, (row for each in kinds for row in _flats(*each)))
        # None counts as just become free: the clock would offer it to all who wait.
        tx.execute(update(flats).values(free_since=None))
        return {flat.id: amount_fen(flat) for flat, _ in stock.all_flats(tx)}

    return app.database.transact(work)


def _flats(building: str, kind: UnitType) -> Iterator[Row]:
    first = kind.flats[0].available_from.isoformat()
    for n in range(FLATS):
        name = f"{building[:8]}_{kind.id}_{n}"
        yield name, kind.id, f"{n:04}", n // ON_A_FLOOR + 1, first, True


def hire(app: App, now: datetime) -> None:
    """Add everybody who works at the centre. Nobody of them can sign in yet."""
    roles = {**dict.fromkeys(CLERKS, "reviewer"), **OTHERS}

    def work(tx: Transaction) -> None:
        for name, role in roles.items():
            app.staff.invite(tx, name, role, "zh_Hans" if name < "clerk4" else "en", BENCH, now)

    app.database.transact(work)


def log(
    tx: Transaction, sealer: Sealer, cases: Sequence[str], entries: int, now: datetime, draw: Random
) -> None:
    """Go on with the audit log, chained as it chains itself, through the last months to now."""
    last = tx.execute(select(audit.c.seal).order_by(audit.c.id.desc()).limit(1)).scalar()
    fill(
        tx,
        audit,
        "at who role action about details seal",
        _entries(sealer, bytes(last or FIRST), cases, entries, now, draw),
    )


def _entries(
    sealer: Sealer, before: bytes, cases: Sequence[str], entries: int, now: datetime, draw: Random
) -> Iterator[Row]:
    start, pace = now - timedelta(days=LOGGED_DAYS), timedelta(days=LOGGED_DAYS) / entries
    for n in range(entries):
        at, case = start + pace * n, f"case {draw.choice(cases)}"
        words = (draw.choice(CLERKS), "reviewer", draw.choice(ACTIONS), case, "")
        before = sealer.digests(PURPOSE, chained(before, (at, *words)))[0]
        yield moment(at), *words, before


def count_steps(
    tx: Transaction, flow: Flow, languages: Sequence[str], today: date, draw: Random
) -> None:
    """Count who reached which step of a flow in the last months: fewer at each."""
    names = "flow day step channel language reached"
    fill(tx, funnel, names, _passages(flow, languages, today, draw))


def _passages(flow: Flow, languages: Sequence[str], today: date, draw: Random) -> Iterator[Row]:
    for back in range(FUNNEL_DAYS):
        day = (today - timedelta(days=back)).isoformat()
        for channel, _ in CHANNELS:
            for language in languages:
                people = draw.randrange(*BEGIN)
                for step in ("start", *flow.by_id):
                    yield flow.name, day, step, channel, language, people
                    people = people * draw.randrange(*STAY) // 100 or 1

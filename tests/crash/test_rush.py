"""Two hundred people want one of forty flats, while the program is killed again and again."""

import asyncio
import contextlib
import random
from collections import Counter
from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import aiohttp
import pytest
from sqlalchemy import text

from bot.services.audit import AuditLog
from bot.store.database import Database
from tests.crash.driver import Server
from tests.crash.keeper import Program
from tests.crash.manager import Manager
from tests.crash.platforms import MODULE, SEALER
from tests.crash.rush import DEPOSIT, Applicant, Killer, crowd, make_lodge
from tests.crash.stage import Fresh
from tests.runner.lodge import KEY
from tests.waiting import until, until_at_rest

PEOPLE, ROOMS = 200, 40
PAY, GIVE_UP = 25, 10
"""Of those who hold a room, how many pay, and how many withdraw; the others wait."""
KILLS = 12
SEED = 7
REQUESTS = 3000
"""About as many as a run has: kills are spread over them."""
RENT_FEN = 30_000
"""The deposit is a month's rent of the alcove."""


@dataclass(frozen=True, slots=True)
class Run:
    """One program in its lives, its database, and the people around it."""

    program: Program
    database: Database
    manager: Manager
    people: Sequence[Applicant]

    def rows(self, statement: str) -> list[tuple[object, ...]]:
        """What a statement finds."""
        return self.database.look(lambda tx: [tuple(row) for row in tx.execute(text(statement))])


@pytest.mark.crash
async def test_a_rush_with_kills_leaves_sound_books(databases: Fresh, tmp_path: Path) -> None:
    home = make_lodge(tmp_path, ROOMS)
    with databases.database() as database:
        async with lives(database, home, tmp_path) as run:
            await goes_on(run)
            await until_at_rest(database)
        assert run.program.lives > KILLS // 2
        balances(run)


@contextlib.asynccontextmanager
async def lives(database: Database, home: Path, folder: Path) -> AsyncIterator[Run]:
    """The program over all its lives, and everybody who uses it."""
    environment = {
        "BOT_HOME": str(home),
        "BOT_DATA_DIR": str(folder / "data"),
        "BOT_DATABASE_URL": database.url,
        "BOT_SECRET_KEY": KEY,
        "BOT_HOST": "127.0.0.1",
        "BOT_PORT": "0",
    }
    moments = set(random.Random(SEED).sample(range(20, REQUESTS), KILLS))
    jar = aiohttp.CookieJar(unsafe=True)
    async with Server.open(MODULE) as server, aiohttp.ClientSession(cookie_jar=jar) as session:
        program = Program(server, folder)
        killer = Killer(program, moments)
        manager = Manager(program, killer, session, database)
        async with program.alive(environment), crowd(program, killer, PEOPLE, SEED) as people:
            yield Run(program, database, manager, people)


async def goes_on(run: Run) -> None:
    """Everybody applies, is approved and chooses; some pay, some withdraw, others are offered."""
    await run.manager.begins()
    references = await asyncio.gather(*(one.applies() for one in run.people))
    for reference in references:
        await run.manager.approves(reference)
    chosen = await asyncio.gather(*(one.chooses() for one in run.people))
    holders = [one for one, came in zip(run.people, chosen, strict=True) if came == "held"]
    assert len(holders) == ROOMS
    places = sorted(int(came) for came in chosen if came != "held")
    assert places == list(range(1, PEOPLE - ROOMS + 1))
    payers, quitters = holders[:PAY], holders[PAY : PAY + GIVE_UP]
    await asyncio.gather(*(one.pays() for one in payers), *(one.gives_up() for one in quitters))
    for one in payers:
        await run.manager.confirms(one.said(DEPOSIT))
    await until(lambda: offered(run) == GIVE_UP)


def offered(run: Run) -> int:
    return len(run.rows("SELECT 1 FROM holds WHERE state = 'offered'"))


def balances(run: Run) -> None:
    """The books at the end: flats, list, money, cases, log."""
    taken = run.rows(
        "SELECT flat_id, count(*) FROM holds WHERE state IN ('offered', 'held', 'let')"
        " GROUP BY flat_id"
    )
    assert [count for _, count in taken] == [1] * ROOMS
    states = Counter(state for (state,) in run.rows("SELECT state FROM holds"))
    rest = ROOMS - PAY - GIVE_UP
    assert states == {"let": PAY, "held": rest, "released": GIVE_UP, "offered": GIVE_UP}
    waiters = run.rows("SELECT contact_id, state FROM waiting_list ORDER BY id")
    assert len(waiters) == len({contact for contact, _ in waiters}) == PEOPLE - ROOMS
    served = [state != "waiting" for _, state in waiters]
    assert served == [True] * GIVE_UP + [False] * (PEOPLE - ROOMS - GIVE_UP)
    of_offers = run.rows("SELECT contact_id FROM holds WHERE state = 'offered'")
    assert {one for (one,) in of_offers} == {contact for contact, _ in waiters[:GIVE_UP]}
    assert Counter(run.rows("SELECT state FROM deposits")) == {
        ("confirmed",): PAY,
        ("ordered",): rest,
        ("cancelled",): GIVE_UP,
    }
    money = run.rows("SELECT sum(amount_fen) FROM ledger")
    assert [int(str(fen)) for (fen,) in money] == [PAY * RENT_FEN]
    confirmed = run.rows("SELECT reference FROM ledger WHERE kind = 'confirmed'")
    assert len(confirmed) == len(set(confirmed)) == PAY
    assert Counter(run.rows("SELECT state FROM cases")) == {
        ("approved",): PEOPLE - GIVE_UP,
        ("withdrawn",): GIVE_UP,
    }
    assert run.database.look(AuditLog(SEALER).unsound) == []

"""Two hundred people want one of forty flats, while the program is killed again and again."""

import asyncio
import contextlib
import sys
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
from tests.waiting import until_at_rest

PEOPLE, ROOMS = 200, 40
PAY, GIVE_UP, DECLINE = 25, 10, 2
"""Of those who hold a room, how many pay, and how many withdraw; of those who are offered what
becomes free, how many leave it to the next."""
HOLD = ROOMS - PAY - GIVE_UP
"""How many hold their room and neither pay nor withdraw."""
SERVED = GIVE_UP + DECLINE
"""How many of the waiting list are offered a room."""
KILLS = {"apply": 3, "approve": 2, "choose": 4, "pay": 3, "settle": 3}
"""Kills in each part of the rush."""
SEED = 7
RENT_FEN = 30_000
"""The deposit is a month's rent of the alcove."""


@dataclass(frozen=True, slots=True)
class Run:
    """One program in its lives, its database, and the people around it."""

    program: Program
    killer: Killer
    database: Database
    manager: Manager
    people: Sequence[Applicant]

    def rows(self, statement: str) -> list[tuple[object, ...]]:
        """What a statement finds."""
        return self.database.look(lambda tx: [tuple(row) for row in tx.execute(text(statement))])


@dataclass(frozen=True, slots=True)
class Fates:
    """What became of the people; `queue` is in the order of the places they were told."""

    payers: Sequence[Applicant]
    quitters: Sequence[Applicant]
    holders: Sequence[Applicant]
    queue: Sequence[Applicant]

    @property
    def decliners(self) -> Sequence[Applicant]:
        """Who of the waiting list leave what they are offered to the next."""
        return self.queue[:DECLINE]

    @property
    def takers(self) -> Sequence[Applicant]:
        """Who of the waiting list take what they are offered."""
        return self.queue[DECLINE:SERVED]


@pytest.mark.crash
async def test_a_rush_with_kills_leaves_sound_books(
    databases: Fresh, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    home = make_lodge(tmp_path, ROOMS)
    with databases.database() as database:
        async with lives(database, home, tmp_path) as run:
            fates = await goes_on(run)
            await everybody_is_answered(fates)
            await until_at_rest(database)

        killer = run.killer
        assert killer.kills == run.program.lives - 1 == sum(KILLS.values())
        flats_and_list_are_true(run, fates)
        money_is_whole(run, fates)
        nothing_was_done_twice(run)
    with capsys.disabled():
        sys.stdout.write(f"\n{killer.answers} requests, {killer.kills} kills\n")


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
    jar = aiohttp.CookieJar(unsafe=True)
    async with Server.open(MODULE) as server, aiohttp.ClientSession(cookie_jar=jar) as session:
        program = Program(server, folder)
        killer = Killer(program, SEED)
        manager = Manager(program, killer, session, database)
        async with program.alive(environment), crowd(program, killer, PEOPLE, SEED) as people:
            yield Run(program, killer, database, manager, people)


async def goes_on(run: Run) -> Fates:
    """Everybody applies, is approved and chooses; some pay, some withdraw, others are offered."""
    people, manager, killer = run.people, run.manager, run.killer
    await manager.begins()
    killer.aims(KILLS["apply"], 6 * PEOPLE)
    await asyncio.gather(*(one.applies() for one in people))
    killer.aims(KILLS["approve"], 2 * PEOPLE)
    for one in people:
        await manager.approves(one.reference)
    killer.aims(KILLS["choose"], 2 * PEOPLE)
    fates = sorted_out(people, await asyncio.gather(*(one.chooses() for one in people)))
    killer.aims(KILLS["pay"], PAY + 2 * GIVE_UP)
    await asyncio.gather(
        *(one.pays() for one in fates.payers), *(one.gives_up() for one in fates.quitters)
    )
    killer.aims(KILLS["settle"], 2 * PAY)
    await asyncio.gather(
        confirms_all(manager, fates.payers),
        *(one.declines() for one in fates.decliners),
        *(one.takes_up() for one in fates.takers),
    )
    return fates


def sorted_out(people: Sequence[Applicant], held: Sequence[bool]) -> Fates:
    """Who does what from here on."""
    holders = [one for one, has in zip(people, held, strict=True) if has]
    queue = sorted((one for one in people if one.place), key=lambda one: one.place)
    assert len(holders) == ROOMS
    assert [one.place for one in queue] == list(range(1, PEOPLE - ROOMS + 1))
    return Fates(holders[:PAY], holders[PAY : PAY + GIVE_UP], holders[PAY + GIVE_UP :], queue)


async def confirms_all(manager: Manager, payers: Sequence[Applicant]) -> None:
    for one in payers:
        await manager.confirms(one.said(DEPOSIT))


async def everybody_is_answered(fates: Fates) -> None:
    """Each has read what is so, every message once and in order."""
    last = (
        (fates.payers, "is yours."),
        (fates.quitters, "Your request is withdrawn."),
        (fates.holders, "Please pay"),
        (fates.takers, "Please pay"),
        (fates.decliners, "Shall we write when a room is free?"),
        (fates.queue[SERVED:], "You are on the list."),
    )
    for people, words in last:
        await asyncio.gather(*(one.reads(words) for one in people))
        for one in people:
            numbers = [entry["n"] for entry in one.entries if entry["from"] == "bot"]
            assert numbers == list(range(1, len(numbers) + 1))


def flats_and_list_are_true(run: Run, fates: Fates) -> None:
    """One hold for each flat, and the list in the order in which people came."""
    taken = run.rows(
        "SELECT flat_id, count(*) FROM holds WHERE state IN ('offered', 'held', 'let')"
        " GROUP BY flat_id"
    )
    assert [count for _, count in taken] == [1] * ROOMS
    assert Counter(state for (state,) in run.rows("SELECT state FROM holds")) == {
        "let": PAY,
        "held": HOLD + GIVE_UP,
        "released": GIVE_UP,
        "declined": DECLINE,
    }
    listed = run.rows(
        "SELECT cases.reference, waiting_list.state FROM waiting_list"
        " JOIN cases ON cases.contact_id = waiting_list.contact_id ORDER BY waiting_list.id"
    )
    assert [reference for reference, _ in listed] == [one.reference for one in fates.queue]
    states = ["left"] * DECLINE + ["housed"] * GIVE_UP
    waiting = ["waiting"] * (PEOPLE - ROOMS - SERVED)
    assert [state for _, state in listed] == states + waiting
    for place, one in enumerate(fates.queue):
        assert all(one.joining[0] < later.joining[1] for later in fates.queue[place:])


def money_is_whole(run: Run, fates: Fates) -> None:
    """Each deposit a payer was told of is confirmed once, and nothing else is in the books."""
    assert Counter(state for (state,) in run.rows("SELECT state FROM deposits")) == {
        "confirmed": PAY,
        "ordered": HOLD + GIVE_UP,
        "cancelled": GIVE_UP,
    }
    assert Counter(kind for (kind,) in run.rows("SELECT kind FROM ledger")) == {
        "ordered": ROOMS + GIVE_UP,
        "reported": PAY,
        "confirmed": PAY,
        "cancelled": GIVE_UP,
    }
    lines = run.rows("SELECT reference, amount_fen FROM ledger WHERE amount_fen <> 0")
    assert sorted(lines) == sorted((one.said(DEPOSIT), RENT_FEN) for one in fates.payers)


def nothing_was_done_twice(run: Run) -> None:
    """Each case and each turn has come to its end once, and the log has it all."""
    assert Counter(state for (state,) in run.rows("SELECT state FROM cases")) == {
        "approved": PEOPLE - GIVE_UP,
        "withdrawn": GIVE_UP,
    }
    assert run.rows("SELECT id FROM inbox WHERE done_at IS NULL OR failed") == []
    done = run.rows(
        "SELECT action, about FROM audit WHERE details = ''"
        " AND action IN ('case_approve', 'deposit_confirm')"
    )
    assert Counter(action for action, _ in done) == {"case_approve": PEOPLE, "deposit_confirm": PAY}
    assert len(set(done)) == len(done)
    assert run.database.look(AuditLog(SEALER).unsound) == []

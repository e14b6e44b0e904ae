"""Staff who may use the console, and their sessions."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import delete, insert, select, update

from bot.store.database import Transaction
from bot.store.tables import staff, staff_sessions


@dataclass(frozen=True, slots=True)
class Person:
    """A member of staff; `totp` is sealed about `totp:{id}`, `password` an argon2 hash."""

    id: int
    name: str
    role: str
    language: str
    password: str | None
    totp: bytes | None
    totp_step: int
    failures: int
    locked_until: datetime | None
    link_until: datetime | None
    created_at: datetime
    closed_at: datetime | None


@dataclass(frozen=True, slots=True)
class Session:
    """A browser that somebody signed in with; `is_whole` once the second factor was given."""

    token: str
    csrf: str
    is_whole: bool
    opened_at: datetime
    seen_at: datetime


_person: tuple[Any, ...] = (
    staff.c.id,
    staff.c.name,
    staff.c.role,
    staff.c.language,
    staff.c.password,
    staff.c.totp,
    staff.c.totp_step,
    staff.c.failures,
    staff.c.locked_until,
    staff.c.link_until,
    staff.c.created_at,
    staff.c.closed_at,
)
_session = (
    staff_sessions.c.token,
    staff_sessions.c.csrf,
    staff_sessions.c.is_whole,
    staff_sessions.c.opened_at,
    staff_sessions.c.seen_at,
)


def add_person(tx: Transaction, name: str, role: str, language: str, now: datetime) -> int:
    """Add somebody who cannot sign in yet; their id. The name must be free."""
    values = {"name": name, "role": role, "language": language, "created_at": now}
    added = insert(staff).values(values).returning(staff.c.id)
    return int(tx.execute(added).scalar_one())


def find_person(tx: Transaction, name: str) -> Person | None:
    """Somebody by name."""
    row = tx.execute(select(*_person).where(staff.c.name == name)).one_or_none()
    return Person(*row) if row else None


def person_of_link(tx: Transaction, link: str, now: datetime) -> Person | None:
    """Who may begin by a link of this digest."""
    good = staff.c.link == link, staff.c.link_until > now, staff.c.closed_at.is_(None)
    row = tx.execute(select(*_person).where(*good)).one_or_none()
    return Person(*row) if row else None


def list_people(tx: Transaction) -> list[Person]:
    """Everybody, by name."""
    return [Person(*row) for row in tx.execute(select(*_person).order_by(staff.c.name))]


def lock_admins(tx: Transaction) -> list[int]:
    """The ids of the admins who can sign in. Until the transaction ends nobody else changes them:
    two admins who close each other at once would leave none."""
    able = staff.c.role == "admin", staff.c.password.is_not(None), staff.c.closed_at.is_(None)
    found = select(staff.c.id).where(*able).order_by(staff.c.id).with_for_update()
    return list(tx.execute(found).scalars())


def give_link(tx: Transaction, person_id: int, link: str, until: datetime) -> None:
    """Let somebody begin, once and until a moment, by a link of this digest."""
    values = {"link": link, "link_until": until}
    tx.execute(update(staff).where(staff.c.id == person_id).values(values))


def use_link(tx: Transaction, link: str, password: str, totp: bytes, step: int) -> bool:
    """Begin by a link: from now on this password and this sealed secret count; False if used."""
    values = {
        "password": password,
        "totp": totp,
        "totp_step": step,
        "link": None,
        "link_until": None,
        "failures": 0,
        "locked_until": None,
    }
    return tx.execute(update(staff).where(staff.c.link == link).values(values)).rowcount == 1


def use_step(tx: Transaction, person_id: int, step: int) -> bool:
    """Use up a time step of the second factor; False when it or a later one was used before."""
    newer = staff.c.id == person_id, staff.c.totp_step < step
    values = {"totp_step": step, "failures": 0, "locked_until": None}
    return tx.execute(update(staff).where(*newer).values(values)).rowcount == 1


def count_failure(tx: Transaction, person_id: int, most: int, until: datetime) -> bool:
    """Count a wrong password or code; True when that was one too many, and it is locked now."""
    mine = staff.c.id == person_id
    counted = update(staff).where(mine).values(failures=staff.c.failures + 1)
    failures = tx.execute(counted.returning(staff.c.failures)).scalar_one()
    if failures < most:
        return False
    tx.execute(update(staff).where(mine).values(failures=0, locked_until=until))
    return True


def change_person(tx: Transaction, person_id: int, **values: str | datetime | int | None) -> None:
    """Change columns of somebody's account."""
    tx.execute(update(staff).where(staff.c.id == person_id).values(values))


# sessions


def open_session(
    tx: Transaction, person_id: int, token: str, csrf: str, now: datetime, *, is_whole: bool
) -> None:
    """Begin a session by the digest of its token."""
    values = {
        "token": token,
        "staff_id": person_id,
        "csrf": csrf,
        "is_whole": is_whole,
        "opened_at": now,
        "seen_at": now,
    }
    tx.execute(insert(staff_sessions).values(values))


def find_session(tx: Transaction, token: str) -> tuple[Session, Person] | None:
    """A session, and whose it is."""
    found = (
        select(*_session, *_person)
        .join(staff, staff.c.id == staff_sessions.c.staff_id)
        .where(staff_sessions.c.token == token)
    )
    row = tx.execute(found).one_or_none()
    if row is None:
        return None
    return Session(*row[: len(_session)]), Person(*row[len(_session) :])


def touch_session(tx: Transaction, token: str, now: datetime) -> None:
    """Note that a session is in use."""
    mine = staff_sessions.c.token == token
    tx.execute(update(staff_sessions).where(mine).values(seen_at=now))


def end_session(tx: Transaction, token: str) -> None:
    """End one session."""
    tx.execute(delete(staff_sessions).where(staff_sessions.c.token == token))


def end_sessions_of(tx: Transaction, person_id: int, but: str = "") -> int:
    """End every session of somebody, or every other one than `but`; how many there were."""
    theirs = staff_sessions.c.staff_id == person_id, staff_sessions.c.token != but
    return tx.execute(delete(staff_sessions).where(*theirs)).rowcount


def end_half_sessions_of(tx: Transaction, person_id: int) -> None:
    """End the sessions of somebody in which the second factor was not given yet."""
    half = staff_sessions.c.staff_id == person_id, staff_sessions.c.is_whole.is_(False)
    tx.execute(delete(staff_sessions).where(*half))


def drop_sessions(tx: Transaction, opened_before: datetime) -> None:
    """Delete sessions that were opened too long ago to be good."""
    tx.execute(delete(staff_sessions).where(staff_sessions.c.opened_at < opened_before))

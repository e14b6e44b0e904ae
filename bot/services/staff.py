"""Who may do what in the console, and how somebody proves who they are."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import sha256

import pyotp
from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from bot.services.audit import Actor, AuditLog
from bot.store import staff as store
from bot.store.database import Transaction
from bot.store.seal import Sealer

SEES = frozenset({"stock", "overview", "content"})
ROLES: Mapping[str, frozenset[str]] = {
    "reviewer": SEES | {"cases", "decide", "deposits"},
    "editor": SEES | {"edit_stock"},
    "manager": SEES | {"cases", "decide", "deposits", "edit_stock", "settle", "export", "audit"},
    "admin": SEES
    | {"cases", "decide", "deposits", "edit_stock", "settle", "export", "audit", "people"},
}
"""What each role may: see cases and decide them, see deposits and settle them (say whether money
came), see stock and edit it, export what is personal, read the audit log, manage people."""

LINK_LASTS = timedelta(days=3)
"""How long a one-time link is good: over a weekend."""
FIRST_LINK_LASTS = timedelta(hours=24)
IDLE = timedelta(minutes=60)
"""After this without a click a session is over: a clerk's lunch."""
LONGEST = timedelta(hours=12)
"""A session ends with the working day."""
HALF_LASTS = timedelta(minutes=10)
"""How long the second factor may take."""
MOST_FAILURES = 5
LOCKED_FOR = timedelta(minutes=15)
"""Five tries and a pause of a quarter of an hour: 480 guesses a day at a password of 12 letters."""
SHORTEST, LONGEST_PASSWORD = 12, 128
"""Characters of a password: length counts, not signs (NIST SP 800-63B, 5.1.1.2)."""
PERIOD = 30
"""Seconds a code is good (RFC 6238); the one before and the next are taken too."""
NAME = re.compile(r"[a-z][a-z0-9._-]{1,31}")

_hasher = PasswordHasher()
_NOBODY = _hasher.hash("nobody's password")


@dataclass(frozen=True, slots=True)
class Signed:
    """Who asks: a member of staff, by a session."""

    id: int
    name: str
    role: str
    language: str
    csrf: str
    token: str
    is_whole: bool

    def may(self, permission: str) -> bool:
        """Whether their role allows it."""
        return permission in ROLES.get(self.role, frozenset())

    @property
    def actor(self) -> Actor:
        """Who the audit log names."""
        return Actor(self.name, self.role)


class Staff:
    """Accounts, links, sessions. Passwords are checked outside of transactions: it takes long."""

    def __init__(self, sealer: Sealer, audit: AuditLog, draw_token: Callable[[], str]) -> None:
        self._sealer = sealer
        self._audit = audit
        self._draw_token = draw_token

    # accounts

    def invite(
        self, tx: Transaction, name: str, role: str, language: str, by: Actor, now: datetime
    ) -> str | None:
        """Add somebody; the token of the one-time link by which they begin. None: name taken."""
        if store.find_person(tx, name) is not None:
            return None
        store.add_person(tx, name, role, language, now)
        self._audit.write(tx, by, "add_staff", f"staff {name}", now, role=role)
        return self._link(tx, name, now + LINK_LASTS)

    def new_link(self, tx: Transaction, name: str, by: Actor, now: datetime) -> str | None:
        """Another one-time link, for who lost password or telephone; None for nobody's name."""
        person = store.find_person(tx, name)
        if person is None or person.closed_at is not None:
            return None
        self._audit.write(tx, by, "new_link", f"staff {name}", now)
        return self._link(tx, name, now + LINK_LASTS)

    def first_link(self, tx: Transaction, name: str, language: str, now: datetime) -> str | None:
        """The link for the first admin, until there is one who can sign in."""
        if store.count_admins(tx):
            return None
        if store.find_person(tx, name) is None:
            store.add_person(tx, name, "admin", language, now)
        return self._link(tx, name, now + FIRST_LINK_LASTS)

    def _link(self, tx: Transaction, name: str, until: datetime) -> str:
        person = store.find_person(tx, name)
        assert person is not None
        token = self._draw_token()
        store.give_link(tx, person.id, digest(token), until)
        return token

    def person_of_link(self, tx: Transaction, token: str, now: datetime) -> store.Person | None:
        """Who begins by a link, if it is good."""
        return store.person_of_link(tx, digest(token), now)

    def begin(
        self, tx: Transaction, token: str, password_hash: str, secret: str, step: int, now: datetime
    ) -> str | None:
        """Use a link: keep the credentials, end old sessions, open one; its token, or None."""
        person = self.person_of_link(tx, token, now)
        if person is None:
            return None
        sealed = self._sealer.seal(secret.encode(), f"totp:{person.id}")
        if not store.use_link(tx, digest(token), password_hash, sealed, step):
            return None
        store.end_sessions_of(tx, person.id)
        self._audit.write(tx, Actor(person.name, person.role), "began", "", now)
        return self._open(tx, person.id, now, is_whole=True)

    # signing in

    def check_password(self, person: store.Person | None, password: str) -> bool:
        """Whether a password is right; for nobody it takes as long. About 50 ms of CPU."""
        known = person.password if person and person.password else _NOBODY
        try:
            right = _hasher.verify(known, password)
        except (VerificationError, InvalidHashError):
            return False
        return right and known is not _NOBODY

    def open_half(self, tx: Transaction, person: store.Person, now: datetime) -> str:
        """A session of somebody whose password was right: good for the second factor only."""
        store.drop_sessions(tx, now - LONGEST)
        return self._open(tx, person.id, now, is_whole=False)

    def open_whole(self, tx: Transaction, signed: Signed, code: str, now: datetime) -> str | None:
        """Exchange a half session for a whole one by a code that was not used before."""
        person = store.find_person(tx, signed.name)
        if person is None or person.totp is None or is_locked(person, now):
            return None
        secret = self._sealer.open(person.totp, f"totp:{person.id}").decode()
        step = step_of_code(secret, code, now)
        if step is None or not store.use_step(tx, person.id, step):
            return None
        store.end_session(tx, signed.token)
        self._audit.write(tx, signed.actor, "signed_in", "", now)
        return self._open(tx, person.id, now, is_whole=True)

    def failed(self, tx: Transaction, person: store.Person, now: datetime) -> bool:
        """Count a wrong password or code; True when the account is locked from now on."""
        locked = store.count_failure(tx, person.id, MOST_FAILURES, now, now + LOCKED_FOR)
        actor = Actor(person.name, person.role)
        self._audit.write(tx, actor, "locked" if locked else "sign_in_refused", "", now)
        if locked:
            store.end_sessions_of(tx, person.id)
        return locked

    def _open(self, tx: Transaction, person_id: int, now: datetime, *, is_whole: bool) -> str:
        token = self._draw_token()
        csrf = self._draw_token()
        store.open_session(tx, person_id, digest(token), csrf, now, is_whole=is_whole)
        return token

    def signed(self, tx: Transaction, token: str, now: datetime) -> tuple[Signed, datetime] | None:
        """Who a session's token stands for, and when it was last used; None when it is over."""
        found = store.find_session(tx, digest(token))
        if found is None:
            return None
        session, person = found
        age, idle = now - session.opened_at, now - session.seen_at
        lasts = LONGEST if session.is_whole else HALF_LASTS
        if person.closed_at is not None or age > lasts or idle > IDLE:
            return None
        signed = Signed(
            id=person.id,
            name=person.name,
            role=person.role,
            language=person.language,
            csrf=session.csrf,
            token=session.token,
            is_whole=session.is_whole,
        )
        return signed, session.seen_at


def digest(token: str) -> str:
    """What is kept of a token."""
    return sha256(token.encode()).hexdigest()


def hash_password(password: str) -> str:
    """An argon2id hash; about 50 ms of CPU and 64 MB."""
    return _hasher.hash(password)


def is_locked(person: store.Person, now: datetime) -> bool:
    """Whether an account takes no password and no code now."""
    return person.locked_until is not None and person.locked_until > now


def step_of_code(secret: str, code: str, now: datetime) -> int | None:
    """The time step a code belongs to: the present one, the one before or the next."""
    present = int(now.timestamp()) // PERIOD
    totp = pyotp.TOTP(secret, interval=PERIOD)
    for step in (present, present - 1, present + 1):
        if pyotp.utils.strings_equal(totp.generate_otp(step), code):
            return step
    return None


def problem_of_password(password: str, name: str) -> str:
    """Why a password will not do: short, long, name; empty when it does."""
    if len(password) < SHORTEST:
        return "short"
    if len(password) > LONGEST_PASSWORD:
        return "long"
    return "name" if name in password.casefold() else ""

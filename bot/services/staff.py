"""Who may do what in the console: accounts, links and sessions of staff."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from bot.services.audit import Actor, AuditLog
from bot.services.became import Became
from bot.services.credentials import digest, is_locked, step_of_code
from bot.store import staff as store
from bot.store.database import Transaction
from bot.store.seal import Sealer

SEES = frozenset({"stock", "events", "overview", "content", "account"})
EDITS = SEES | {"edit_stock", "edit_events", "answers"}
ROLES: Mapping[str, frozenset[str]] = {
    "reviewer": SEES | {"cases", "decide", "deposits"},
    "editor": EDITS,
    "manager": EDITS | {"cases", "decide", "deposits", "settle", "export", "audit"},
    "admin": EDITS | {"cases", "decide", "deposits", "settle", "export", "audit", "people"},
}
"""What each role may: see cases and decide them, see deposits and settle them (say whether money
came), see stock and events and edit them, answer what people ask, export what is personal, read
the audit log, manage people; everybody may change their own account."""

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
ADMIN = "admin"
STARTING = Actor("talent-bot", "start")
"""Who gives the very first link."""


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
        person_id = store.add_person(tx, name, role, language, now)
        self._audit.write(tx, by, "add_staff", f"staff {name}", now, role=role)
        return self._link(tx, person_id, now + LINK_LASTS)

    def new_link(self, tx: Transaction, name: str, by: Actor, now: datetime) -> str | None:
        """Another one-time link, for who lost password or telephone; None for nobody's name.

        Whoever has the telephone now is signed out.
        """
        person = store.find_person(tx, name)
        if person is None or person.closed_at is not None:
            return None
        self._audit.write(tx, by, "new_link", f"staff {name}", now)
        store.end_sessions_of(tx, person.id)
        return self._link(tx, person.id, now + LINK_LASTS)

    def first_link(self, tx: Transaction, name: str, language: str, now: datetime) -> str | None:
        """The link for the first admin, until there is one who can sign in."""
        if store.lock_admins(tx):
            return None
        person = store.find_person(tx, name)
        if person is None:
            person_id = store.add_person(tx, name, ADMIN, language, now)
        else:
            person_id = person.id
            store.change_person(tx, person_id, role=ADMIN, closed_at=None)
        self._audit.write(tx, STARTING, "first_link", f"staff {name}", now)
        return self._link(tx, person_id, now + FIRST_LINK_LASTS)

    def _link(self, tx: Transaction, person_id: int, until: datetime) -> str:
        token = self._draw_token()
        store.give_link(tx, person_id, digest(token), until)
        return token

    def change_role(
        self, tx: Transaction, name: str, was: str, role: str, by: Actor, now: datetime
    ) -> Became:
        """Give somebody another role than the one they had; they have to sign in again."""
        admins, person = store.lock_admins(tx), store.find_person(tx, name)
        if person is None or person.role != was or person.closed_at is not None:
            return Became.CHANGED
        if role != ADMIN and admins == [person.id]:
            return Became.LAST_ADMIN
        store.change_person(tx, person.id, role=role)
        store.end_sessions_of(tx, person.id)
        self._audit.write(tx, by, "change_role", f"staff {name}", now, was=was, role=role)
        return Became.DONE

    def close(self, tx: Transaction, name: str, by: Actor, now: datetime) -> Became:
        """Shut somebody out at once: sessions end, a link that was not used is void."""
        admins, person = store.lock_admins(tx), store.find_person(tx, name)
        if person is None or person.closed_at is not None:
            return Became.CHANGED
        if admins == [person.id]:
            return Became.LAST_ADMIN
        store.change_person(tx, person.id, closed_at=now, link=None, link_until=None)
        store.end_sessions_of(tx, person.id)
        self._audit.write(tx, by, "close_staff", f"staff {name}", now, role=person.role)
        return Became.DONE

    def reopen(self, tx: Transaction, name: str, by: Actor, now: datetime) -> Became:
        """Let somebody in again, with the password and the app they had."""
        person = store.find_person(tx, name)
        if person is None or person.closed_at is None:
            return Became.CHANGED
        store.change_person(tx, person.id, closed_at=None)
        closed = person.closed_at.isoformat(timespec="minutes")
        self._audit.write(tx, by, "reopen_staff", f"staff {name}", now, closed=closed)
        return Became.DONE

    def unlock(self, tx: Transaction, name: str, by: Actor, now: datetime) -> Became:
        """Let somebody try again before the pause after too many wrong tries is over."""
        person = store.find_person(tx, name)
        if person is None or not is_locked(person, now):
            return Became.CHANGED
        store.change_person(tx, person.id, failures=0, locked_until=None)
        self._audit.write(tx, by, "unlock_staff", f"staff {name}", now)
        return Became.DONE

    # the one-time link

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

    def open_half(self, tx: Transaction, person: store.Person, now: datetime) -> str:
        """A session of somebody whose password was right: good for the second factor only."""
        store.drop_sessions(tx, now - LONGEST)
        return self._open(tx, person.id, now, is_whole=False)

    def open_whole(self, tx: Transaction, signed: Signed, code: str, now: datetime) -> str | None:
        """Exchange a half session for a whole one by a code that was not used before."""
        if not self._takes_code(tx, signed, code, now):
            return None
        store.end_session(tx, signed.token)
        self._audit.write(tx, signed.actor, "signed_in", "", now)
        return self._open(tx, signed.id, now, is_whole=True)

    def _takes_code(self, tx: Transaction, signed: Signed, code: str, now: datetime) -> bool:
        """Use up a code. A wrong one is counted in the same transaction: of a thousand that are
        sent at once no more are looked at than of those sent one by one."""
        person = store.find_person(tx, signed.name)
        if person is None or person.totp is None or is_locked(person, now):
            return False
        secret = self._sealer.open(person.totp, f"totp:{person.id}").decode()
        step = step_of_code(secret, code, now)
        if step is not None and store.use_step(tx, person.id, step):
            return True
        self.failed(tx, person, now)
        return False

    def failed(self, tx: Transaction, person: store.Person, now: datetime) -> None:
        """Count a wrong password or code. One too many locks the account: nobody signs in, but
        who is signed in stays, or strangers could throw everybody out."""
        locked = store.count_failure(tx, person.id, MOST_FAILURES, now + LOCKED_FOR)
        actor = Actor(person.name, person.role)
        self._audit.write(tx, actor, "locked" if locked else "sign_in_refused", "", now)
        if locked:
            store.end_half_sessions_of(tx, person.id)

    def change_password(
        self, tx: Transaction, signed: Signed, password_hash: str, code: str, now: datetime
    ) -> bool:
        """Change one's own password by a code that was not used before; other sessions end."""
        if not self._takes_code(tx, signed, code, now):
            return False
        store.change_person(tx, signed.id, password=password_hash)
        store.end_sessions_of(tx, signed.id, but=signed.token)
        self._audit.write(tx, signed.actor, "changed_password", "", now)
        return True

    def end_others(self, tx: Transaction, signed: Signed, now: datetime) -> None:
        """Sign somebody out everywhere but here."""
        ended = store.end_sessions_of(tx, signed.id, but=signed.token)
        self._audit.write(tx, signed.actor, "ended_sessions", "", now, sessions=ended)

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

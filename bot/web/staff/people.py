"""Staff: who may use the console, in which role, and who is shut out."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from aiohttp import web

from bot.services.audit import AuditLog
from bot.services.became import Became
from bot.services.credentials import is_locked, tidy_name
from bot.services.staff import LINK_LASTS, ROLES, Signed, Staff
from bot.store.audit import last_done
from bot.store.database import Database, Transaction
from bot.store.staff import Person, find_person, list_people
from bot.web.request import Malformed
from bot.web.staff.guard import Form, Guard
from bot.web.staff.lists import PAGE, Column, Filter, Listing, Query, export, read_query
from bot.web.staff.page import BASE, ROLE_NAMES, Pages, back
from bot.web.staff.words import LANGUAGES, N_, Words

PLACE = f"{BASE}/people"
SIGNED_IN = ("signed_in", "began")
"""Entries of the audit log that somebody came in by."""
STATES = {
    "active": N_("Active"),
    "invited": N_("Invited"),
    "locked": N_("Locked"),
    "closed": N_("Closed"),
}
COLOURS = {"active": "good", "invited": "waiting", "locked": "overdue", "closed": ""}
LINK_HOURS = int(LINK_LASTS.total_seconds()) // 3600


@dataclass(frozen=True, slots=True)
class Member:
    """Somebody as the list shows them."""

    name: str
    role: str
    language: str
    state: str
    since: datetime
    came: datetime | None
    locked_until: datetime | None = None


@dataclass(frozen=True, slots=True)
class People:
    """The handlers of the section Staff."""

    database: Database
    staff: Staff
    audit: AuditLog
    guard: Guard
    pages: Pages
    public_url: str

    def routes(self) -> list[web.RouteDef]:
        """The door's routes."""
        look, act = self.guard.look, self.guard.act
        one = f"{PLACE}/{{name}}"
        return [
            web.get(PLACE, look("people", self.everybody)),
            web.post(PLACE, act("people", self.add)),
            web.get(one, look("people", self.person)),
            web.post(f"{one}/link", act("people", self.link)),
            web.post(f"{one}/role", act("people", self.role)),
            web.post(f"{one}/unlock", act("people", self.unlock)),
            web.post(f"{one}/close", act("people", self.close)),
            web.post(f"{one}/reopen", act("people", self.reopen)),
        ]

    async def everybody(self, request: web.Request, signed: Signed) -> web.StreamResponse:
        """Everybody, and a form to add somebody."""
        words = self.pages.words[signed.language]
        columns, filters = self._columns(signed), _filters(words)
        sorts = [column.name for column in columns if column.is_sorted]
        query = read_query(request, filters, sorts, "name")
        now = self.pages.now()
        members = await self.database.read(lambda tx: _members(tx, now))
        found = _arranged(members, query)
        may_export = signed.may("export")
        if query.format and may_export:
            about, rows = {"format": query.format, "rows": len(found)}, found
            await self.database.write(
                lambda tx: self.audit.write(tx, signed.actor, "exported", "staff", now, **about)
            )
            return export(columns, rows, query.format, "staff")
        page = found[query.offset : query.offset + PAGE]
        listing = Listing(query, columns, filters, page, len(found), may_export)
        return self.pages.render(
            request, signed, "people.html", listing=listing, roles=list(ROLES), hours=LINK_HOURS
        )

    def _columns(self, signed: Signed) -> list[Column[Member]]:
        words, voice = self.pages.words[signed.language], self.pages.voices[signed.language]
        return [
            Column(
                "name",
                N_("Name"),
                lambda one: one.name,
                link=lambda one: f"{PLACE}/{one.name}",
                is_sorted=True,
            ),
            Column(
                "role",
                N_("Role"),
                lambda one: one.role,
                lambda one: words(ROLE_NAMES[one.role]),
                is_sorted=True,
            ),
            Column(
                "language",
                N_("Language"),
                lambda one: one.language,
                lambda one: LANGUAGES.get(one.language, one.language),
                is_sorted=True,
            ),
            Column(
                "state", N_("State"), lambda one: one.state, lambda one: words(STATES[one.state])
            ),
            Column(
                "came",
                N_("Last sign-in"),
                lambda one: one.came,
                lambda one: voice.moment(one.came),
                is_sorted=True,
            ),
        ]

    async def add(self, request: web.Request, signed: Signed, form: Form) -> web.StreamResponse:
        """Add somebody, and show the link by which they begin."""
        name, role = tidy_name(form.get("name", "")), _role(form)
        language = form.get("language", "")
        if language not in LANGUAGES:
            raise Malformed("an unknown language")
        if not name:
            return back(PLACE, "bad_name")
        now, by = self.pages.now(), signed.actor
        token = await self.database.write(
            lambda tx: self.staff.invite(tx, name, role, language, by, now)
        )
        if token is None:
            return back(PLACE, "name_taken")
        return self._link_shown(request, signed, name, token)

    async def person(self, request: web.Request, signed: Signed) -> web.StreamResponse:
        """One of them, and what may be done."""
        name, now = request.match_info["name"], self.pages.now()

        def find(tx: Transaction) -> Member | None:
            person = find_person(tx, name)
            return None if person is None else _member(tx, person, now)

        member = await self.database.read(find)
        if member is None:
            raise web.HTTPNotFound
        return self.pages.render(
            request,
            signed,
            "person.html",
            member=member,
            roles=list(ROLES),
            states=STATES,
            colours=COLOURS,
            hours=LINK_HOURS,
        )

    async def link(self, request: web.Request, signed: Signed, form: Form) -> web.StreamResponse:
        """Show another one-time link."""
        name, now, by = request.match_info["name"], self.pages.now(), signed.actor
        if "sure" not in form:
            return back(f"{PLACE}/{name}", "not_ticked")
        token = await self.database.write(lambda tx: self.staff.new_link(tx, name, by, now))
        if token is None:
            raise web.HTTPNotFound
        return self._link_shown(request, signed, name, token)

    def _link_shown(
        self, request: web.Request, signed: Signed, name: str, token: str
    ) -> web.Response:
        """The one page that ever shows a link: it cannot be opened again."""
        return self.pages.render(
            request,
            signed,
            "link.html",
            name=name,
            address=f"{self.public_url}{BASE}/welcome?t={token}",
            hours=LINK_HOURS,
            until=self.pages.now() + LINK_LASTS,
        )

    async def role(self, request: web.Request, signed: Signed, form: Form) -> web.StreamResponse:
        """Give somebody another role."""
        name, now, by = request.match_info["name"], self.pages.now(), signed.actor
        was, role = form.get("was", ""), _role(form)
        if role == was:
            return back(f"{PLACE}/{name}", "")
        came = await self.database.write(
            lambda tx: self.staff.change_role(tx, name, was, role, by, now)
        )
        return _back(name, came)

    async def unlock(self, request: web.Request, signed: Signed, form: Form) -> web.StreamResponse:
        """Let somebody try again at once."""
        name, now, by = request.match_info["name"], self.pages.now(), signed.actor
        return _back(
            name, await self.database.write(lambda tx: self.staff.unlock(tx, name, by, now))
        )

    async def close(self, request: web.Request, signed: Signed, form: Form) -> web.StreamResponse:
        """Shut somebody out."""
        name, now, by = request.match_info["name"], self.pages.now(), signed.actor
        if "sure" not in form:
            return back(f"{PLACE}/{name}", "not_ticked")
        return _back(
            name, await self.database.write(lambda tx: self.staff.close(tx, name, by, now))
        )

    async def reopen(self, request: web.Request, signed: Signed, form: Form) -> web.StreamResponse:
        """Let somebody in again."""
        name, now, by = request.match_info["name"], self.pages.now(), signed.actor
        return _back(
            name, await self.database.write(lambda tx: self.staff.reopen(tx, name, by, now))
        )


def state_of(person: Person, now: datetime) -> str:
    """How somebody's account stands: a key of `STATES`."""
    if person.closed_at is not None:
        return "closed"
    if person.password is None:
        return "invited"
    return "locked" if is_locked(person, now) else "active"


def _members(tx: Transaction, now: datetime) -> list[Member]:
    return [_member(tx, person, now) for person in list_people(tx)]


def _member(tx: Transaction, person: Person, now: datetime) -> Member:
    return Member(
        person.name,
        person.role,
        person.language,
        state_of(person, now),
        person.created_at,
        last_done(tx, person.name, SIGNED_IN),
        person.locked_until,
    )


def _filters(words: Words) -> list[Filter]:
    roles = [(role, words(ROLE_NAMES[role])) for role in ROLES]
    states = [(state, words(name)) for state, name in STATES.items()]
    return [
        Filter("name", N_("Name")),
        Filter("role", N_("Role"), [("", words(N_("All"))), *roles]),
        Filter("state", N_("State"), [("", words(N_("All"))), *states]),
    ]


def _arranged(members: list[Member], query: Query) -> list[Member]:
    """Those who are wanted, in the order that is wanted. All are few: they fit on a page or two."""
    typed = query.value("name").casefold()
    wanted = {name: query.value(name) for name in ("role", "state") if query.value(name)}
    found = [
        one
        for one in members
        if typed in one.name and all(getattr(one, name) == is_ for name, is_ in wanted.items())
    ]
    return sorted(found, key=lambda one: _place_of(one, query.sort), reverse=query.is_down)


def _place_of(member: Member, column: str) -> tuple[bool, Any]:
    """Where somebody stands in a column's order; what is not there comes first."""
    value = getattr(member, column)
    return value is not None, value


def _role(form: Form) -> str:
    role = form.get("role", "")
    if role not in ROLES:
        raise Malformed("an unknown role")
    return role


def _back(name: str, came: Became) -> web.Response:
    return back(f"{PLACE}/{name}", came.value)

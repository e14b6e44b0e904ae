"""Signing in: password, second factor, the one-time link by which somebody begins, signing out."""

import asyncio
from collections import deque
from dataclasses import dataclass, field
from datetime import datetime, timedelta

import pyotp
import segno
from aiohttp import web

from bot.services.staff import (
    NAME,
    Signed,
    Staff,
    hash_password,
    is_locked,
    problem_of_password,
    step_of_code,
)
from bot.store.database import Database
from bot.store.seal import Sealer, Unsealable
from bot.store.staff import Person, change_person, end_session, find_person
from bot.web.chat import is_ours
from bot.web.request import read_form
from bot.web.staff.guard import Form, Guard, to_sign_in
from bot.web.staff.page import BASE, LANGUAGE_COOKIE, Pages, back
from bot.web.staff.words import LANGUAGES, N_

FORM = 4096
"""Bytes of the forms before somebody is signed in."""
WRONG = N_("Name or password is wrong.")
LOCKED = N_("Too many tries. Please wait 15 minutes and try again.")
WRONG_CODE = N_("This code is not right, or was used before. Please take the newest one.")
OLD_LINK = N_("This link was used, or is too old. Please ask an admin for a new one.")
DIFFERENT = N_("The two passwords are not the same.")
FROM_ELSEWHERE = N_("This form did not come from our own page.")
PASSWORD_PROBLEMS = {
    "short": N_("The password needs at least 12 characters. A short sentence is good."),
    "long": N_("The password may have 128 characters at most."),
    "name": N_("The password must not contain your name."),
}


@dataclass(slots=True)
class Strangers:
    """How often each address failed lately, in this process."""

    most: int = 60
    within: timedelta = timedelta(minutes=10)
    _failed: dict[str, deque[datetime]] = field(default_factory=dict)

    def fails(self, address: str, now: datetime) -> None:
        """Count a failure."""
        for known in [one for one, times in self._failed.items() if now - times[-1] > self.within]:
            del self._failed[known]
        self._failed.setdefault(address, deque(maxlen=self.most)).append(now)

    def is_out(self, address: str, now: datetime) -> bool:
        """Whether an address has failed too often to be heard."""
        times = self._failed.get(address)
        return times is not None and len(times) >= self.most and now - times[0] < self.within


class SigningIn:
    """The handlers of the pages before one is signed in."""

    def __init__(
        self, database: Database, staff: Staff, sealer: Sealer, guard: Guard, pages: Pages
    ) -> None:
        self._database = database
        self._staff = staff
        self._sealer = sealer
        self._guard = guard
        self._pages = pages
        self._strangers = Strangers()

    def routes(self) -> list[web.RouteDef]:
        """The door's routes."""
        return [
            web.get(f"{BASE}/sign-in", self.page),
            web.post(f"{BASE}/sign-in", self.password),
            web.get(f"{BASE}/second", self.second_page),
            web.post(f"{BASE}/second", self.second),
            web.get(f"{BASE}/welcome", self.welcome_page),
            web.post(f"{BASE}/welcome", self.welcome),
            web.post(f"{BASE}/language", self.language),
            web.post(f"{BASE}/sign-out", self.sign_out),
        ]

    # the password

    async def page(self, request: web.Request) -> web.StreamResponse:
        """Where one signs in."""
        return self._pages.render(request, None, "sign_in.html", problem="")

    async def password(self, request: web.Request) -> web.StreamResponse:
        """Check a password; of who passes the second factor is asked."""
        form, now = await self._form(request), self._pages.now()
        if self._strangers.is_out(_address(request), now):
            return self._again(request, LOCKED, 429)
        name = form.get("name", "").strip().casefold()
        person = None
        if NAME.fullmatch(name):
            person = await self._database.read(lambda tx: find_person(tx, name))
        right = await asyncio.to_thread(
            self._staff.check_password, person, form.get("password", "")
        )
        if person is not None and is_locked(person, now):
            return self._again(request, LOCKED, 429)
        if not right or person is None or person.closed_at is not None:
            return await self._failed(request, person, now)
        token = await self._database.write(lambda tx: self._staff.open_half(tx, person, now))
        response = web.Response(status=303, headers={"Location": f"{BASE}/second"})
        self._guard.admit(response, token)
        return response

    async def _failed(
        self, request: web.Request, person: Person | None, now: datetime
    ) -> web.Response:
        self._strangers.fails(_address(request), now)
        if person is not None and person.closed_at is None:
            await self._database.write(lambda tx: self._staff.failed(tx, person, now))
        return self._again(request, WRONG, 403)

    def _again(self, request: web.Request, problem: str, status: int) -> web.Response:
        return self._pages.render(request, None, "sign_in.html", status, problem=problem)

    # the second factor

    async def second_page(self, request: web.Request) -> web.StreamResponse:
        """Where the code is asked for."""
        signed = await self._guard.signed(request)
        if signed is None:
            return to_sign_in(None)
        if signed.is_whole:
            return back(BASE, "")
        return self._pages.render(request, None, "second.html", csrf=signed.csrf, problem="")

    async def second(self, request: web.Request) -> web.StreamResponse:
        """Exchange the half session for a whole one."""
        form, now = await self._form(request), self._pages.now()
        signed = await self._guard.signed(request)
        if signed is None or signed.is_whole:
            return to_sign_in(None)
        if not self._guard.is_theirs(request, signed, form.get("csrf", "")):
            return await self._guard.refuse(request, signed, "token")
        code = form.get("code", "").replace(" ", "")[:12]
        token = await self._database.write(lambda tx: self._staff.open_whole(tx, signed, code, now))
        if token is None:
            return await self._wrong_code(request, signed, now)
        response = back(BASE, "")
        self._guard.admit(response, token)
        return response

    async def _wrong_code(
        self, request: web.Request, signed: Signed, now: datetime
    ) -> web.Response:
        self._strangers.fails(_address(request), now)
        person = await self._database.read(lambda tx: find_person(tx, signed.name))
        if person is not None and is_locked(person, now):
            return self._again(request, LOCKED, 429)
        if person is not None:
            locked = await self._database.write(lambda tx: self._staff.failed(tx, person, now))
            if locked:
                return self._again(request, LOCKED, 429)
        return self._pages.render(
            request, None, "second.html", 403, csrf=signed.csrf, problem=WRONG_CODE
        )

    # the one-time link

    async def welcome_page(self, request: web.Request) -> web.StreamResponse:
        """Where somebody chooses a password and sets up the second factor."""
        token = request.query.get("t", "")[:64]
        return await self._welcome(request, token, pyotp.random_base32(), "")

    async def _welcome(
        self, request: web.Request, token: str, secret: str, problem: str
    ) -> web.Response:
        now = self._pages.now()
        person = await self._database.read(lambda tx: self._staff.person_of_link(tx, token, now))
        if person is None:
            return self._again(request, OLD_LINK, 410)
        address = pyotp.TOTP(secret).provisioning_uri(name=person.name, issuer_name="talent-bot")
        picture = segno.make(address, error="m").svg_inline(scale=5, border=2, omitsize=True)
        return self._pages.render(
            request,
            None,
            "welcome.html",
            403 if problem else 200,
            person=person,
            link=token,
            secret=secret,
            sealed=self._sealer.seal(secret.encode(), f"welcome:{token}").hex(),
            picture=picture,
            problem=problem,
        )

    async def welcome(self, request: web.Request) -> web.StreamResponse:
        """Use a link: from now on this password and this second factor count."""
        form, now = await self._form(request), self._pages.now()
        token = form.get("t", "")[:64]
        person = await self._database.read(lambda tx: self._staff.person_of_link(tx, token, now))
        secret = self._secret(form.get("sealed", ""), token)
        if person is None or secret is None:
            return self._again(request, OLD_LINK, 410)
        step = step_of_code(secret, form.get("code", "").replace(" ", ""), now)
        problem = self._problem(form, person.name) or ("" if step is not None else WRONG_CODE)
        if problem or step is None:
            return await self._welcome(request, token, secret, problem)
        hashed = await asyncio.to_thread(hash_password, form["password"])
        session = await self._database.write(
            lambda tx: self._staff.begin(tx, token, hashed, secret, step, now)
        )
        if session is None:
            return self._again(request, OLD_LINK, 410)
        response = back(BASE, "")
        self._guard.admit(response, session)
        return response

    def _secret(self, sealed: str, token: str) -> str | None:
        """The secret that our own page drew for this link."""
        try:
            return self._sealer.open(bytes.fromhex(sealed), f"welcome:{token}").decode()
        except (ValueError, Unsealable):
            return None

    def _problem(self, form: Form, name: str) -> str:
        password = form.get("password", "")
        if password != form.get("again", ""):
            return DIFFERENT
        return PASSWORD_PROBLEMS.get(problem_of_password(password, name), "")

    # while signed in

    async def language(self, request: web.Request) -> web.StreamResponse:
        """Another language: of the person, or of a browser in which nobody is signed in."""
        form = await self._form(request)
        chosen = form.get("language", "")
        signed = await self._guard.signed(request)
        if chosen not in LANGUAGES:
            return back(BASE, "")
        if signed is not None and signed.is_whole:
            await self._database.write(lambda tx: change_person(tx, signed.id, language=chosen))
        where = form.get("at", "")
        is_safe = where.startswith(f"{BASE}/") and "\\" not in where and where.isprintable()
        response = back(where if is_safe else BASE, "")
        response.set_cookie(
            LANGUAGE_COOKIE, chosen, path=BASE, max_age=365 * 24 * 3600, samesite="Lax"
        )
        return response

    async def sign_out(self, request: web.Request) -> web.StreamResponse:
        """End the session."""
        await self._form(request)
        signed = await self._guard.signed(request)
        if signed is not None:
            await self._database.write(lambda tx: end_session(tx, signed.token))
        response = to_sign_in(None)
        self._guard.dismiss(response)
        return response

    async def _form(self, request: web.Request) -> Form:
        if not is_ours(request):
            raise web.HTTPForbidden(text=FROM_ELSEWHERE)
        return await read_form(request, FORM)


def _address(request: web.Request) -> str:
    return request.remote or ""

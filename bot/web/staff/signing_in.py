"""Signing in: password, second factor, the one-time link by which somebody begins, signing out."""

import re
from urllib.parse import urlencode

import pyotp
import segno
from aiohttp import web

from bot.services.credentials import problem_of_password, step_of_code
from bot.services.staff import Staff
from bot.store.database import Database
from bot.store.seal import Sealer, Unsealable
from bot.store.staff import change_person, end_session
from bot.web.staff.guard import Form, Guard, to_sign_in
from bot.web.staff.page import BASE, LANGUAGE_COOKIE, Pages, back
from bot.web.staff.proof import Proof
from bot.web.staff.words import LANGUAGES, N_

OURS = re.compile(rf"{BASE}(/[\w./-]*)?(\?[\w.&=%+-]*)?", re.ASCII)
"""Addresses a browser may be led back to: of the console, whoever wrote them."""
WRONG = N_("Name or password is wrong. After five wrong tries an account rests for 15 minutes.")
LOCKED = N_("Too many tries. Please wait 15 minutes and try again.")
WRONG_CODE = N_("This code is not right, or was used before. Please take the newest one.")
OLD_LINK = N_("This link was used, or is too old. Please ask an admin for a new one.")
DIFFERENT = N_("The two passwords are not the same.")
PASSWORD_PROBLEMS = {
    "short": N_("The password needs at least 12 characters. A short sentence is good."),
    "long": N_("The password may have 128 characters at most."),
    "name": N_("The password must not contain your name."),
}


class SigningIn:
    """The handlers of the pages before one is signed in."""

    def __init__(
        self,
        database: Database,
        staff: Staff,
        sealer: Sealer,
        guard: Guard,
        pages: Pages,
        proof: Proof,
    ) -> None:
        self._database = database
        self._staff = staff
        self._sealer = sealer
        self._guard = guard
        self._pages = pages
        self._proof = proof

    def routes(self) -> list[web.RouteDef]:
        """The door's routes."""
        show, take = self._guard.show, self._guard.take
        return [
            web.get(f"{BASE}/sign-in", show(self.page)),
            web.post(f"{BASE}/sign-in", take(self.password)),
            web.get(f"{BASE}/second", show(self.second_page)),
            web.post(f"{BASE}/second", take(self.second)),
            web.get(f"{BASE}/welcome", show(self.welcome_page)),
            web.post(f"{BASE}/welcome", take(self.welcome)),
            web.post(f"{BASE}/language", take(self.language)),
            web.post(f"{BASE}/sign-out", take(self.sign_out)),
        ]

    # the password

    async def page(self, request: web.Request) -> web.StreamResponse:
        """Where one signs in."""
        signed = await self._guard.signed(request)
        if signed is not None and signed.is_whole:
            return back(BASE, "")
        return self._pages.render(request, None, "sign_in.html", problem="")

    async def password(self, request: web.Request, form: Form) -> web.StreamResponse:
        """Check a password; of who passes the second factor is asked."""
        found = await self._proof.person(request, form.get("name", ""), form.get("password", ""))
        if found == "out":
            return self._again(request, LOCKED, 429)
        if found == "wrong":
            return self._again(request, WRONG, 403)
        now = self._pages.now()
        token = await self._database.write(lambda tx: self._staff.open_half(tx, found, now))
        return await self._admitted(request, f"{BASE}/second", token)

    async def _admitted(self, request: web.Request, place: str, token: str) -> web.StreamResponse:
        """Onwards with a new session; the one this browser had before ends."""
        former = await self._guard.signed(request)
        if former is not None:
            await self._database.write(lambda tx: end_session(tx, former.token))
        response = back(place, "")
        self._guard.admit(response, token)
        return response

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

    async def second(self, request: web.Request, form: Form) -> web.StreamResponse:
        """Exchange the half session for a whole one."""
        signed, now = await self._guard.signed(request), self._pages.now()
        if signed is None or signed.is_whole:
            return to_sign_in(None)
        if not self._guard.is_theirs(request, signed, form.get("csrf", "")):
            return await self._guard.refuse(request, signed, "token")
        code = tidy_code(form)
        token = await self._database.write(lambda tx: self._staff.open_whole(tx, signed, code, now))
        if token is not None:
            return await self._admitted(request, BASE, token)
        if await self._guard.signed(request) is None:
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
            at=f"{BASE}/welcome?{urlencode({'t': token})}",
        )

    async def welcome(self, request: web.Request, form: Form) -> web.StreamResponse:
        """Use a link: from now on this password and this second factor count."""
        token, now = form.get("t", "")[:64], self._pages.now()
        person = await self._database.read(lambda tx: self._staff.person_of_link(tx, token, now))
        secret = self._secret(form.get("sealed", ""), token)
        if person is None or secret is None:
            return self._again(request, OLD_LINK, 410)
        step = step_of_code(secret, tidy_code(form), now)
        problem = problem_of(form, person.name) or ("" if step is not None else WRONG_CODE)
        if problem or step is None:
            return await self._welcome(request, token, secret, problem)
        hashed = await self._proof.hash(form["password"])
        session = await self._database.write(
            lambda tx: self._staff.begin(tx, token, hashed, secret, step, now)
        )
        if session is None:
            return self._again(request, OLD_LINK, 410)
        return await self._admitted(request, BASE, session)

    def _secret(self, sealed: str, token: str) -> str | None:
        """The secret that our own page drew for this link."""
        try:
            return self._sealer.open(bytes.fromhex(sealed), f"welcome:{token}").decode()
        except (ValueError, Unsealable):
            return None

    # while signed in

    async def language(self, request: web.Request, form: Form) -> web.StreamResponse:
        """Another language: of the person, or of a browser in which nobody is signed in."""
        chosen = form.get("language", "")
        signed = await self._guard.signed(request)
        if chosen not in LANGUAGES:
            return back(BASE, "")
        if signed is not None and signed.is_whole:
            await self._database.write(lambda tx: change_person(tx, signed.id, language=chosen))
        where = form.get("at", "")
        response = back(where if OURS.fullmatch(where) else BASE, "")
        response.set_cookie(
            LANGUAGE_COOKIE, chosen, path=BASE, max_age=365 * 24 * 3600, samesite="Lax"
        )
        return response

    async def sign_out(self, request: web.Request, form: Form) -> web.StreamResponse:
        """End the session."""
        signed = await self._guard.signed(request)
        if signed is not None:
            await self._database.write(lambda tx: end_session(tx, signed.token))
        response = to_sign_in(None)
        self._guard.dismiss(response)
        return response


def tidy_code(form: Form) -> str:
    """The code in a form; apps show it in two groups."""
    return form.get("code", "").replace(" ", "")[:12]


def problem_of(form: Form, name: str) -> str:
    """What is wrong with a new password that was typed twice; empty when nothing is."""
    password = form.get("password", "")
    if password != form.get("again", ""):
        return DIFFERENT
    return PASSWORD_PROBLEMS.get(problem_of_password(password, name), "")

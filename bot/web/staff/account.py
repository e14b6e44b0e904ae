"""One's own account: password, and the other browsers one is signed in with."""

from dataclasses import dataclass

from aiohttp import web

from bot.services.staff import Signed, Staff
from bot.store.database import Database
from bot.web.staff.guard import Form, Guard
from bot.web.staff.page import BASE, Pages, back
from bot.web.staff.proof import Proof
from bot.web.staff.signing_in import LOCKED, WRONG_CODE, problem_of, tidy_code
from bot.web.staff.words import N_

PLACE = f"{BASE}/me"
WRONG_PASSWORD = N_("The old password is wrong. After five wrong tries an account rests a while.")


@dataclass(frozen=True, slots=True)
class Account:
    """The handlers of one's own page."""

    database: Database
    staff: Staff
    guard: Guard
    pages: Pages
    proof: Proof

    def routes(self) -> list[web.RouteDef]:
        """The door's routes."""
        return [
            web.get(PLACE, self.guard.look("account", self.page)),
            web.post(f"{PLACE}/password", self.guard.act("account", self.password)),
            web.post(f"{PLACE}/sessions", self.guard.act("account", self.end_others)),
        ]

    async def page(self, request: web.Request, signed: Signed) -> web.StreamResponse:
        """How one's account stands."""
        return self._shown(request, signed, "")

    def _shown(self, request: web.Request, signed: Signed, problem: str) -> web.Response:
        status = 403 if problem else 200
        return self.pages.render(request, signed, "account.html", status, problem=problem, at=PLACE)

    async def password(
        self, request: web.Request, signed: Signed, form: Form
    ) -> web.StreamResponse:
        """Another password, by the old one and a code."""
        problem = problem_of(form, signed.name)
        if problem:
            return self._shown(request, signed, problem)
        found = await self.proof.person(request, signed.name, form.get("old", ""))
        if found == "out":
            return self._shown(request, signed, LOCKED)
        if found == "wrong":
            return self._shown(request, signed, WRONG_PASSWORD)
        hashed, code = await self.proof.hash(form["password"]), tidy_code(form)
        now = self.pages.now()
        changed = await self.database.write(
            lambda tx: self.staff.change_password(tx, signed, hashed, code, now)
        )
        if not changed:
            return self._shown(request, signed, WRONG_CODE)
        return back(PLACE, "password_changed")

    async def end_others(
        self, request: web.Request, signed: Signed, form: Form
    ) -> web.StreamResponse:
        """Sign out everywhere else."""
        now = self.pages.now()
        await self.database.write(lambda tx: self.staff.end_others(tx, signed, now))
        return back(PLACE, "signed_out_elsewhere")

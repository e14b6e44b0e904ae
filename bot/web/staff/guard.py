"""Lets staff in: every page and every form of the console passes here."""

import hmac
import logging
from collections.abc import Awaitable, Callable
from datetime import timedelta

from aiohttp import web

from bot.services.audit import AuditLog
from bot.services.staff import Signed, Staff
from bot.store.database import Database
from bot.store.staff import touch_session
from bot.web.chat import is_ours
from bot.web.request import Malformed, read_form
from bot.web.staff.page import BASE, Pages
from bot.web.staff.words import N_

log = logging.getLogger(__name__)

COOKIE = "talent_staff"
TOKEN = 43
"""Characters of a token: 32 random bytes in URL-safe Base64."""
LONGEST_FORM = 256 * 1024
"""Bytes of a form without files: a long note in any script, percent-encoded."""
SMALL_FORM = 4096
"""Bytes of the forms before somebody is signed in."""
TOUCH_EVERY = timedelta(minutes=1)
OPEN = ""
"""The permission of pages that need none."""

Form = dict[str, str]
Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]
Take = Callable[[web.Request, Form], Awaitable[web.StreamResponse]]
Look = Callable[[web.Request, Signed], Awaitable[web.StreamResponse]]
Act = Callable[[web.Request, Signed, Form], Awaitable[web.StreamResponse]]
Read = Callable[[web.Request], Awaitable[Form]]


async def _read_small(request: web.Request) -> Form:
    return await read_form(request, LONGEST_FORM)


class Guard:
    """Knows who asks, what they may, and that a form is theirs."""

    def __init__(
        self, database: Database, staff: Staff, audit: AuditLog, pages: Pages, *, secure: bool
    ) -> None:
        self._database = database
        self._staff = staff
        self._audit = audit
        self._pages = pages
        self._secure = secure

    def show(self, show: Handler) -> Handler:
        """A page for everybody: where one signs in."""

        async def handle(request: web.Request) -> web.StreamResponse:
            return await self._answered(request, None, lambda: show(request))

        return _marked(handle, OPEN)

    def take(self, take: Take) -> Handler:
        """A form for everybody, if our own page posts it."""

        async def handle(request: web.Request) -> web.StreamResponse:
            async def answer() -> web.StreamResponse:
                return await take(request, await read_form(request, SMALL_FORM))

            if not is_ours(request):
                return await self.refuse(request, None, "elsewhere")
            return await self._answered(request, None, answer)

        return _marked(handle, OPEN)

    def look(self, permission: str, look: Look) -> Handler:
        """A page for those who may. Who has not signed in is led to where one does."""

        async def handle(request: web.Request) -> web.StreamResponse:
            signed = await self.signed(request)
            if signed is None or not signed.is_whole:
                return _turned_away(request, signed)
            if not signed.may(permission):
                return await self.refuse(request, signed, "role")
            return await self._answered(request, signed, lambda: look(request, signed))

        return _marked(handle, permission)

    def act(self, permission: str, act: Act, read: Read = _read_small) -> Handler:
        """A form for those who may: posted by our own page, with the token of their session."""

        async def handle(request: web.Request) -> web.StreamResponse:
            signed = await self.signed(request)
            if signed is None or not signed.is_whole:
                return await self.refuse(request, signed, "session")
            if not signed.may(permission):
                return await self.refuse(request, signed, "role")

            async def answer() -> web.StreamResponse:
                form = await read(request)
                if not self.is_theirs(request, signed, form.pop("csrf", "")):
                    return await self.refuse(request, signed, "token")
                return await act(request, signed, form)

            return await self._answered(request, signed, answer)

        return _marked(handle, permission)

    def is_theirs(self, request: web.Request, signed: Signed, csrf: str) -> bool:
        """Whether a form was made by a page of this very session."""
        return is_ours(request) and hmac.compare_digest(csrf.encode(), signed.csrf.encode())

    async def signed(self, request: web.Request) -> Signed | None:
        """Who asks, perhaps only by half."""
        token = request.cookies.get(COOKIE, "")
        if len(token) != TOKEN or not token.isascii():
            return None
        now = self._pages.now()
        found = await self._database.read(lambda tx: self._staff.signed(tx, token, now))
        if found is None:
            return None
        signed, seen_at = found
        if now - seen_at > TOUCH_EVERY:
            await self._database.write(lambda tx: touch_session(tx, signed.token, now))
        return signed

    async def refuse(
        self, request: web.Request, signed: Signed | None, why: str
    ) -> web.StreamResponse:
        """Refuse, say so, and keep it in the audit log: `why` is a key of `REFUSED`."""
        place = place_of(request)
        if signed is not None:  # else anybody could fill the log
            await self._note(signed, "refused", place, why=why)
        log.warning("console request refused", extra={"route": place, "why": why})
        return self._pages.problem(request, signed, 403, REFUSED[why])

    async def _note(self, signed: Signed, action: str, place: str, **details: str) -> None:
        now = self._pages.now()
        await self._database.write(
            lambda tx: self._audit.write(tx, signed.actor, action, place, now, **details)
        )

    async def _answered(
        self,
        request: web.Request,
        signed: Signed | None,
        answer: Callable[[], Awaitable[web.StreamResponse]],
    ) -> web.StreamResponse:
        """The answer, as a page also where something is wrong with what was asked."""
        try:
            if not _is_sound(request):
                raise Malformed("a character nobody types")
            return await answer()
        except web.HTTPNotFound:
            if signed is not None:
                await self._note(signed, "not_found", place_of(request))
            return self._pages.problem(request, signed, 404, NOT_THERE)
        except web.HTTPRequestEntityTooLarge:
            return self._pages.problem(request, signed, 413, TOO_LONG)
        except Malformed:
            return self._pages.problem(request, signed, 400, UNREADABLE)

    def admit(self, response: web.StreamResponse, token: str) -> None:
        """Give a browser its session."""
        response.set_cookie(
            COOKIE, token, path=BASE, httponly=True, secure=self._secure, samesite="Lax"
        )

    def dismiss(self, response: web.StreamResponse) -> None:
        """Take a browser's session away."""
        response.del_cookie(COOKIE, path=BASE)


def place_of(request: web.Request) -> str:
    """The address of a page without what stands for its thing."""
    resource = request.match_info.route.resource
    return resource.canonical if resource else BASE


def _is_sound(request: web.Request) -> bool:
    """Whether an address has no character that a database or a file name does not take."""
    given = (*request.match_info.values(), *request.query.values())
    return not any("\0" in value for value in given)


def _marked(handle: Handler, permission: str) -> Handler:
    """A handler that says who may use it."""
    handle.__dict__["permission"] = permission
    return handle


def _turned_away(request: web.Request, signed: Signed | None) -> web.Response:
    if signed is not None:
        log.warning("console request refused", extra={"route": place_of(request), "why": "half"})
    return to_sign_in(signed)


REFUSED = {
    "role": N_("Your role does not allow this."),
    "session": N_("You are not signed in any more. Nothing was done; please sign in again."),
    "elsewhere": N_("This form did not come from our own page."),
    "token": N_("This form is out of date. Nothing was done; please open the page again."),
}
NOT_THERE = N_("There is no such page.")
TOO_LONG = N_("This is too long.")
UNREADABLE = N_("The console could not read this request.")


def to_sign_in(signed: Signed | None) -> web.Response:
    """To the page for the password, or for the second factor where the password was right."""
    place = f"{BASE}/sign-in" if signed is None else f"{BASE}/second"
    return web.Response(status=303, headers={"Location": place, "Cache-Control": "no-store"})

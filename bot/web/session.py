"""Who a browser is: in the chat by a cookie of which only a hash is kept, on a visit by a pass."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from typing import Protocol

from aiohttp import web

from bot.services.visits import GOOD_FOR, Visits

COOKIE = "talent_chat"
LASTS = 180 * 24 * 3600
"""Seconds a cookie lasts: an application and its flat take months, and people come back."""
LENGTH = 43
"""Characters of a token: 32 random bytes in URL-safe Base64."""
PASS = "talent_visit"


@dataclass(frozen=True, slots=True)
class Guest:
    """Who asks: a contact found by its address, or on a visit by its id.

    Only what was said after the `since`th message is shown.
    """

    address: str
    contact_id: int = 0
    since: int = 0


class Guests(Protocol):
    """How one of our pages knows its guests."""

    @property
    def base(self) -> str:
        """The path of the page."""

    def guest(self, request: web.Request) -> Guest | None:
        """Who asks; None without a sound cookie."""

    def open(self, response: web.StreamResponse) -> None:
        """Make a browser without a cookie a guest, where the page does so."""

    def renew(self, request: web.Request, response: web.StreamResponse) -> None:
        """Let a browser's cookie last on, from this request."""


class Sessions:
    """Knows browsers by their cookie. `secure` where the site is reached by https."""

    base = "/chat"

    def __init__(self, draw_token: Callable[[], str], *, secure: bool) -> None:
        self._draw_token = draw_token
        self._secure = secure

    def guest(self, request: web.Request) -> Guest | None:
        """Who asks: the contact of the cookie."""
        token = request.cookies.get(COOKIE, "")
        sound = len(token) == LENGTH and token.isascii()
        return Guest(address_of(token)) if sound else None

    def open(self, response: web.StreamResponse) -> None:
        """Give a browser a new cookie."""
        self._set(response, self._draw_token())

    def renew(self, request: web.Request, response: web.StreamResponse) -> None:
        """Let a browser's cookie last on, from this visit; one without a sound cookie gets one."""
        if self.guest(request) is None:
            self.open(response)
        else:
            self._set(response, request.cookies[COOKIE])

    def _set(self, response: web.StreamResponse, token: str) -> None:
        response.set_cookie(
            COOKIE,
            token,
            max_age=LASTS,
            path=self.base,
            httponly=True,
            secure=self._secure,
            # Embedded on the centre's site the chat is a third party there: only None is sent.
            samesite="None" if self._secure else "Lax",
        )


@dataclass(frozen=True, slots=True)
class Passes:
    """Knows browsers on a visit by the pass that a one-time link has bought them."""

    visits: Visits
    now: Callable[[], datetime]
    secure: bool
    base: str = "/visit"

    def guest(self, request: web.Request) -> Guest | None:
        """Who asks: the contact of the pass."""
        found = self.visits.admitted(request.cookies.get(PASS, ""), self.now())
        if found is None:
            return None
        return Guest(f"visit-{found.contact_id}", found.contact_id, found.since)

    def open(self, response: web.StreamResponse) -> None:
        """Nobody becomes a guest but by a link."""

    def renew(self, request: web.Request, response: web.StreamResponse) -> None:
        """Let the pass last on: it ends when nobody has touched the page for a while."""
        guest = self.guest(request)
        if guest is not None:
            self.admit(response, guest.contact_id, guest.since)

    def admit(self, response: web.StreamResponse, contact_id: int, since: int) -> None:
        """Give a browser a pass."""
        response.set_cookie(
            PASS,
            self.visits.admit(contact_id, since, self.now()),
            max_age=int(GOOD_FOR.total_seconds()),
            path=self.base,
            httponly=True,
            secure=self.secure,
            samesite="Lax",
        )


def address_of(token: str) -> str:
    """The address a token stands for; the token itself is kept nowhere."""
    return sha256(token.encode()).hexdigest()[:40]

"""Who a browser is: a random cookie, of which only a hash is kept."""

from collections.abc import Callable
from hashlib import sha256

from aiohttp import web

COOKIE = "talent_chat"
LASTS = 180 * 24 * 3600
"""Seconds a cookie lasts: an application and its flat take months, and people come back."""
LENGTH = 43
"""Characters of a token: 32 random bytes in URL-safe Base64."""


class Sessions:
    """Knows browsers by their cookie. `secure` where the site is reached by https."""

    def __init__(self, draw_token: Callable[[], str], *, secure: bool) -> None:
        self._draw_token = draw_token
        self._secure = secure

    def address(self, request: web.Request) -> str | None:
        """The contact address of a request's cookie; None without a sound one."""
        token = request.cookies.get(COOKIE, "")
        return address_of(token) if len(token) == LENGTH and token.isascii() else None

    def open(self, response: web.StreamResponse) -> None:
        """Give a browser a new cookie."""
        self._set(response, self._draw_token())

    def renew(self, request: web.Request, response: web.StreamResponse) -> None:
        """Let a browser's cookie last on, from this visit; one without a sound cookie gets one."""
        if self.address(request) is None:
            self.open(response)
        else:
            self._set(response, request.cookies[COOKIE])

    def _set(self, response: web.StreamResponse, token: str) -> None:
        response.set_cookie(
            COOKIE,
            token,
            max_age=LASTS,
            path="/chat",
            httponly=True,
            secure=self._secure,
            # Embedded on the centre's site the chat is a third party there: only None is sent.
            samesite="None" if self._secure else "Lax",
        )


def address_of(token: str) -> str:
    """The address a token stands for; the token itself is kept nowhere."""
    return sha256(token.encode()).hexdigest()[:40]

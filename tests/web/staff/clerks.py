"""Members of staff at their browsers: they begin by a link, sign in, look and post forms."""

import contextlib
import html
import re
from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import datetime, timedelta

import pyotp
from aiohttp import ClientResponse, ClientSession, ClientTimeout, CookieJar
from yarl import URL

from bot.services.audit import Actor
from bot.store.audit import Entry, Wanted, entries
from bot.store.staff import Person, find_person
from bot.web.staff.guard import COOKIE
from tests.web.server import Server

PASSWORD = "a kettle sings at four"
TESTER = Actor("tester", "")
PAUSE = timedelta(seconds=30)
"""After which the app shows another code."""


@dataclass(slots=True)
class Page:
    """An answer of the console."""

    status: int
    text: str
    place: str
    answer: ClientResponse

    @property
    def words(self) -> str:
        """What stands on the page, without tags."""
        bare = re.sub(r"<(script|style)\b.*?</\1>|<[^>]+>", " ", self.text, flags=re.DOTALL)
        return " ".join(html.unescape(bare).split())

    def field(self, name: str) -> str:
        """The value of the first hidden field of a name."""
        found = re.search(rf'name="{name}" value="([^"]*)"', self.text)
        assert found, f"no field {name} in: {self.words}"
        return html.unescape(found.group(1))


@dataclass(slots=True)
class Clerk:
    """One member of staff at one browser."""

    server: Server
    session: ClientSession
    name: str
    secret: str = ""

    @property
    def server_url(self) -> URL:
        """The address under which the browser keeps the console's cookies."""
        return URL(f"{self.server.address}/staff")

    @property
    def token(self) -> str:
        """What the browser holds of its session."""
        held = self.session.cookie_jar.filter_cookies(self.server_url)
        return held[COOKIE].value if COOKIE in held else ""

    async def gets(self, path: str, **headers: str) -> Page:
        """Open a page."""
        async with self.session.get(path, headers=headers) as answer:
            return await _page(answer)

    async def posts(self, path: str, headers: dict[str, str] | None = None, **form: str) -> Page:
        """Post a form, and land where it leads."""
        async with self.session.post(path, data=form, headers=headers or {}) as answer:
            return await _page(answer)

    async def sends(self, path: str, at: str, **form: str) -> Page:
        """Post a form that stands on the page `at`, with the token it carries."""
        page = await self.gets(at)
        return await self.posts(path, None, csrf=page.field("csrf"), **form)

    async def begins(self, token: str) -> Page:
        """Use a one-time link."""
        return await self.posts("/staff/welcome", None, **await self.welcome(token))

    async def welcome(self, token: str) -> dict[str, str]:
        """The form of a one-time link, filled in."""
        page = await self.gets(f"/staff/welcome?t={token}")
        found = re.search(r"<code>([A-Z2-7]+)</code>", page.text)
        assert found, page.words
        self.secret = found.group(1)
        filled = {"password": PASSWORD, "again": PASSWORD, "code": self.code()}
        return {"t": token, "sealed": page.field("sealed"), **filled}

    async def tries(self, password: str = PASSWORD) -> Page:
        """Try a password."""
        return await self.posts("/staff/sign-in", name=self.name, password=password)

    async def signs_in(self, later: timedelta = timedelta()) -> Page:
        """Sign in, with the code of a moment later when the present one was used."""
        return await self.enters(self.code(later))

    async def enters(self, code: str) -> Page:
        """Sign in with a code."""
        half = await self.tries()
        return await self.posts("/staff/second", csrf=half.field("csrf"), code=code)

    def code(self, later: timedelta = timedelta()) -> str:
        """What the authenticator app shows."""
        return pyotp.TOTP(self.secret).at(self.server.clock() + later)

    def entries(self, action: str = "") -> list[Entry]:
        """What the audit log says of this clerk, the newest first."""
        wanted = Wanted(who=self.name, action=action)
        return self.server.app.database.look(lambda tx: entries(tx, wanted, 1000))


async def _page(answer: ClientResponse) -> Page:
    return Page(answer.status, await answer.text(), answer.url.path_qs, answer)


@contextlib.asynccontextmanager
async def at_browser(server: Server, name: str) -> AsyncIterator[Clerk]:
    """A browser in which nobody is signed in; a proxy tells its own address for each."""
    jar, timeout = CookieJar(unsafe=True), ClientTimeout(total=60)
    headers = {"X-Forwarded-For": name}
    async with ClientSession(
        server.address, cookie_jar=jar, timeout=timeout, headers=headers
    ) as session:
        yield Clerk(server, session, name)


@contextlib.asynccontextmanager
async def clerk(
    server: Server, role: str, name: str = "", language: str = "en"
) -> AsyncIterator[Clerk]:
    """A new member of staff of a role, signed in."""
    name = name or new_name(server, role)
    token = invite(server, name, role, language)
    async with at_browser(server, name) as one:
        page = await one.begins(token)
        assert page.status == 200, page.words
        assert page.place == "/staff", page.words
        yield one


def invite(server: Server, name: str, role: str, language: str = "en") -> str:
    """Add somebody; the token of their link."""
    app = server.app
    token = app.database.transact(
        lambda tx: app.staff.invite(tx, name, role, language, TESTER, server.clock())
    )
    assert token is not None
    return token


def new_name(server: Server, role: str) -> str:
    """A name nobody has yet."""
    moment: datetime = server.clock()
    return f"{role}-{moment.timestamp():.6f}".replace(".", "-")


def account(server: Server, name: str) -> Person:
    """Somebody as the database knows them."""
    found = server.app.database.look(lambda tx: find_person(tx, name))
    assert found is not None
    return found

"""A manager at the console of a program that is killed now and then: what was not answered is
posted again, and that it was done the first time is no harm."""

import asyncio
import re
import secrets
from dataclasses import dataclass

import aiohttp
import pyotp

from bot.app import now
from bot.services.audit import Actor, AuditLog
from bot.services.staff import Staff
from bot.store.database import Database
from tests.crash.keeper import Program
from tests.crash.platforms import SEALER
from tests.crash.rush import Killer
from tests.web.staff.clerks import PASSWORD

NAME = "manager"
_FIELD = r'name="{}" value="([^"]*)"'


@dataclass(slots=True)
class Manager:
    """Decides cases and confirms deposits over HTTP."""

    program: Program
    killer: Killer
    session: aiohttp.ClientSession
    database: Database

    async def begins(self) -> None:
        """Sign in by a one-time link."""
        staff = Staff(SEALER, AuditLog(SEALER), lambda: secrets.token_urlsafe(32))
        inviting = (NAME, "manager", "en", Actor("test", ""))
        token = await asyncio.to_thread(
            self.database.transact, lambda tx: staff.invite(tx, *inviting, now())
        )
        page = await self._asks("GET", f"/staff/welcome?t={token}")
        found = re.search(r"<code>([A-Z2-7]+)</code>", page)
        assert found
        form = {
            "t": str(token),
            "sealed": self._field(page, "sealed"),
            "password": PASSWORD,
            "again": PASSWORD,
            "code": pyotp.TOTP(found[1]).at(now()),
        }
        await self._asks("POST", "/staff/welcome", form)

    async def approves(self, reference: str) -> None:
        """Approve a case, unless that is done."""
        await self._does(f"/staff/cases/{reference}", "approve")

    async def confirms(self, reference: str) -> None:
        """Confirm a deposit, unless that is done."""
        await self._does(f"/staff/deposits/{reference}", "confirm")

    async def _does(self, place: str, what: str) -> None:
        page = await self._asks("GET", place)
        fields = {name: self._field(page, name) for name in ("csrf", "revision")}
        await self._asks("POST", f"{place}/{what}", {**fields, "sure": "yes"})

    def _field(self, page: str, name: str) -> str:
        found = re.search(_FIELD.format(name), page)
        assert found, name
        return found[1]

    async def _asks(self, method: str, path: str, form: dict[str, str] | None = None) -> str:
        pages: list[str] = []

        async def post(base: str) -> bool:
            try:
                url = f"{base}{path}"
                async with self.session.request(method, url, data=form) as answer:
                    assert answer.status == 200, await answer.text()
                    pages.append(await answer.text())
            except aiohttp.ClientError:
                return False
            return True

        await self.program.takes(post)
        self.killer.answered()
        return pages[-1]

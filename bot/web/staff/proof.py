"""Hears passwords: a few at a time, from nobody too often, and in the same time for all."""

import asyncio
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from ipaddress import ip_address
from typing import Literal

from aiohttp import web

from bot.services.credentials import check_password, hash_password, is_locked, tidy_name
from bot.services.staff import Staff
from bot.store.database import Database
from bot.store.staff import Person, find_person

AT_ONCE = 2
"""Passwords hashed at the same time: each takes 19 MB and a processor, and strangers may ask."""
EVEN = 0.2
"""Seconds after which a wrong password is answered: a count in the database, which only known
names have, does not show in it."""
MOST_ADDRESSES = 10_000

Bad = Literal["wrong", "out"]
"""Why nobody was let in: name or password is wrong (or the account is locked or closed), or their
address has failed too often to be heard."""


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
        if len(self._failed) >= MOST_ADDRESSES:
            del self._failed[next(iter(self._failed))]
        self._failed.setdefault(address, deque(maxlen=self.most)).append(now)

    def is_out(self, address: str, now: datetime) -> bool:
        """Whether an address has failed too often to be heard."""
        times = self._failed.get(address)
        return times is not None and len(times) >= self.most and now - times[0] < self.within


class Proof:
    """Knows whether a password is right."""

    def __init__(self, database: Database, staff: Staff, now: Callable[[], datetime]) -> None:
        self._database = database
        self._staff = staff
        self._now = now
        self._strangers = Strangers()
        self._turns = asyncio.Semaphore(AT_ONCE)

    async def person(self, request: web.Request, name: str, password: str) -> Person | Bad:
        """Whose password this is. Failures are counted before the next one is heard."""
        async with self._turns:
            began = asyncio.get_running_loop().time()
            found = await self._person(address_of(request), tidy_name(name), password)
        if found == "wrong":
            await asyncio.sleep(began + EVEN - asyncio.get_running_loop().time())
        return found

    async def _person(self, address: str, name: str, password: str) -> Person | Bad:
        now = self._now()
        if self._strangers.is_out(address, now):
            return "out"
        person = await self._database.read(lambda tx: find_person(tx, name))
        right = await asyncio.to_thread(check_password, person, password)
        able = person is not None and person.closed_at is None and not is_locked(person, now)
        if right and able and person is not None:
            return person
        self._strangers.fails(address, now)
        if able and person is not None:
            await self._database.write(lambda tx: self._staff.failed(tx, person, now))
        return "wrong"

    async def hash(self, password: str) -> str:
        """What is kept of a new password."""
        async with self._turns:
            return await asyncio.to_thread(hash_password, password)


def address_of(request: web.Request) -> str:
    """Who asks. A proxy, which stands on this machine or beside it, names whom it speaks for last:
    what stands before that, anybody may have written."""
    remote = request.remote or ""
    if not _is_near(remote):
        return remote
    return request.headers.get("X-Forwarded-For", remote).rpartition(",")[2].strip()[:64]


def _is_near(address: str) -> bool:
    try:
        return ip_address(address).is_private
    except ValueError:
        return False

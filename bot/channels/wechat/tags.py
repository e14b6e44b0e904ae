"""One tag for each language, by which WeChat chooses a contact's menu."""

import asyncio
import logging
from collections import OrderedDict
from collections.abc import Callable, Collection, Mapping, Sequence
from datetime import datetime, timedelta
from typing import TypeAlias

from msgspec import Struct

from bot.channels.wechat.api import Api, Done
from bot.channels.wechat.errors import ApiError

log = logging.getLogger(__name__)

GET = "/cgi-bin/tags/get"
CREATE = "/cgi-bin/tags/create"
PUT_ON = "/cgi-bin/tags/members/batchtagging"
TAKE_OFF = "/cgi-bin/tags/members/batchuntagging"
PREFIX = "talent-bot "
AT_ONCE = 50
"""Contacts in one call, the platform's limit."""
REMEMBERED = 10_000
WAITING = 10_000
"""Contacts remembered, and waiting for their tag: enough for a crowd, bounded all the same."""
TRUSTED = timedelta(hours=1)
"""How long a tag put on here is taken to be on still: another process may change it."""
FAREWELL = 3.0
"""Seconds that closing waits for tags still to be put on; the next message puts on the rest."""

Spoken: TypeAlias = tuple[str, str]
"""An address and the language of what is said there."""


class _Tag(Struct, frozen=True):
    id: int
    name: str


class _Found(Struct, frozen=True):
    tags: tuple[_Tag, ...] = ()


class _Created(Struct, frozen=True):
    tag: _Tag


class Tags:
    """The language tags of an account, put on contacts in the background."""

    def __init__(self, api: Api, languages: Sequence[str], now: Callable[[], datetime]) -> None:
        self._api = api
        self._languages = languages
        self._now = now
        self._ids: dict[str, int] = {}
        self._known: OrderedDict[str, tuple[str, datetime]] = OrderedDict()
        self._waiting: dict[str, str] = {}
        self._worker: asyncio.Task[None] | None = None

    async def set_up(self) -> Mapping[str, int]:
        """The tag of each language, created when missing; `ApiError` when that fails."""
        found = await self.found()
        for language in self._languages:
            if language not in found:
                wanted = {"tag": {"name": PREFIX + language}}
                found[language] = (await self._api.post(CREATE, wanted, _Created)).tag.id
        self._ids = found
        return found

    async def found(self) -> dict[str, int]:
        """The tags of languages that there are already."""
        names = {PREFIX + language: language for language in self._languages}
        tags = (await self._api.get(GET, _Found)).tags
        return {names[tag.name]: tag.id for tag in tags if tag.name in names}

    def speaks(self, address: str, language: str) -> None:
        """A contact is spoken to in a language: have its tag put on soon, if it is another."""
        if language not in self._languages or self._is_known(address, language):
            return
        if len(self._waiting) < WAITING:
            self._waiting[address] = language
        if self._worker is None:
            self._worker = asyncio.create_task(self._work())

    async def finish(self) -> None:
        """Let what waits be put on, but not for long."""
        if self._worker is None:
            return
        _, late = await asyncio.wait((self._worker,), timeout=FAREWELL)
        for worker in late:
            worker.cancel()
            await asyncio.wait((worker,))

    def _is_known(self, address: str, language: str) -> bool:
        known, at = self._known.get(address, ("", self._now()))
        waiting = self._waiting.get(address, known)
        return waiting == language and self._now() < at + TRUSTED

    async def _work(self) -> None:
        try:
            while self._waiting:
                spoken = list(self._waiting.items())[:AT_ONCE]
                for address, _ in spoken:
                    del self._waiting[address]
                await self._try([one for one in spoken if not self._is_known(*one)])
        finally:
            self._worker = None

    async def _try(self, spoken: Sequence[Spoken]) -> None:
        """Put tags on; what fails is tried again at the contact's next message."""
        try:
            await self._put_on(spoken)
        except ApiError as error:
            if error.meaning.gone and len(spoken) > 1:  # one has left: the call is good for nobody
                for one in spoken:
                    await self._try((one,))
                return
            log.warning("tags not put on", extra={"contacts": len(spoken), "fault": str(error)})

    async def _put_on(self, spoken: Sequence[Spoken]) -> None:
        if not self._ids:
            await self.set_up()
        for language in dict.fromkeys(language for _, language in spoken):
            addresses = [address for address, spoken_in in spoken if spoken_in == language]
            for other in self._languages:
                if other != language:
                    await self._call(TAKE_OFF, other, addresses)
            await self._call(PUT_ON, language, addresses)
            self._remember(addresses, language)

    async def _call(self, path: str, language: str, addresses: Collection[str]) -> None:
        body = {"openid_list": list(addresses), "tagid": self._ids[language]}
        await self._api.post(path, body, Done)

    def _remember(self, addresses: Collection[str], language: str) -> None:
        for address in addresses:
            self._known[address] = (language, self._now())
            self._known.move_to_end(address)
        while len(self._known) > REMEMBERED:
            self._known.popitem(last=False)

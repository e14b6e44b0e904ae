"""The web chat's door: the page, what its contact says and uploads, and what there is to read."""

import asyncio
import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Annotated, Any

import msgspec
from aiohttp import web
from jinja2 import Environment

from bot.channels.channel import Update
from bot.channels.fetched import WEB
from bot.engine.catalogue import Catalogue
from bot.engine.model import File, Input, Said, Start, Tapped, Unreadable, Uploaded
from bot.runner.converse import Converser
from bot.runner.reading import LATEST, Reader, Spoken
from bot.services.papers import Papers
from bot.store.documents import NewDocument
from bot.web.entries import Entry, from_history, from_turn
from bot.web.hub import NOBODY, Hub, heard
from bot.web.request import Malformed, read_body, read_files, whole
from bot.web.session import Guest, Guests

LONGEST_BODY = 64 * 1024
"""Bytes of a JSON request: a long text in any script, and no more."""
LONGEST_TEXT = 4000
"""Characters of one message; Telegram allows 4096, and no answer needs more."""
LONGEST_TOKEN = 64
LONGEST_WAIT = 30.0
"""Seconds a page may wait for news in one request: proxies cut longer ones."""
LOOK_AGAIN = 3.0
"""Seconds after which a waiting page looks for what another process has said."""
PAGE = 50
"""Entries in one answer."""


class Saying(msgspec.Struct, forbid_unknown_fields=False):
    """What a page posts: exactly one of text, tap and start."""

    id: str
    after: Annotated[int, msgspec.Meta(ge=-1, le=LATEST)] = -1
    text: str | None = None
    tap: str | None = None
    label: str = ""
    start: str | None = None
    language: str = ""


_read_saying = msgspec.json.Decoder(Saying).decode
_write = msgspec.json.Encoder().encode
_ID = re.compile(r"[0-9A-Za-z-]{8,64}")


@dataclass(frozen=True, slots=True)
class ChatParts:
    """What the door needs."""

    converser: Converser
    reader: Reader
    papers: Papers
    hub: Hub
    guests: Guests
    catalogue: Catalogue
    templates: Environment
    words: dict[str, dict[str, str]]
    now: Callable[[], datetime]


class ChatDoor:
    """The handlers of one of our pages: `/chat`, or `/visit` for contacts of other channels."""

    def __init__(self, parts: ChatParts) -> None:
        self._parts = parts

    def routes(self) -> list[web.RouteDef]:
        """The door's routes."""
        base = self._parts.guests.base
        return [
            web.get(base, self.page),
            web.get(f"{base}/entries", self.entries),
            web.post(f"{base}/say", self.say),
            web.post(f"{base}/upload", self.upload),
        ]

    async def page(self, request: web.Request) -> web.Response:
        """The page itself, in the language asked for, chosen before, or the browser's."""
        language = await self._page_language(request)
        words = self._parts.words[language]
        html = self._parts.templates.get_template("chat.html").render(
            title=words["title"],
            language=language.replace("_", "-"),
            direction=self._parts.catalogue.languages[language].direction,
            words=words,
            flow=request.query.get("flow", "")[:32],
            static="/chat/static",
        )
        response = web.Response(text=html, content_type="text/html")
        self._parts.guests.renew(request, response)
        return response

    async def _page_language(self, request: web.Request) -> str:
        known = self._parts.catalogue.languages
        asked = request.query.get("language", "")
        if asked in known:
            return asked
        guest = self._parts.guests.guest(request)
        found = await self._contact(guest) if guest else None
        if found and found[1] in known:
            return found[1]
        return preferred(request.headers.get("Accept-Language", ""), tuple(known))

    # reading

    async def entries(self, request: web.Request) -> web.Response:
        """Entries after a message number, waited for if asked; or those before one."""
        guest = self._parts.guests.guest(request)
        if guest is None:
            return self._new_session()
        before, after = whole(request, "before", 0), whole(request, "after", -1)
        if before:
            contact = await self._contact(guest)
            entries = await self._before(contact[0], before, guest) if contact else []
            return self._reply(entries, before, contact[1] if contact else "")
        wait = min(max(whole(request, "wait", 0), 0), LONGEST_WAIT)
        response = await self._news(guest, after, wait)
        self._parts.guests.renew(request, response)
        return response

    async def _contact(self, guest: Guest) -> tuple[int, str] | None:
        """A guest's contact and language, if there is one yet."""
        if guest.contact_id:
            return await self._parts.reader.known(guest.contact_id)
        return await self._parts.reader.contact(WEB, guest.address)

    def _new_session(self) -> web.Response:
        response = self._reply([], 0, "")
        self._parts.guests.open(response)
        return response

    async def _news(self, guest: Guest, after: int, wait: float) -> web.Response:
        """Entries after `after`, as soon as there are any, or none when the wait is over."""
        loop = asyncio.get_running_loop()
        end = loop.time() + wait
        hub = self._parts.hub
        while True:
            contact = await self._contact(guest)
            with hub.listening(contact[0] if contact else NOBODY) as news:
                entries = await self._after(contact[0], after, guest) if contact else []
                left = end - loop.time()
                if entries or left <= 0 or hub.is_closed:
                    language = contact[1] if contact else ""
                    return self._reply(entries, max(after, 0), language)
                await heard(news, min(left, LOOK_AGAIN))

    async def _after(self, contact_id: int, after: int, guest: Guest) -> list[Entry]:
        if after < 0:
            return await self._before(contact_id, LATEST, guest)
        least = max(after, guest.since)
        spoken = await self._parts.reader.after(contact_id, least, PAGE + 1, WEB)
        return from_history(_whole_turns(spoken[::-1])[::-1])

    async def _before(self, contact_id: int, before: int, guest: Guest) -> list[Entry]:
        reader = self._parts.reader
        spoken = await reader.before(contact_id, before, PAGE + 1, WEB, guest.since)
        return from_history(_whole_turns(spoken))

    def _reply(self, entries: list[Entry], least: int, language: str) -> web.Response:
        """What the page reads: entries, and the number of the last of them."""
        known = self._parts.catalogue.languages.get(language)
        direction = known.direction if known else "ltr"
        tag = language.replace("_", "-")
        return _json(
            {
                "entries": entries,
                "cursor": max((entry["n"] for entry in entries), default=least),
                "language": tag,
                "direction": direction,
            }
        )

    # saying

    async def say(self, request: web.Request) -> web.Response:
        """Take what the contact typed or tapped; answered once it is committed."""
        guest = self._mine(request)
        if request.content_type != "application/json":
            raise Malformed("not JSON")
        body = await read_body(request, LONGEST_BODY)
        try:
            saying = _read_saying(body)
        except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
            raise Malformed("not what a page says") from error
        return await self._take(guest, saying.id, input_of(saying), (), saying.after)

    async def upload(self, request: web.Request) -> web.Response:
        """Take documents; each is examined before anything of it is kept."""
        guest = self._mine(request)
        if request.content_type != "multipart/form-data":
            raise Malformed("not a form")
        received = await read_files(request, self._parts.papers.largest)
        contact = await self._contact(guest)
        examined = await self._parts.papers.examine(received.files, contact[0] if contact else None)
        files = tuple(File(d.id, d.kind, d.pages) for d in examined.documents)
        left = ("too_often",) if received.left and "too_often" not in examined.refused else ()
        given = Uploaded(files, (*examined.refused, *left))
        update_id = request.query.get("id", "")
        after = whole(request, "after", -1)
        return await self._take(guest, update_id, given, examined.documents, after)

    def _mine(self, request: web.Request) -> Guest:
        """Whose a request is that came from our own page."""
        if not is_ours(request):
            raise web.HTTPForbidden(text="this request came from another site")
        guest = self._parts.guests.guest(request)
        if guest is None:
            raise web.HTTPForbidden(text="no session")
        return guest

    async def _take(
        self,
        guest: Guest,
        update_id: str,
        given: Input,
        documents: tuple[NewDocument, ...],
        after: int,
    ) -> web.Response:
        if not _ID.fullmatch(update_id):
            raise Malformed("no sound id")
        # A page's ids are its own: two browsers may not take each other's.
        own = f"{guest.address}:{update_id}"
        update = Update(WEB, own, guest.address, given, documents, contact_id=guest.contact_id)
        taken = await self._parts.converser.receive(update)
        if taken.messages and after == taken.first - 1:
            entries = from_turn(given, taken, self._parts.now())
            return self._reply(entries, after, taken.language)
        return await self._news(guest, after, 0)


def _whole_turns(spoken: list[Spoken]) -> list[Spoken]:
    """A page of one line too many without the turn at its cut end, which the next page shows."""
    if len(spoken) <= PAGE:
        return spoken
    page = spoken[1:]
    cut = sum(one.inbox_id == spoken[0].inbox_id for one in page)
    return page[cut:] or page


def is_ours(request: web.Request) -> bool:
    """Whether a request comes from our own page; older browsers tell only the origin."""
    site, origin = request.headers.get("Sec-Fetch-Site"), request.headers.get("Origin")
    if site is not None:
        return site in ("same-origin", "none")
    return origin is None or origin.partition("://")[2] == request.host


def input_of(saying: Saying) -> Input:
    """What a page's words are to the engine."""
    match saying:
        case Saying(start=str(flow)):
            return Start(flow[:32], saying.language[:16])
        case Saying(tap=str(token)):
            if len(token) > LONGEST_TOKEN:
                raise Malformed("no button of ours")
            return Tapped(token, saying.label[:100])
        case Saying(text=str(text)) if len(text) > LONGEST_TEXT:
            return Unreadable("too_long")
        case Saying(text=str(text)):
            return Said(text)
        case _:
            raise Malformed("nothing said")


def preferred(header: str, known: tuple[str, ...]) -> str:
    """The best of our languages by an Accept-Language header; the first when none fits."""
    weighed = []
    for part in header[:200].split(","):
        tag, _, weight = part.strip().partition(";q=")
        try:
            weighed.append((float(weight or 1), tag.lower()))
        except ValueError:
            continue
    for _, tag in sorted(weighed, key=lambda pair: -pair[0]):
        for language in known:
            if tag.split("-")[0] == language.split("_")[0].lower():
                return language
    return known[0]


def _json(value: Any) -> web.Response:
    return web.Response(body=_write(value), content_type="application/json")

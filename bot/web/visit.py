"""The door for visits: a one-time link of another channel opens the page for its contact."""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from datetime import datetime

from aiohttp import web
from jinja2 import Environment

from bot.channels.channel import Update
from bot.channels.fetched import WEB
from bot.engine.model import Visited
from bot.runner.converse import Converser
from bot.runner.reading import Reader
from bot.services.visits import LONGEST_TOKEN, Visits
from bot.web.chat import ChatDoor, is_ours, preferred
from bot.web.request import read_form
from bot.web.session import Passes

Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]

LONGEST_FORM = 4096
"""Bytes of the form on the first page: it holds one token."""


@dataclass(frozen=True, slots=True)
class VisitDoor:
    """The handlers of `/visit`. A link is used by posting it: who only looks at it, as the
    previews of platforms do, has not used it up."""

    chat: ChatDoor
    passes: Passes
    visits: Visits
    converser: Converser
    reader: Reader
    templates: Environment
    words: Mapping[str, Mapping[str, str]]
    now: Callable[[], datetime]

    def routes(self) -> list[web.RouteDef]:
        """The door's routes."""
        page, *others = self.chat.routes()
        return [
            web.get(page.path, self.page),
            web.post(f"{page.path}/open", self.open),
            *(web.route(one.method, one.path, self._if_there(one.handler)) for one in others),
        ]

    def _if_there(self, handler: Handler) -> Handler:
        """A handler of the chat, for contacts who are still there: a pass may outlive its own."""

        async def handle(request: web.Request) -> web.StreamResponse:
            if self.passes.guest(request) is not None and not await self._is_there(request):
                raise web.HTTPForbidden(text="this contact was deleted")
            return await handler(request)

        return handle

    async def _is_there(self, request: web.Request) -> bool:
        guest = self.passes.guest(request)
        return guest is not None and await self.reader.known(guest.contact_id) is not None

    async def page(self, request: web.Request) -> web.Response:
        """The first page of a link that is still good, the chat of a visit, or how to get one."""
        token = request.query.get("t", "")
        if token:
            ticket = self.visits.ticket(token, self.now())
            if ticket is not None:
                return await self._first(request, token, ticket.contact_id)
            return await self._first(request, "", None)
        if await self._is_there(request):
            return await self.chat.page(request)
        return await self._first(request, "", None)

    async def open(self, request: web.Request) -> web.StreamResponse:
        """Use a link up: its first use is an input of its contact, and every repeat is none."""
        if not is_ours(request):
            raise web.HTTPForbidden(text="this request came from another site")
        token = (await read_form(request, LONGEST_FORM)).get("t", "")[:LONGEST_TOKEN]
        ticket = self.visits.ticket(token, self.now())
        known = await self.reader.known(ticket.contact_id) if ticket else None
        if ticket is None or known is None:
            return await self._first(request, "", None)
        update = Update(
            WEB, f"visit:{ticket.nonce}", "", Visited(ticket.question), contact_id=ticket.contact_id
        )
        taken = await self.converser.receive(update)
        response = web.Response(status=303, headers={"Location": self.passes.base})
        if not taken.inbox_id:
            guest = self.passes.guest(request)
            is_theirs = guest is not None and guest.contact_id == ticket.contact_id
            return response if is_theirs else await self._first(request, "", ticket.contact_id)
        self.passes.admit(response, ticket.contact_id, taken.first - 1)
        return response

    async def _first(
        self, request: web.Request, token: str, contact_id: int | None
    ) -> web.Response:
        known = await self.reader.known(contact_id) if contact_id else None
        language = known[1] if known and known[1] in self.words else ""
        language = language or preferred(
            request.headers.get("Accept-Language", ""), tuple(self.words)
        )
        html = self.templates.get_template("visit.html").render(
            token=token, words=self.words[language], language=language.replace("_", "-")
        )
        status = 200 if token else 410
        return web.Response(text=html, content_type="text/html", status=status)

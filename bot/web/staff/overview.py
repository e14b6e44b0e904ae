"""The first page of the console: how things stand."""

from dataclasses import dataclass

from aiohttp import web

from bot.services.staff import Signed
from bot.web.staff.guard import Guard
from bot.web.staff.page import BASE, Pages


@dataclass(frozen=True, slots=True)
class Overview:
    """The handlers of the overview."""

    guard: Guard
    pages: Pages

    def routes(self) -> list[web.RouteDef]:
        """The door's routes."""
        return [web.get(BASE, self.guard.look("overview", self.page))]

    async def page(self, request: web.Request, signed: Signed) -> web.StreamResponse:
        """How things stand."""
        return self.pages.render(request, signed, "overview.html")

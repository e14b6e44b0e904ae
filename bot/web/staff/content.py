"""Shows a centre's content: flows, texts, policies, calendar, photos, and what is wrong."""

import asyncio
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from aiohttp import web

from bot.content.draw import svg
from bot.content.load import Content
from bot.content.texts import Translations
from bot.engine.flow import Flow
from bot.services.staff import Signed
from bot.store.database import Database
from bot.store.funnel import places
from bot.web.request import Malformed
from bot.web.staff.content_files import ContentFiles
from bot.web.staff.content_texts import all_texts, missing_in
from bot.web.staff.content_view import (
    calendar_view,
    counts_in,
    editions_of,
    flow_row,
    step_rows,
)
from bot.web.staff.guard import Guard
from bot.web.staff.lists import PAGE, export
from bot.web.staff.names import Names, names_for
from bot.web.staff.page import BASE, Pages

PLACE = f"{BASE}/content"
ZOOMS = ("50", "75", "100", "150")
PICTURES = (".jpg", ".jpeg", ".png", ".webp")
DRAWING = "default-src 'none'; style-src 'unsafe-inline'"
"""A drawing carries its own style, and nothing runs in it."""


@dataclass(frozen=True, slots=True)
class ContentPages:
    """The handlers of the content's pages; nothing can be changed by them."""

    guard: Guard
    pages: Pages
    database: Database
    content: Content
    translations: Translations
    files: ContentFiles

    def routes(self) -> list[web.RouteDef]:
        """The door's routes."""
        pages = {
            PLACE: self.page,
            f"{PLACE}/texts": self.texts,
            f"{PLACE}/policies": self.policies,
            f"{PLACE}/flows/{{flow}}": self.flow,
            f"{PLACE}/flows/{{flow}}/picture": self.picture,
        }
        look = self.guard.look
        return [web.get(place, look("content", handler)) for place, handler in pages.items()]

    async def page(self, request: web.Request, signed: Signed) -> web.StreamResponse:
        """All there is, in short."""
        names, files = self._names(signed), await self.files.look()
        standing = await self.database.read(places)
        catalogue = self.content.catalogue
        return self._render(
            request,
            signed,
            "content.html",
            flows=[flow_row(flow, standing, names) for flow in catalogue.flows.values()],
            problems=files.problems,
            texts=len(files.texts),
            gaps=[
                (code, one.name, missing_in(files.texts, code))
                for code, one in tuple(catalogue.languages.items())[1:]
            ],
            policies=list(catalogue.policies.values()),
            calendar=calendar_view(self.content.calendar, self.pages.today()),
            photos=await asyncio.to_thread(_photos, self.content.photos),
        )

    async def flow(self, request: web.Request, signed: Signed) -> web.StreamResponse:
        """One flow: its diagram with who stands where, and its steps."""
        flow, names = self._flow(request), self._names(signed)
        zoom = request.query.get("zoom", "100")
        if zoom not in (*ZOOMS, "fit"):
            raise Malformed("there is no such size")
        counts = counts_in(flow.name, await self.database.read(places))
        return self._render(
            request,
            signed,
            "content_flow.html",
            flow=flow,
            title=names.text(flow.title),
            steps=step_rows(flow, counts, names),
            people=sum(counts.values()),
            elsewhere=sum(count for step, count in counts.items() if step not in flow.by_id),
            zoom=zoom,
            zooms=ZOOMS,
        )

    async def picture(self, request: web.Request, signed: Signed) -> web.StreamResponse:
        """The diagram of a flow, as a picture."""
        flow, known = self._flow(request), self.content.catalogue
        counts = counts_in(flow.name, await self.database.read(places))
        language = self.pages.language(request, signed)
        drawn = await asyncio.to_thread(svg, flow, known, language, self.translations, counts)
        headers = {"Content-Security-Policy": DRAWING, "Cache-Control": "no-store"}
        return web.Response(text=drawn, content_type="image/svg+xml", headers=headers)

    async def texts(self, request: web.Request, signed: Signed) -> web.StreamResponse:
        """Every text, side by side in all languages."""
        files, words = await self.files.look(), self._names(signed).words
        found = all_texts(request, files.texts, self.content.catalogue.languages, words)
        query = found.query
        if query.format:
            return export(found.columns, found.rows, query.format, "texts")
        shown = replace(found, rows=found.rows[query.offset : query.offset + PAGE])
        return self._render(request, signed, "content_texts.html", listing=shown)

    async def policies(self, request: web.Request, signed: Signed) -> web.StreamResponse:
        """Every policy as tables."""
        names, today = self._names(signed), self.pages.today()
        policies = self.content.catalogue.policies.values()
        shown = [(one, editions_of(one, today, names)) for one in policies]
        return self._render(request, signed, "content_policies.html", policies=shown)

    def _flow(self, request: web.Request) -> Flow:
        flow = self.content.catalogue.flows.get(request.match_info["flow"])
        if flow is None:
            raise web.HTTPNotFound
        return flow

    def _names(self, signed: Signed) -> Names:
        return names_for(self.pages, self.content.catalogue, signed)

    def _render(
        self, request: web.Request, signed: Signed, template: str, **facts: Any
    ) -> web.Response:
        return self.pages.render(request, signed, template, place=PLACE, **facts)


def _photos(folder: Path) -> list[str]:
    """The names of the photos in a folder; none where there is no folder."""
    return sorted(one.name for one in folder.glob("*") if one.suffix.lower() in PICTURES)

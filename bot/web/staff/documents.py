"""Shows the papers of a case: the viewer's pictures, and a page with one document alone."""

from dataclasses import dataclass

from aiohttp import web

from bot.services.staff import Signed
from bot.services.viewing import Look, Viewing
from bot.web.request import Malformed
from bot.web.staff.guard import Guard
from bot.web.staff.page import BASE, POLICY, Pages
from bot.web.staff.words import N_

SIZES = ("", "small")
ALONE = N_("Document")
"""The label of a document that is shown without its case."""
DIGITS = 3
"""Digits of a page's number."""
HEADERS = {
    "Cache-Control": "no-store, private",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Content-Disposition": 'inline; filename="page.jpg"',
    "Content-Security-Policy": POLICY,
}


@dataclass(frozen=True, slots=True)
class ShownDocument:
    """A document as the viewer lists it, under the label of the step it answers."""

    id: str
    label: str
    pages: int


@dataclass(frozen=True, slots=True)
class Documents:
    """The handlers of documents."""

    guard: Guard
    pages: Pages
    viewing: Viewing

    def routes(self) -> list[web.RouteDef]:
        """The door's routes."""
        one = f"{BASE}/documents/{{id}}"
        return [
            web.get(one, self.guard.look("cases", self.page)),
            web.get(f"{one}/{{page}}", self.guard.look("cases", self.picture)),
        ]

    async def page(self, request: web.Request, signed: Signed) -> web.StreamResponse:
        """The viewer with one document."""
        asked = request.match_info["id"]
        kept = await self.viewing.open(asked, signed.actor, self.pages.now())
        if kept is None:
            raise web.HTTPNotFound
        label = self.pages.words[self.pages.language(request, signed)](ALONE)
        shown = [ShownDocument(kept.id, label, kept.pages)]
        return self.pages.render(
            request, signed, "document.html", reference=kept.case_reference, documents=shown
        )

    async def picture(self, request: web.Request, signed: Signed) -> web.StreamResponse:
        """A page of a document, marked with who looks and when."""
        page, size = request.match_info["page"], request.query.get("size", "")
        if size not in SIZES:
            raise Malformed("an unknown size")
        if not (page.isascii() and page.isdigit() and len(page) <= DIGITS):
            raise web.HTTPNotFound
        now = self.pages.now()
        look = Look(
            signed.actor,
            document=request.match_info["id"],
            page=int(page),
            mark=f"{signed.name}  {now.astimezone(self.pages.zone):%Y-%m-%d %H:%M}",
            at=now,
            is_small=size == "small",
        )
        content = await self.viewing.show(look)
        if content is None:
            raise web.HTTPNotFound
        return web.Response(body=content, content_type="image/jpeg", headers=HEADERS)

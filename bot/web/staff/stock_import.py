"""Imports and exports the stock: a file is checked and shown first, then done as shown."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass, replace

from aiohttp import web

from bot.content.notes import Notes
from bot.services.became import Became
from bot.services.staff import Signed
from bot.services.stock_files import Known, Unread, read_file, write_csv, write_yaml
from bot.services.stock_items import Shown
from bot.services.stock_proposal import Proposal, open_proposal, propose, seal_proposal
from bot.store.database import Transaction
from bot.store.inventory import Item
from bot.web.request import Malformed
from bot.web.staff.guard import Form
from bot.web.staff.page import SAID, Voice, back
from bot.web.staff.stock_parts import EDIT, KINDS, SEE, STOCK, StockParts, label_of
from bot.web.staff.stock_upload import FILE, read_stock_file
from bot.web.staff.words import N_, Words

UNREAD: dict[Unread, str] = {
    Unread.EMPTY: N_("The file is empty, or none was chosen."),
    Unread.TOO_LARGE: N_("The file is larger than 1 MB. Please split it."),
    Unread.ENCODING: N_(
        "The file is not written in UTF-8. In Excel, save it as “CSV UTF-8” and choose it again."
    ),
    Unread.NOT_TEXT: N_("This is neither CSV nor YAML. An Excel workbook must be saved as CSV."),
    Unread.TOO_MANY_ROWS: N_("The file has more than 5000 rows. Please split it."),
}
TOO_MANY = N_("These are too many changes at once. Please split the file.")
WRITERS = {"csv": (write_csv, "text/csv"), "yaml": (write_yaml, "application/yaml")}
MOST_SHOWN = 500
"""Problems or changes on one page; more of them nobody reads, and the numbers above tell."""


@dataclass(frozen=True, slots=True)
class ImportDoor:
    """The handlers of import and export."""

    parts: StockParts

    def routes(self) -> list[web.RouteDef]:
        """The door's routes."""
        look, act = self.parts.guard.look, self.parts.guard.act
        return [
            web.get(f"{STOCK}/import", look(SEE, self.page)),
            web.post(f"{STOCK}/import", act(EDIT, self.check, read_stock_file)),
            web.post(f"{STOCK}/import/apply", act(EDIT, self.apply)),
            web.get(f"{STOCK}/stock.{{kind}}", look(SEE, self.export)),
        ]

    async def page(self, request: web.Request, signed: Signed) -> web.StreamResponse:
        """Where a file is chosen, and where the stock is had as one."""
        return self._page(request, signed)

    def _page(
        self, request: web.Request, signed: Signed, sentence: str = "", status: int = 200
    ) -> web.Response:
        return self.parts.pages.render(
            request, signed, "stock_import.html", status, sentence=sentence, part="import"
        )

    async def export(self, request: web.Request, signed: Signed) -> web.StreamResponse:
        """The whole stock as a file that can be imported."""
        kind = request.match_info["kind"]
        if kind not in WRITERS:
            raise web.HTTPNotFound
        write, content_type = WRITERS[kind]
        items = list((await self.parts.known()).values())
        headers = {"Content-Disposition": f'attachment; filename="stock.{kind}"'}
        return web.Response(
            body=await asyncio.to_thread(write, items),
            content_type=content_type,
            charset="utf-8",
            headers=headers,
        )

    async def check(self, request: web.Request, signed: Signed, form: Form) -> web.StreamResponse:
        """Show what a file would do, or all that is wrong with it; nothing is changed."""
        stock = await self.parts.known()
        read = await asyncio.to_thread(read_file, request[FILE], stock)
        if isinstance(read, Unread):
            return self._page(request, signed, UNREAD[read], 422)
        return self._shown(request, signed, read.items, read.notes, stock)

    async def apply(self, request: web.Request, signed: Signed, form: Form) -> web.StreamResponse:
        """Do what was shown; if something has changed meanwhile, show it again instead."""
        wanted = open_proposal(self.parts.sealer, form.get("proposal", ""), signed.name)
        if wanted is None:
            raise Malformed("no proposal of ours")
        became = await self.parts.database.write(lambda tx: self._apply(tx, wanted, signed))
        if became is Became.DONE:
            return back(STOCK)
        stock = await self.parts.known()
        items = [replace(item, revision=0) for item in wanted]
        return self._shown(request, signed, items, Notes(), stock, is_stale=True)

    def _apply(self, tx: Transaction, wanted: Sequence[Item], signed: Signed) -> Became:
        now = self.parts.pages.now()
        became = self.parts.inventory.apply(tx, wanted, signed.actor, now)
        if became is Became.DONE:
            added = sum(item.revision == 0 for item in wanted)
            counts = {"added": added, "changed": len(wanted) - added}
            self.parts.audit.write(tx, signed.actor, "stock_imported", "stock", now, **counts)
        return became

    def _shown(
        self,
        request: web.Request,
        signed: Signed,
        items: Sequence[Item],
        notes: Notes,
        stock: Known,
        *,
        is_stale: bool = False,
    ) -> web.Response:
        proposal = propose(items, notes, stock, self.parts.rules)
        is_sound = bool(proposal.changes) and not proposal.problems
        sealed = seal_proposal(self.parts.sealer, proposal, signed.name) if is_sound else ""
        if is_sound and not sealed:
            return self._page(request, signed, TOO_MANY, 422)
        pages = self.parts.pages
        language = pages.language(request, signed)
        return pages.render(
            request,
            signed,
            "stock_proposal.html",
            422 if proposal.problems else 200,
            proposal=proposal,
            counts=counts(proposal),
            sealed=sealed,
            kinds=KINDS,
            most=MOST_SHOWN,
            label=lambda name: label_of(name, pages.words[language], self.parts.catalogue),
            shown=lambda name, value: shown(
                name, value, pages.words[language], pages.voices[language]
            ),
            part="import",
            **({"said": SAID["import_stale"]} if is_stale else {}),
        )


def counts(proposal: Proposal) -> dict[str, int]:
    """How many items are added, changed and withheld."""
    whats = [change.what for change in proposal.changes]
    return {what: whats.count(what) for what in ("added", "changed", "withheld")}


def shown(name: str, value: Shown | None, words: Words, voice: Voice) -> str:
    """A value as staff read it."""
    if value is None or value == "":
        return "–"
    if isinstance(value, bool):
        return words(N_("yes")) if value else words(N_("no"))
    return voice.money(int(value)) if name == "rent_fen" else str(value)

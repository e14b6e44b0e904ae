"""One deposit: the order, the receipt, its lines in the ledger, and what staff say about it."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass

import msgspec
from aiohttp import web

from bot.services.audit import AuditLog
from bot.services.became import Became
from bot.services.books import Books
from bot.services.case_answers import document_ids
from bot.services.deposits import Deposits
from bot.services.flats import title
from bot.services.staff import Signed
from bot.store import ledger, stock
from bot.store.database import Database, Transaction
from bot.store.deposit_pages import ListedDeposit, Wanted, deposits_page
from bot.store.documents import KeptDocument, documents_of
from bot.web.staff.case import revision_of, words_of
from bot.web.staff.case_words import WHO_NAMES
from bot.web.staff.deposit_words import LINE_NAMES, STATE_NAMES
from bot.web.staff.documents import ShownDocument
from bot.web.staff.guard import Form, Guard
from bot.web.staff.page import BASE, Pages, back
from bot.web.staff.words import N_

PATH = f"{BASE}/deposits/{{reference}}"
RECEIPT = N_("Receipt")

Doing = Callable[[Transaction, str, Form, Signed], Became]


@dataclass(frozen=True, slots=True)
class Shown:
    """A deposit with all a page shows of it."""

    order: ListedDeposit
    flat: stock.Flat
    lines: list[tuple[ledger.Line, str]]
    receipts: list[KeptDocument]


@dataclass(frozen=True, slots=True)
class OneDeposit:
    """The handlers of one deposit."""

    guard: Guard
    pages: Pages
    database: Database
    deposits: Deposits
    books: Books
    audit: AuditLog

    def routes(self) -> list[web.RouteDef]:
        """The door's routes."""
        forms: dict[str, Doing] = {
            "confirm": self._confirm,
            "refuse": self._refuse,
            "refund": self._refund,
        }
        return [
            web.get(PATH, self.guard.look("deposits", self.page)),
            *(
                web.post(f"{PATH}/{name}", self.guard.act("settle", self._act(name, doing)))
                for name, doing in forms.items()
            ),
        ]

    async def page(self, request: web.Request, signed: Signed) -> web.StreamResponse:
        """The whole deposit; that somebody looked is kept in the audit log."""
        reference, now = request.match_info["reference"], self.pages.now()

        def look(tx: Transaction) -> Shown | None:
            shown = self._shown(tx, reference)
            if shown is not None:
                self.audit.write(tx, signed.actor, "looked", f"deposit {reference}", now)
            return shown

        shown = await self.database.write(look)
        if shown is None:
            raise web.HTTPNotFound
        words = self.pages.words[signed.language]
        return self.pages.render(
            request,
            signed,
            "deposit.html",
            order=shown.order,
            flat=self.pages.voices[signed.language].fact(title(shown.flat)),
            operator=self.pages.voices[signed.language].fact(shown.flat.building["operator"]),
            lines=shown.lines,
            documents=[ShownDocument(one.id, words(RECEIPT), one.pages) for one in shown.receipts],
            state_names=STATE_NAMES,
            line_names=LINE_NAMES,
            who_names=WHO_NAMES,
            may_settle=signed.may("settle"),
        )

    def _shown(self, tx: Transaction, reference: str) -> Shown | None:
        found, _ = deposits_page(tx, Wanted(reference=reference), 2)
        order = next((one for one in found if one.reference == reference), None)
        if order is None:
            return None
        lines = [(line, self.books.words(line)) for line in ledger.lines_of(tx, reference)]
        receipt = msgspec.json.decode(order.receipt) if order.receipt else {}
        sent = document_ids([receipt])
        receipts = [one for one in documents_of(tx, order.case) if one.id in sent]
        return Shown(order, stock.flat(tx, order.flat_id), lines, receipts)

    def _act(
        self, name: str, doing: Doing
    ) -> Callable[[web.Request, Signed, Form], Awaitable[web.StreamResponse]]:
        """A form of the page: what it does and the audit entry are one transaction."""
        needed = "sure" if name == "confirm" else "reason"

        async def act(request: web.Request, signed: Signed, form: Form) -> web.StreamResponse:
            reference, now = request.match_info["reference"], self.pages.now()
            place = f"{BASE}/deposits/{reference}"
            if not words_of(form, needed):
                return back(place, "no_words")

            def work(tx: Transaction) -> Became:
                came = doing(tx, reference, form, signed)
                details = {"came": came.value} if came is not Became.DONE else {}
                action, about = f"deposit_{name}", f"deposit {reference}"
                self.audit.write(tx, signed.actor, action, about, now, **details)
                return came

            return back(place, (await self.database.write(work)).value)

        return act

    def _confirm(self, tx: Transaction, reference: str, form: Form, signed: Signed) -> Became:
        now = self.pages.now()
        return self.deposits.confirm(tx, reference, signed.name, now, revision_of(form))

    def _refuse(self, tx: Transaction, reference: str, form: Form, signed: Signed) -> Became:
        reason, now = words_of(form, "reason"), self.pages.now()
        return self.deposits.refuse(tx, reference, signed.name, reason, now, revision_of(form))

    def _refund(self, tx: Transaction, reference: str, form: Form, signed: Signed) -> Became:
        reason, now = words_of(form, "reason"), self.pages.now()
        return self.deposits.refund(tx, reference, signed.name, reason, now, revision_of(form))

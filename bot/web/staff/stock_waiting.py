"""The holds there are now, and who waits for a flat; either can be ended early."""

from dataclasses import dataclass
from datetime import datetime

from aiohttp import web

from bot.services.became import Became
from bot.services.staff import Signed
from bot.store.database import Transaction
from bot.store.holds import HELD, OFFERED, SORTS, ListedHold, find_hold, list_holds
from bot.store.waiting import WAITING, Place, waiters
from bot.web.request import Malformed
from bot.web.staff.guard import Form
from bot.web.staff.lists import PAGE, Column, Filter, Listing, Query, export, read_query
from bot.web.staff.names import Names, names_for
from bot.web.staff.page import BASE, Voice, back
from bot.web.staff.stock_parts import EDIT, SEE, STATES, STOCK, StockParts
from bot.web.staff.words import N_, Words

LONGEST_REASON = 500
LONGEST_NUMBER = 18
"""Digits of an id: more the database does not count."""
MOST = 100_000
"""Rows of an export."""


@dataclass(frozen=True, slots=True)
class WaitingDoor:
    """The handlers of holds and of the waiting list."""

    parts: StockParts

    def routes(self) -> list[web.RouteDef]:
        """The door's routes."""
        look, act = self.parts.guard.look, self.parts.guard.act
        return [
            web.get(f"{STOCK}/holds", look(SEE, self.holds)),
            web.post(f"{STOCK}/holds/{{id}}/release", act(EDIT, self.release)),
            web.get(f"{STOCK}/waiting", look(SEE, self.waiting)),
            web.post(f"{STOCK}/waiting/{{id}}/take-off", act(EDIT, self.take_off)),
        ]

    async def holds(self, request: web.Request, signed: Signed) -> web.StreamResponse:
        """Flats that are held or offered to somebody, the one whose time ends first on top."""
        words, voice = self._said(request, signed)
        choices = [("", words(N_("All"))), *((one, words(STATES[one])) for one in (HELD, OFFERED))]
        filters = [Filter("state", N_("State"), choices)]
        query = read_query(request, filters, SORTS, "expires_at")
        states = (query.value("state"),) if query.value("state") else (HELD, OFFERED)
        limit, offset = (MOST, 0) if query.format else (PAGE, query.offset)
        rows, total = await self.parts.database.read(
            lambda tx: list_holds(tx, states, limit, offset, query.sort, descending=query.is_down)
        )
        columns = _hold_columns(words, voice, sees_cases=signed.may("cases"))
        if query.format:
            return export(columns, rows, query.format, "holds")
        listing = Listing(query, columns, filters, rows, total, may_export=True)
        return self.parts.pages.render(
            request, signed, "stock_holds.html", listing=listing, part="holds"
        )

    async def release(self, request: web.Request, signed: Signed, form: Form) -> web.StreamResponse:
        """End a hold or an offer early and tell its contact why."""
        hold_id, reason = number_of(request), read_reason(form)
        here, state, now = f"{STOCK}/holds", form.get("state", ""), self.parts.pages.now()
        if not reason or "sure" not in form:
            return back(here, "not_ticked" if reason else "no_words")

        def work(tx: Transaction) -> Became:
            hold = find_hold(tx, hold_id)
            if hold is None or hold.state != state:
                return Became.CHANGED
            release = self.parts.services.stock.release
            became = release(tx, hold_id, signed.name, reason, now)
            if became is Became.DONE:
                about = f"flat {hold.flat_id}"
                self.parts.audit.write(
                    tx, signed.actor, "release_hold", about, now, hold=hold_id, was=state
                )
            return became

        return back(here, (await self.parts.database.write(work)).value)

    async def waiting(self, request: web.Request, signed: Signed) -> web.StreamResponse:
        """Who waits, in order; and above them the offers that are open."""
        words, voice = self._said(request, signed)
        query = read_query(request, (), (), "number")
        limit, offset = (MOST, 0) if query.format else (PAGE, query.offset)
        (rows, total), (offers, _) = await self.parts.database.read(
            lambda tx: (waiters(tx, limit, offset), list_holds(tx, (OFFERED,), PAGE))
        )
        columns = _place_columns(
            voice, names_for(self.parts.pages, self.parts.catalogue, signed), signed.may("cases")
        )
        if query.format:
            return export(columns, rows, query.format, "waiting_list")
        listing = Listing(query, columns, (), rows, total, may_export=True)
        offered = Listing(
            Query(f"{STOCK}/holds"),
            _hold_columns(words, voice, sees_cases=signed.may("cases")),
            (),
            offers,
            len(offers),
        )
        return self.parts.pages.render(
            request, signed, "stock_waiting.html", listing=listing, offered=offered, part="waiting"
        )

    async def take_off(
        self, request: web.Request, signed: Signed, form: Form
    ) -> web.StreamResponse:
        """Take somebody off the list and tell them why."""
        waiter_id, reason = number_of(request), read_reason(form)
        here, now = f"{STOCK}/waiting", self.parts.pages.now()
        if not reason or "sure" not in form:
            return back(here, "not_ticked" if reason else "no_words")

        def work(tx: Transaction) -> Became:
            became = self.parts.services.waiting_list.take_off(tx, waiter_id, reason, now)
            if became is Became.DONE:
                self.parts.audit.write(
                    tx, signed.actor, "take_off_list", f"place {waiter_id}", now, was=WAITING
                )
            return became

        return back(here, (await self.parts.database.write(work)).value)

    def _said(self, request: web.Request, signed: Signed) -> tuple[Words, Voice]:
        pages = self.parts.pages
        language = pages.language(request, signed)
        return pages.words[language], pages.voices[language]


def number_of(request: web.Request) -> int:
    """The number that an address names."""
    typed = request.match_info["id"]
    if not (typed.isascii() and typed.isdigit() and len(typed) <= LONGEST_NUMBER):
        raise web.HTTPNotFound
    return int(typed)


def read_reason(form: Form) -> str:
    """Why, as the person is told it; empty when nothing was said."""
    reason = form.get("reason", "").strip()
    if len(reason) > LONGEST_REASON:
        raise Malformed("a reason of this length")
    return reason


def _case(reference: str, *, sees_cases: bool) -> str:
    return f"{BASE}/cases/{reference}" if reference and sees_cases else ""


def _hold_columns(words: Words, voice: Voice, *, sees_cases: bool) -> list[Column[ListedHold]]:
    return [
        Column(
            "flat",
            N_("Flat"),
            lambda row: row.flat_id,
            link=lambda row: f"{STOCK}/flat/{row.flat_id}",
            is_sorted=True,
        ),
        Column(
            "state",
            N_("State"),
            lambda row: row.state,
            cell=lambda row: words(STATES[row.state]),
            is_badge=True,
        ),
        _moment("made_at", N_("Since"), voice),
        _moment("expires_at", N_("Ends"), voice),
        Column(
            "case",
            N_("Case"),
            lambda row: row.case,
            link=lambda row: _case(row.case, sees_cases=sees_cases),
        ),
    ]


def _moment(name: str, label: str, voice: Voice) -> Column[ListedHold]:
    def raw(row: ListedHold) -> datetime:
        return row.made_at if name == "made_at" else row.expires_at

    return Column(
        name,
        label,
        lambda row: raw(row).isoformat(),
        lambda row: voice.moment(raw(row)),
        is_sorted=True,
    )


def _place_columns(voice: Voice, names: Names, sees_cases: bool) -> list[Column[Place]]:
    return [
        Column("number", N_("Place"), lambda row: row.number, is_number=True),
        Column(
            "joined_at",
            N_("Waits since"),
            lambda row: row.joined_at.isoformat(),
            cell=lambda row: voice.moment(row.joined_at),
        ),
        Column(
            "channel",
            N_("Channel"),
            lambda row: row.channel,
            lambda row: names.channel(row.channel),
        ),
        Column(
            "case",
            N_("Case"),
            lambda row: row.case,
            link=lambda row: _case(row.case, sees_cases=sees_cases),
        ),
    ]

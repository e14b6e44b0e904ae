"""The pages of one building, unit type or flat: seen, changed, added, deleted."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from aiohttp import web

from bot.content.notes import Notes
from bot.content.problem import Problem
from bot.services.became import Became
from bot.services.staff import Signed
from bot.services.stock import FEN
from bot.services.stock_files import Known
from bot.services.stock_items import item_of
from bot.store.inventory import Item, Kind, PastHold, holds_of_flat, is_used, taken_states
from bot.web.request import Malformed
from bot.web.staff.guard import Form
from bot.web.staff.page import back
from bot.web.staff.stock import name_of, state_of
from bot.web.staff.stock_form import Field, fields_for, values_of, words_of
from bot.web.staff.stock_parts import EDIT, KINDS, SEE, STATES, STOCK, StockParts, kind_of


@dataclass(frozen=True, slots=True)
class ItemDoor:
    """The handlers of one thing in the stock."""

    parts: StockParts

    def routes(self) -> list[web.RouteDef]:
        """The door's routes."""
        look, act = self.parts.guard.look, self.parts.guard.act
        one = f"{STOCK}/{{kind}}/{{id}}"
        return [
            web.get(f"{STOCK}/new/{{kind}}", look(EDIT, self.blank)),
            web.post(f"{STOCK}/new/{{kind}}", act(EDIT, self.add)),
            web.get(one, look(SEE, self.page)),
            web.post(one, act(EDIT, self.save)),
            web.post(f"{one}/delete", act(EDIT, self.delete)),
            web.post(f"{STOCK}/flat/{{id}}/offer", act(EDIT, self.offer)),
        ]

    async def page(self, request: web.Request, signed: Signed) -> web.StreamResponse:
        """One thing, with what it is part of, its parts and what became of it."""
        kind, item_id = kind_of(request), request.match_info["id"]
        stock = await self.parts.known()
        item = stock.get((kind, item_id))
        if item is None:
            raise web.HTTPNotFound
        fields = self._fields(request, signed, kind, values_of(item))
        return await self._shown(request, signed, item, stock, fields, ())

    async def offer(self, request: web.Request, signed: Signed, form: Form) -> web.StreamResponse:
        """Offer a flat to all, those who wait first, or withhold it; who has it keeps it."""
        item_id = request.match_info["id"]
        here, old = f"{STOCK}/flat/{item_id}", (await self.parts.known()).get((Kind.FLAT, item_id))
        if old is None:
            raise web.HTTPNotFound
        if "sure" not in form:
            return back(here, "not_ticked")
        values = {**old.values, "offered": form.get("offered") == "yes"}
        wanted = replace(old, values=values, revision=revision_of(form))
        return back(here, (await self._apply(wanted, signed)).value)

    async def save(self, request: web.Request, signed: Signed, form: Form) -> web.StreamResponse:
        """Change one, if nobody else has changed it since."""
        kind, item_id = kind_of(request), request.match_info["id"]
        stock = await self.parts.known()
        old = stock.get((kind, item_id))
        if old is None:
            raise web.HTTPNotFound
        above = old.parent[1] if old.parent else ""
        given = {**form, "offered": values_of(old).get("offered", "")}
        fields = self._fields(request, signed, kind, given)
        item, problems = self._read(kind, item_id, above, given, fields)
        if problems:
            return await self._shown(request, signed, old, stock, fields, problems, 422)
        wanted = replace(item, revision=revision_of(form))
        return back(f"{STOCK}/{kind}/{item_id}", (await self._apply(wanted, signed)).value)

    async def blank(self, request: web.Request, signed: Signed) -> web.StreamResponse:
        """The form for a new one."""
        kind, values = kind_of(request), {"offered": "yes"}
        return await self._new(request, signed, self._fields(request, signed, kind, values), ())

    async def add(self, request: web.Request, signed: Signed, form: Form) -> web.StreamResponse:
        """Add a new one."""
        kind, item_id = kind_of(request), form.get("id", "").strip()
        fields = self._fields(request, signed, kind, form)
        item, problems = self._read(kind, item_id, form.get("in", ""), form, fields)
        if problems:
            return await self._new(request, signed, fields, problems, form)
        if await self._apply(item, signed) is Became.DONE:
            return back(f"{STOCK}/{kind}/{item_id}")
        problems = (Problem("", 1, f"{kind} {item_id!r} exists already, or its place is gone"),)
        return await self._new(request, signed, fields, problems, form)

    async def _apply(self, item: Item, signed: Signed) -> Became:
        now, apply = self.parts.pages.now(), self.parts.inventory.apply
        return await self.parts.database.write(lambda tx: apply(tx, [item], signed.actor, now))

    async def delete(self, request: web.Request, signed: Signed, form: Form) -> web.StreamResponse:
        """Delete one that was never used."""
        kind, item_id = kind_of(request), request.match_info["id"]
        here, revision = f"{STOCK}/{kind}/{item_id}", revision_of(form)
        if "sure" not in form:
            return back(here, "not_ticked")
        now, delete = self.parts.pages.now(), self.parts.inventory.delete
        became = await self.parts.database.write(
            lambda tx: delete(tx, kind, item_id, revision, signed.actor, now)
        )
        is_done = became is Became.DONE
        return back(STOCK if is_done else here, became.value)

    def _fields(
        self, request: web.Request, signed: Signed, kind: Kind, values: Mapping[str, str]
    ) -> list[Field]:
        return fields_for(kind, values, self.parts, self.parts.words(request, signed))

    def _read(
        self, kind: Kind, item_id: str, above: str, form: Form, fields: list[Field]
    ) -> tuple[Item, tuple[Problem, ...]]:
        notes = Notes()
        item = item_of(kind, above, words_of(kind, item_id, form, fields), notes)
        return item, self.parts.rules.problems([item], notes)

    async def _new(
        self,
        request: web.Request,
        signed: Signed,
        fields: list[Field],
        problems: tuple[Problem, ...],
        form: Form | None = None,
    ) -> web.StreamResponse:
        kind, stock, given = kind_of(request), await self.parts.known(), form or {}
        above = (form or request.query).get("in", "")
        over = {Kind.UNIT_TYPE: Kind.BUILDING, Kind.FLAT: Kind.UNIT_TYPE}.get(kind)
        parent = stock.get((over, above)) if over else None
        if over and parent is None:
            raise web.HTTPNotFound
        return self.parts.pages.render(
            request,
            signed,
            "stock_new.html",
            422 if problems else 200,
            kind=kind,
            kinds=KINDS,
            fields=fields,
            problems_found=problems,
            parent=parent,
            typed_id=given.get("id", ""),
            name_of=name_of,
        )

    async def _shown(
        self,
        request: web.Request,
        signed: Signed,
        item: Item,
        stock: Known,
        fields: list[Field],
        problems: tuple[Problem, ...],
        status: int = 200,
    ) -> web.StreamResponse:
        used, taken, past = await self.parts.database.read(
            lambda tx: (
                is_used(tx, item.kind, item.id),
                taken_states(tx),
                holds_of_flat(tx, item.id) if item.kind == Kind.FLAT else list[PastHold](),
            )
        )
        return self.parts.pages.render(
            request,
            signed,
            "stock_item.html",
            status,
            item=item,
            kinds=KINDS,
            states=STATES,
            above=list(above_of(item, stock)),
            parts=[one for one in stock.values() if one.parent == item.key],
            fields=[one for one in fields if one.name != "offered"],
            problems_found=problems,
            is_used=used,
            past=past,
            state=state_of(item, taken) if item.kind == Kind.FLAT else "",
            subsidies=self._subsidies(item, stock) if item.kind == Kind.UNIT_TYPE else {},
            name_of=name_of,
            state_of=lambda flat: state_of(flat, taken),
        )

    def _subsidies(self, item: Item, stock: Known) -> dict[str, dict[str, int]]:
        """What the policy in force gives each band in each period, in fen."""
        assert item.parent is not None
        facts: Any = stock[item.parent].values["facts"]
        named = facts.get("subsidy")
        policy = self.parts.rules.policies.get(named["policy"]) if named else None
        if named is None or policy is None:
            return {}
        bands: Any = policy.edition(self.parts.pages.today()).amounts.get(named["amounts"], {})
        return {
            str(band): {str(period): int(yuan) * FEN for period, yuan in periods.items()}
            for band, periods in bands.items()
        }


def above_of(item: Item, stock: Known) -> tuple[Item, ...]:
    """What an item is part of, the whole first."""
    if item.parent is None:
        return ()
    parent = stock[item.parent]
    return (*above_of(parent, stock), parent)


def revision_of(form: Form) -> int:
    """The revision that a form was made from."""
    typed = form.get("revision", "")
    if not (typed.isascii() and typed.isdigit() and len(typed) < 10):
        raise Malformed("revision is no whole number")
    return int(typed)

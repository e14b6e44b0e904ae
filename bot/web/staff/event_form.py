"""The page of one event: added, changed, copied, hidden, deleted, given a picture."""

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from aiohttp import web

from bot.services.became import Became
from bot.services.event_facts import title
from bot.services.event_items import LONGEST, event_of, said_of
from bot.services.intake import JPEG, STANDARD
from bot.services.staff import Signed
from bot.store.events import CalendarEvent, find_event
from bot.web.staff.event_parts import (
    EDIT,
    EVENTS,
    KIND_NAMES,
    SEE,
    WORD_NAMES,
    EventParts,
    filled,
    said_in,
)
from bot.web.staff.guard import Form
from bot.web.staff.page import back
from bot.web.staff.stock_items import revision_of
from bot.web.staff.stock_upload import FILE, with_file

LONGEST_ID = 15
"""Digits of an event's id that are read."""


@dataclass(frozen=True, slots=True)
class EventDoor:
    """The handlers of one event."""

    parts: EventParts

    def routes(self) -> list[web.RouteDef]:
        """The door's routes."""
        look, act = self.parts.guard.look, self.parts.guard.act
        one = f"{EVENTS}/{{id}}"
        return [
            web.get(f"{EVENTS}/new", look(EDIT, self.blank)),
            web.post(f"{EVENTS}/new", act(EDIT, self.add)),
            web.get(one, look(SEE, self.page)),
            web.post(one, act(EDIT, self.save)),
            web.post(f"{one}/delete", act(EDIT, self.delete)),
            web.post(f"{one}/photo", act(EDIT, self.photo, with_file(STANDARD.image))),
        ]

    async def page(self, request: web.Request, signed: Signed) -> web.StreamResponse:
        """One event with its form."""
        event = await self._event(request)
        return self._shown(request, signed, filled(said_of(event, self.parts.zone)), event)

    async def blank(self, request: web.Request, signed: Signed) -> web.StreamResponse:
        """The form for a new one; `?of=` fills in another event's fields."""
        values: Mapping[str, str] = {"shown": "yes"}
        if of := request.query.get("of", ""):
            values = filled(said_of(await self._find(of), self.parts.zone))
        return self._shown(request, signed, values, None)

    async def add(self, request: web.Request, signed: Signed, form: Form) -> web.StreamResponse:
        """Add a new one."""
        event, wrong = self._read(form, None)
        if event is None:
            return self._shown(request, signed, _typed(form), None, wrong)
        now, desk = self.parts.pages.now(), self.parts.desk
        added = await self.parts.database.write(lambda tx: desk.add(tx, event, signed.actor, now))
        return back(f"{EVENTS}/{added}")

    async def save(self, request: web.Request, signed: Signed, form: Form) -> web.StreamResponse:
        """Change one, if nobody else has changed it since."""
        old = await self._event(request)
        event, wrong = self._read(form, old)
        if event is None:
            return self._shown(request, signed, _typed(form), old, wrong)
        return await self._change(replace(event, revision=revision_of(form)), signed)

    async def photo(self, request: web.Request, signed: Signed, form: Form) -> web.StreamResponse:
        """Have a picture written anew, keep it, and show the event with it."""
        old, revision = await self._event(request), revision_of(form)
        examined = await self.parts.papers.examine([request[FILE]], None)
        if not examined.documents or examined.documents[0].kind != JPEG:
            return back(f"{EVENTS}/{old.id}", "no_picture")
        picture = examined.documents[0].parts[0]
        name = await asyncio.to_thread(self.parts.photos.keep, picture)
        return await self._change(replace(old, photo=name, revision=revision), signed)

    async def delete(self, request: web.Request, signed: Signed, form: Form) -> web.StreamResponse:
        """Delete one with its reminders."""
        old, revision = await self._event(request), revision_of(form)
        here, now, desk = f"{EVENTS}/{old.id}", self.parts.pages.now(), self.parts.desk
        if "sure" not in form:
            return back(here, "not_ticked")
        became = await self.parts.database.write(
            lambda tx: desk.delete(tx, old.id, revision, signed.actor, now)
        )
        return back(EVENTS if became is Became.DONE else here, became.value)

    async def _change(self, event: CalendarEvent, signed: Signed) -> web.StreamResponse:
        now, desk = self.parts.pages.now(), self.parts.desk
        became = await self.parts.database.write(
            lambda tx: desk.change(tx, event, signed.actor, now)
        )
        return back(f"{EVENTS}/{event.id}", became.value)

    async def _event(self, request: web.Request) -> CalendarEvent:
        return await self._find(request.match_info["id"])

    async def _find(self, typed: str) -> CalendarEvent:
        if not (typed.isascii() and typed.isdigit() and len(typed) <= LONGEST_ID):
            raise web.HTTPNotFound
        event = await self.parts.database.read(lambda tx: find_event(tx, int(typed)))
        if event is None:
            raise web.HTTPNotFound
        return event

    def _read(
        self, form: Form, old: CalendarEvent | None
    ) -> tuple[CalendarEvent | None, tuple[str, ...]]:
        """The event a form describes; what it is called in files and its picture stay."""
        said = {**said_in(form), "id": "", "photo": form.get("photo", "")}
        event, wrong = event_of(said, self.parts.rules)
        if event is None or old is None:
            return event, wrong
        return replace(event, id=old.id, uid=old.uid, photo=old.photo), ()

    def _shown(
        self,
        request: web.Request,
        signed: Signed,
        values: Mapping[str, str],
        event: CalendarEvent | None,
        wrong: Sequence[str] = (),
    ) -> web.StreamResponse:
        languages = self.parts.catalogue.languages
        whole = self.parts.catalogue.whole_languages
        voice = self.parts.voice(request, signed)
        return self.parts.pages.render(
            request,
            signed,
            "event.html",
            422 if wrong else 200,
            event=event,
            name=voice.fact(title(event)) if event else "",
            values=values,
            wrong=wrong,
            kinds=KIND_NAMES,
            word_names=WORD_NAMES,
            longest=LONGEST,
            whole={code: one for code, one in languages.items() if code in whole},
            others={code: one for code, one in languages.items() if code not in whole},
            part="",
        )


def _typed(form: Form) -> dict[str, str]:
    """A form's fields as they were typed, to be shown again."""
    return {**form, **{name: said_in(form)[name] for name in ("free", "needs_id", "shown")}}

"""Imports events: a file is checked and shown first, then done as shown."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass

from aiohttp import web

from bot.content.problem import Problem, in_order
from bot.services.became import Became
from bot.services.event_facts import title
from bot.services.event_files import LARGEST, Unread, read_events
from bot.services.event_proposal import open_events, propose, seal_events
from bot.services.staff import Signed
from bot.store.events import CalendarEvent, events_of_uids
from bot.web.request import Malformed
from bot.web.staff.event_parts import EDIT, EVENTS, EventParts, label_of, shown
from bot.web.staff.guard import Form
from bot.web.staff.page import SAID, Said, back
from bot.web.staff.stock_upload import FILE, with_file
from bot.web.staff.words import N_

UNREAD: dict[Unread, str] = {
    Unread.EMPTY: N_("The file is empty, or none was chosen."),
    Unread.TOO_LARGE: N_("The file is larger than 1 MB. Please split it."),
    Unread.NOT_TEXT: N_(
        "This is neither CSV nor iCalendar. An Excel workbook must be saved as CSV."
    ),
    Unread.TOO_MANY: N_("The file has more than 1,000 events. Please split it."),
}
TOO_MANY = N_("These are too many changes at once. Please split the file.")
MOST_SHOWN = 500
"""Problems or changes on one page; more of them nobody reads."""
SAID["events_changed"] = Said(
    N_("The events were changed meanwhile. Nothing was done; please look again."), is_bad=True
)


@dataclass(frozen=True, slots=True)
class EventImportDoor:
    """The handlers of the import."""

    parts: EventParts

    def routes(self) -> list[web.RouteDef]:
        """The door's routes."""
        look, act = self.parts.guard.look, self.parts.guard.act
        return [
            web.get(f"{EVENTS}/import", look(EDIT, self.page)),
            web.post(f"{EVENTS}/import", act(EDIT, self.check, with_file(LARGEST))),
            web.post(f"{EVENTS}/import/apply", act(EDIT, self.apply)),
        ]

    async def page(self, request: web.Request, signed: Signed) -> web.StreamResponse:
        """Where a file is chosen."""
        return self._page(request, signed)

    def _page(
        self, request: web.Request, signed: Signed, sentence: str = "", status: int = 200
    ) -> web.Response:
        return self.parts.pages.render(
            request, signed, "event_import.html", status, sentence=sentence, part="import"
        )

    async def check(self, request: web.Request, signed: Signed, form: Form) -> web.StreamResponse:
        """Show what a file would do, or all that is wrong with it; nothing is changed."""
        today = self.parts.pages.today()
        read = await asyncio.to_thread(read_events, request[FILE], self.parts.rules, today)
        if isinstance(read, Unread):
            return self._page(request, signed, UNREAD[read], 422)
        return await self._shown(request, signed, read.events, in_order(read.notes.problems))

    async def apply(self, request: web.Request, signed: Signed, form: Form) -> web.StreamResponse:
        """Do what was shown; if something has changed meanwhile, show it again instead."""
        wanted = open_events(self.parts.sealer, form.get("proposal", ""), signed.name)
        if wanted is None:
            raise Malformed("no proposal of ours")
        now, desk = self.parts.pages.now(), self.parts.desk
        became = await self.parts.database.write(
            lambda tx: desk.import_all(tx, wanted, signed.actor, now)
        )
        if became is Became.DONE:
            return back(EVENTS)
        return await self._shown(request, signed, wanted, (), is_stale=True)

    async def _shown(
        self,
        request: web.Request,
        signed: Signed,
        events: Sequence[CalendarEvent],
        problems: tuple[Problem, ...],
        *,
        is_stale: bool = False,
    ) -> web.Response:
        uids = [event.uid for event in events if event.uid]
        known = await self.parts.database.read(lambda tx: events_of_uids(tx, uids))
        changes = propose(events, known, self.parts.zone)
        is_sound = bool(changes) and not problems
        sealed = seal_events(self.parts.sealer, changes, signed.name) if is_sound else ""
        if is_sound and not sealed:
            return self._page(request, signed, TOO_MANY, 422)
        words, voice = self.parts.words(request, signed), self.parts.voice(request, signed)
        return self.parts.pages.render(
            request,
            signed,
            "event_proposal.html",
            422 if problems else 200,
            problems_found=problems,
            changes=changes,
            left=len(events) - len(changes),
            sealed=sealed,
            most=MOST_SHOWN,
            name_of=lambda event: voice.fact(title(event)),
            label=lambda name: label_of(name, words, self.parts.catalogue),
            shown=lambda value: shown(value, words),
            part="import",
            **({"said": SAID["events_changed"]} if is_stale else {}),
        )

"""What the pages of events share: their parts, words, and the fields of a form."""

from collections.abc import Mapping
from dataclasses import dataclass
from zoneinfo import ZoneInfo

from aiohttp import web

from bot.content.photos import Photos
from bot.engine.catalogue import Catalogue
from bot.services.audit import AuditLog
from bot.services.event_desk import EventDesk
from bot.services.event_items import EventRules
from bot.services.papers import Papers
from bot.services.staff import Signed
from bot.store.database import Database
from bot.store.seal import Sealer
from bot.web.staff.guard import Form, Guard
from bot.web.staff.page import Pages, Voice
from bot.web.staff.words import N_, Words

EVENTS = "/staff/events"
SEE, EDIT = "events", "edit_events"
KIND_NAMES: Mapping[str, str] = {
    "performance": N_("Performance"),
    "exhibition": N_("Exhibition"),
    "talk": N_("Talk"),
    "course": N_("Course or workshop"),
    "deadline": N_("Deadline"),
    "other": N_("Other"),
}
STATES: Mapping[str, str] = {
    "coming": N_("coming"),
    "past": N_("past"),
    "hidden": N_("hidden"),
}
WORD_NAMES: Mapping[str, str] = {
    "title": N_("Title"),
    "place": N_("Venue"),
    "metro": N_("Metro"),
    "price": N_("Price"),
    "spoken": N_("Spoken language"),
    "about": N_("About it"),
}
FIELD_NAMES: Mapping[str, str] = {
    **WORD_NAMES,
    "id": N_("Id"),
    "kind": N_("Kind"),
    "starts": N_("Starts at"),
    "ends": N_("Ends at"),
    "free": N_("Free of charge"),
    "needs_id": N_("Identity paper needed"),
    "link": N_("Booking link"),
    "photo": N_("Photo"),
    "shown": N_("Shown"),
}
TIMES = ("start_day", "start_time", "end_day", "end_time")
LONGEST_FIELD = 1000


@dataclass(frozen=True, slots=True)
class EventParts:
    """What the doors of events are made of."""

    database: Database
    sealer: Sealer
    guard: Guard
    pages: Pages
    audit: AuditLog
    desk: EventDesk
    rules: EventRules
    papers: Papers
    photos: Photos
    catalogue: Catalogue

    @property
    def zone(self) -> ZoneInfo:
        """The centre's time zone."""
        return self.rules.zone

    def words(self, request: web.Request, signed: Signed) -> Words:
        """The console's words in the language of who looks."""
        return self.pages.words[self.pages.language(request, signed)]

    def voice(self, request: web.Request, signed: Signed) -> Voice:
        """How days and names are written for who looks."""
        return self.pages.voices[self.pages.language(request, signed)]


def label_of(name: str, words: Words, catalogue: Catalogue) -> str:
    """What a field is called: `title.en` is `Title · English`."""
    base, _, code = name.partition(".")
    language = catalogue.languages.get(code)
    called = words(FIELD_NAMES.get(base, base))
    return f"{called} · {language.name}" if language else called


def shown(value: str, words: Words) -> str:
    """A field's value as staff read it."""
    names = {"yes": N_("yes"), "no": N_("no"), **KIND_NAMES}
    return words(names[value]) if value in names else value or "–"


def filled(said: Mapping[str, str]) -> dict[str, str]:
    """What an event's fields fill into a form: days and hours apart."""
    starts, ends = said.get("starts", ""), said.get("ends", "")
    times = (starts[:10], starts[11:16], ends[:10], ends[11:16])
    return {**said, **dict(zip(TIMES, times, strict=True))}


def said_in(form: Form) -> dict[str, str]:
    """An event's fields as a form says them."""
    if any(len(value) > LONGEST_FIELD for value in form.values()):
        raise web.HTTPRequestEntityTooLarge(LONGEST_FIELD, LONGEST_FIELD + 1)
    first, at, last, until = (form.get(name, "").strip() for name in TIMES)
    starts, ends = f"{first} {at}".strip(), f"{last or first} {until or at}".strip()
    flags = {name: "yes" if name in form else "no" for name in ("free", "needs_id", "shown")}
    return {**form, **flags, "starts": starts, "ends": ends}

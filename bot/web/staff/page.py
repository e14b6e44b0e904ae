"""Renders the console's pages: words and figures in the language of who looks."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta, tzinfo
from typing import Any

from aiohttp import web
from jinja2 import Environment

from bot.content.render import Renderer
from bot.engine.catalogue import Catalogue
from bot.engine.model import Fact, Text
from bot.services.staff import Signed
from bot.web.chat import preferred
from bot.web.staff.words import LANGUAGES, N_, Words

BASE = "/staff"
LANGUAGE_COOKIE = "talent_staff_language"
POLICY = (
    "default-src 'self'; img-src 'self' data: blob:; base-uri 'none'; object-src 'none'; "
    "form-action 'self'; frame-ancestors 'none'"
)
TABS = (
    ("overview", "/staff", N_("Overview")),
    ("cases", "/staff/cases", N_("Cases")),
    ("deposits", "/staff/deposits", N_("Deposits")),
    ("stock", "/staff/stock", N_("Stock")),
    ("events", "/staff/events", N_("Events")),
    ("answers", "/staff/questions", N_("Questions")),
    ("answers", "/staff/answers", N_("FAQ")),
    ("content", "/staff/content", N_("Content")),
    ("audit", "/staff/audit", N_("Audit log")),
    ("people", "/staff/people", N_("Staff")),
)
"""Each tab: the permission it needs, where it leads, its name."""
ROLE_NAMES: Mapping[str, str] = {
    "reviewer": N_("Reviewer"),
    "editor": N_("Editor"),
    "manager": N_("Manager"),
    "admin": N_("Admin"),
}


@dataclass(frozen=True, slots=True)
class Said:
    """A sentence about what was just done, or why not; `is_bad` when not."""

    sentence: str
    is_bad: bool = False


SAID: dict[str, Said] = {
    "done": Said(N_("Done.")),
    "changed": Said(
        N_("Somebody else changed this meanwhile. Nothing was done; here is how it is now."),
        is_bad=True,
    ),
    "not_open": Said(N_("This is no longer open. Nothing was done."), is_bad=True),
    "no_words": Said(N_("Something was left empty. Nothing was done."), is_bad=True),
    "not_answered": Said(N_("The applicant has not answered this. Nothing was done."), is_bad=True),
    "last_admin": Said(
        N_("Nobody else could let others in then. Nothing was done; first make somebody admin."),
        is_bad=True,
    ),
    "name_taken": Said(N_("This name is taken. Please choose another."), is_bad=True),
    "bad_name": Said(
        N_("A name has 2 to 32 letters of a to z, digits, dots, hyphens; a letter first."),
        is_bad=True,
    ),
    "not_ticked": Said(N_("Please tick the box to confirm. Nothing was done."), is_bad=True),
    "no_answer": Said(N_("Please choose an answer first. Nothing was done."), is_bad=True),
    "way_added": Said(N_("Done. From now on this is answered, within a few seconds.")),
    "answer_added": Said(N_("Your answer is there. It is given within a few seconds.")),
    "password_changed": Said(N_("Your password is changed. Other browsers are signed out.")),
    "signed_out_elsewhere": Said(N_("You are signed out everywhere else.")),
    "log_sound": Said(N_("The log is sound: nothing was changed and nothing is missing.")),
}
"""What a page says after a form was posted, by the `said` in its address; pages add their own."""


class Voice:
    """How one language writes facts, money, days and moments on the console's pages."""

    def __init__(self, renderer: Renderer, catalogue: Catalogue, language: str, zone: tzinfo):
        known = language if language in catalogue.languages else next(iter(catalogue.languages))
        self._voice = renderer.voice(known)
        self._zone = zone

    def fact(self, fact: Fact) -> str:
        """A fact of the content or of an answer."""
        return self._voice.fact(fact)

    def words(self, text: Text) -> str:
        """A text of the content with its placeholders as they are."""
        return self._voice.words(text)

    def money(self, fen: int) -> str:
        """An amount."""
        return self._voice.fact({"money": fen})

    def number(self, number: int) -> str:
        """A whole number."""
        return self._voice.fact({"number": number})

    def day(self, day: date | None) -> str:
        """A day in short: sorts and compares at a glance, and nobody mistakes it."""
        return day.isoformat() if day else ""

    def moment(self, moment: datetime | None) -> str:
        """A moment by the clock of the centre, in short."""
        return f"{moment.astimezone(self._zone):%Y-%m-%d %H:%M}" if moment else ""


class Pages:
    """Makes a page of a template."""

    def __init__(
        self,
        templates: Environment,
        renderer: Renderer,
        catalogue: Catalogue,
        zone: tzinfo,
        now: Callable[[], datetime],
    ) -> None:
        self._templates = templates
        self.zone = zone
        self.now = now
        self.words = {language: Words(language) for language in LANGUAGES}
        self.voices = {one: Voice(renderer, catalogue, one, zone) for one in LANGUAGES}

    def today(self) -> date:
        """The day it is at the centre."""
        return self.now().astimezone(self.zone).date()

    def begin(self, day: date | None, days: int = 0) -> datetime | None:
        """When a day begins at the centre, or one some days later; None for none."""
        if day is None:
            return None
        midnight = datetime.combine(day + timedelta(days=days), time.min)
        return midnight.replace(tzinfo=self.zone)

    def language(self, request: web.Request, signed: Signed | None = None) -> str:
        """The language of who looks: the person's, or before they signed in the browser's."""
        if signed is not None:
            return signed.language if signed.language in LANGUAGES else "en"
        asked = request.cookies.get(LANGUAGE_COOKIE, "")
        if asked in LANGUAGES:
            return asked
        return preferred(request.headers.get("Accept-Language", ""), tuple(LANGUAGES))

    def render(
        self,
        request: web.Request,
        signed: Signed | None,
        template: str,
        status: int = 200,
        **facts: Any,
    ) -> web.Response:
        """A page; `facts` are what its template shows."""
        language = self.language(request, signed)
        said = SAID.get(request.query.get("said", ""))
        html = self._templates.get_template(f"staff/{template}").render(
            _=self.words[language],
            voice=self.voices[language],
            language=language,
            languages=LANGUAGES,
            me=signed,
            role_names=ROLE_NAMES,
            tabs=[tab for tab in TABS if signed and signed.may(tab[0])],
            path=request.path,
            query=request.query,
            today=self.today(),
            **{"said": said, "at": _at(request), **facts},
        )
        headers = {"Content-Security-Policy": POLICY, "Cache-Control": "no-store"}
        return web.Response(text=html, content_type="text/html", status=status, headers=headers)

    def problem(
        self, request: web.Request, signed: Signed | None, status: int, sentence: str
    ) -> web.Response:
        """A page that says in one sentence what is wrong, with a way on."""
        return self.render(request, signed, "problem.html", status, sentence=sentence)


def _at(request: web.Request) -> str:
    """Where a page is found again; a page that answers a form is found nowhere."""
    return request.path_qs if request.method == "GET" else BASE


def back(place: str, said: str = "done") -> web.Response:
    """After a form was posted: to a page that says what came of it."""
    joint = "&" if "?" in place else "?"
    where = f"{place}{joint}said={said}" if said else place
    return web.Response(status=303, headers={"Location": where, "Cache-Control": "no-store"})

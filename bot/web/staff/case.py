"""One case: what its contact answered, its papers, what happened, and what staff do about it."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from aiohttp import web

from bot.content.calendar import Calendar
from bot.engine.catalogue import Catalogue
from bot.services.audit import AuditLog
from bot.services.became import Became
from bot.services.case_view import CaseView
from bot.services.cases import Cases
from bot.services.staff import Signed
from bot.services.timeline import Happened, Happening
from bot.store.cases import OPEN
from bot.store.database import Database, Transaction
from bot.store.staff import list_people
from bot.web.request import Malformed
from bot.web.staff.case_words import EVENT_NAMES, STATE_NAMES, WHO_NAMES
from bot.web.staff.documents import ShownDocument
from bot.web.staff.guard import Form, Guard
from bot.web.staff.names import names_for
from bot.web.staff.page import BASE, Pages, back
from bot.web.staff.words import N_

PATH = f"{BASE}/cases/{{reference}}"
LONGEST_WORDS = 2000
"""Characters of a reason, a message or a note: what one reads in a chat without scrolling twice."""
REPLACED = N_("{document}, earlier")

Doing = Callable[[Transaction, str, Form, Signed], Became]


@dataclass(frozen=True, slots=True)
class OneCase:
    """The handlers of one case."""

    guard: Guard
    pages: Pages
    database: Database
    catalogue: Catalogue
    calendar: Calendar
    cases: Cases
    audit: AuditLog

    def routes(self) -> list[web.RouteDef]:
        """The door's routes."""
        forms: dict[str, Doing] = {
            "approve": self._approve,
            "refuse": self._refuse,
            "ask": self._ask,
            "assign": self._assign,
            "note": self._note,
            "message": self._message,
        }
        return [
            web.get(PATH, self.guard.look("cases", self.page)),
            *(
                web.post(f"{PATH}/{name}", self.guard.act("decide", self._act(name, doing)))
                for name, doing in forms.items()
            ),
        ]

    # looking

    async def page(self, request: web.Request, signed: Signed) -> web.StreamResponse:
        """The whole case; that somebody looked is kept in the audit log."""
        reference, now = request.match_info["reference"], self.pages.now()

        def look(tx: Transaction) -> CaseView | None:
            view = self.cases.view(tx, reference)
            if view is not None:
                self.audit.write(tx, signed.actor, "looked", f"case {reference}", now)
            return view

        view = await self.database.write(look)
        if view is None:
            raise web.HTTPNotFound
        people = await self.database.read(list_people)
        names = names_for(self.pages, self.catalogue, signed)
        return self.pages.render(
            request,
            signed,
            "case.html",
            view=view,
            case=view.case,
            title=names.flow(view.case.flow),
            channel=names.channel(view.case.channel),
            spoken=names.language(view.case.language),
            is_open=view.case.state in OPEN,
            is_overdue=view.case.state in OPEN and view.case.due_on < self.pages.today(),
            days_left=self._days_left(view),
            documents=self._documents(view, signed),
            timeline=[self._told(one, view, signed) for one in view.timeline],
            state_names=STATE_NAMES,
            event_names=EVENT_NAMES,
            who_names=WHO_NAMES,
            colleagues=[one.name for one in people if one.closed_at is None],
            may_decide=signed.may("decide"),
        )

    def _days_left(self, view: CaseView) -> int:
        today, due = self.pages.today(), view.case.due_on
        return self.calendar.working_days_between(today, due) if due >= today else 0

    def _documents(self, view: CaseView, signed: Signed) -> list[ShownDocument]:
        """The papers under the labels of their steps; behind them those that were replaced."""
        voice, words = self.pages.voices[signed.language], self.pages.words[signed.language]
        shown = [
            ShownDocument(one.id, voice.fact(answer.label), one.pages)
            for answer in view.answers
            for one in answer.documents
        ]
        earlier = words(REPLACED, document=words(N_("Document")))
        return shown + [ShownDocument(one.id, earlier, one.pages) for one in view.replaced]

    def _told(self, one: Happened, view: CaseView, signed: Signed) -> Happened:
        """What happened, its words without ids that tell staff nothing."""
        voice = self.pages.voices[signed.language]
        labels = {answer.step: voice.fact(answer.label) for answer in view.answers}
        words = one.words
        if one.kind is Happening.ASKED:
            step, _, reason = words.partition("\n")
            words = f"{labels.get(step, step)}\n{reason}"
        elif one.kind is Happening.ANSWERED:
            words = "\n".join(labels.get(step, step) for step in words.split())
        elif one.kind is Happening.REPLACED:
            words = ""  # ids of documents, which stand beside
        return Happened(one.at, one.kind, one.who, words)

    # doing

    def _act(
        self, name: str, doing: Doing
    ) -> Callable[[web.Request, Signed, Form], Awaitable[web.StreamResponse]]:
        """A form of the page: what it does and the audit entry are one transaction."""

        async def act(request: web.Request, signed: Signed, form: Form) -> web.StreamResponse:
            reference, now = request.match_info["reference"], self.pages.now()
            place = f"{BASE}/cases/{reference}"
            if name in NEEDS_WORDS and not words_of(form, NEEDS_WORDS[name]):
                return back(place, "no_words")

            def work(tx: Transaction) -> Became:
                came = doing(tx, reference, form, signed)
                details = {one: form[one][:32] for one in ("step", "to") if form.get(one)}
                if came is not Became.DONE:
                    details["came"] = came.value
                action = f"case_{name}"
                self.audit.write(tx, signed.actor, action, f"case {reference}", now, **details)
                return came

            came = await self.database.write(work)
            if came is Became.UNKNOWN:
                raise web.HTTPNotFound
            return back(place, came.value)

        return act

    def _approve(self, tx: Transaction, reference: str, form: Form, signed: Signed) -> Became:
        return self._decide(tx, reference, form, signed, approve=True)

    def _refuse(self, tx: Transaction, reference: str, form: Form, signed: Signed) -> Became:
        return self._decide(tx, reference, form, signed, approve=False)

    def _decide(
        self, tx: Transaction, reference: str, form: Form, signed: Signed, *, approve: bool
    ) -> Became:
        return self.cases.decide(
            tx,
            reference,
            approve=approve,
            by=signed.name,
            now=self.pages.now(),
            reason="" if approve else words_of(form, "reason"),
            revision=revision_of(form),
        )

    def _ask(self, tx: Transaction, reference: str, form: Form, signed: Signed) -> Became:
        return self.cases.ask_again(
            tx,
            reference,
            form.get("step", "")[:32],
            reason=words_of(form, "reason"),
            by=signed.name,
            now=self.pages.now(),
            revision=revision_of(form),
        )

    def _assign(self, tx: Transaction, reference: str, form: Form, signed: Signed) -> Became:
        to = form.get("to", "")
        if to and to not in {one.name for one in list_people(tx) if one.closed_at is None}:
            return Became.UNKNOWN
        return self.cases.assign(
            tx, reference, to, by=signed.name, now=self.pages.now(), revision=revision_of(form)
        )

    def _note(self, tx: Transaction, reference: str, form: Form, signed: Signed) -> Became:
        words = words_of(form, "words")
        return self.cases.note(tx, reference, words, by=signed.name, now=self.pages.now())

    def _message(self, tx: Transaction, reference: str, form: Form, signed: Signed) -> Became:
        words = words_of(form, "words")
        return self.cases.message(tx, reference, words, by=signed.name, now=self.pages.now())


NEEDS_WORDS = {
    "approve": "sure",
    "refuse": "reason",
    "ask": "reason",
    "note": "words",
    "message": "words",
}
"""The forms with a field that must not be empty, and which."""


def words_of(form: Form, name: str) -> str:
    words = form.get(name, "").replace("\r\n", "\n").strip()
    if len(words) > LONGEST_WORDS or "\0" in words:
        raise Malformed("words are too long")
    return words


def revision_of(form: Form) -> int:
    typed = form.get("revision", "")
    if not (typed.isascii() and typed.isdigit() and len(typed) <= 9):
        raise Malformed("revision is no whole number")
    return int(typed)

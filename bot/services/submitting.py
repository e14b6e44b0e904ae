"""Cases as contacts make them: submitted by a flow, answered again, withdrawn."""

from dataclasses import dataclass
from datetime import date, datetime, tzinfo

from bot.content.calendar import Calendar
from bot.engine.answers import CONTACT
from bot.services.action import Acting, Action, Outcome
from bot.services.case_answers import CaseAnswers, changed_steps, document_ids
from bot.services.reference import Draw, new_reference
from bot.services.stock import Stock
from bot.services.timeline import Happening, Timeline
from bot.store.cases import (
    APPROVED,
    ASKED,
    OPEN,
    SUBMITTED,
    WITHDRAWN,
    Case,
    NewCase,
    add_case,
    case_of,
    change_case,
    find_case,
)
from bot.store.documents import assign

PREFIX = "A"


@dataclass(frozen=True, slots=True)
class Review:
    """How long a review takes by the centre's promise, counted where and by which calendar."""

    working_days: int
    calendar: Calendar
    zone: tzinfo

    def day(self, moment: datetime) -> date:
        """The day a moment is on at the centre."""
        return moment.astimezone(self.zone).date()

    def due_on(self, now: datetime) -> date:
        """The day by which a case submitted now is to be decided."""
        return self.calendar.add_working_days(self.day(now), self.working_days)

    def moved(self, due_on: date, asked_at: datetime, now: datetime) -> date:
        """That day, later by the working days the case lay with its contact."""
        lay = self.calendar.working_days_between(self.day(asked_at), self.day(now))
        return self.calendar.add_working_days(due_on, lay)


class Submissions:
    """The actions by which a flow makes and withdraws cases."""

    def __init__(
        self, kept: CaseAnswers, timeline: Timeline, stock: Stock, review: Review, draw: Draw
    ) -> None:
        self._answers = kept
        self._timeline = timeline
        self._stock = stock
        self._review = review
        self._draw = draw

    def actions(self) -> tuple[Action, ...]:
        """The actions a flow may name."""
        return (
            Action(
                "submit_case", ("submitted",), self._submit, ("reference", "due", "working_days")
            ),
            Action("withdraw_case", ("cancelled", "too_late"), self._withdraw),
        )

    def _submit(self, acting: Acting) -> Outcome:
        """Keep the answers on the path, sealed; a frame has one case, and a case that was asked
        again takes new answers."""
        case = case_of(acting.tx, acting.contact_id, acting.do.frame)
        if case is None:
            case = self._new(acting)
        elif case.state == ASKED:
            case = self._renew(acting, case)
        facts = {
            "reference": case.reference,
            "due": {"date": case.due_on.isoformat()},
            "working_days": {"number": self._review.working_days},
        }
        return Outcome("submitted", facts)

    def _new(self, acting: Acting) -> Case:
        tx, do, reference = acting.tx, acting.do, new_reference(PREFIX, self._draw)
        new = NewCase(
            reference=reference,
            contact_id=acting.contact_id,
            flow=do.flow,
            version=do.version,
            frame=do.frame,
            step=do.step,
            language=acting.language,
            answers=self._answers.seal(reference, do.answers),
            submitted_at=acting.now,
            due_on=self._review.due_on(acting.now),
        )
        add_case(tx, new)
        case = self._kept(acting, reference)
        self._timeline.tell(tx, case, Happening.SUBMITTED, CONTACT, acting.now)
        return case

    def _renew(self, acting: Acting, case: Case) -> Case:
        """Keep what was answered again; the time it took its contact is not staff's."""
        tx, do, now = acting.tx, acting.do, acting.now
        values = {
            "version": do.version,
            "step": do.step,
            "language": acting.language,
            "answers": self._answers.seal(case.reference, do.answers),
            "state": SUBMITTED,
            "asked_at": None,
            "due_on": self._review.moved(case.due_on, case.asked_at or now, now),
        }
        if not change_case(tx, case.reference, (ASKED,), values):
            return case  # decided at this very moment: that stands
        self._tell_changes(acting, case)
        return self._kept(acting, case.reference)

    def _tell_changes(self, acting: Acting, case: Case) -> None:
        before, answers = self._answers.open(case), acting.do.answers
        told = self._timeline.tell
        changed = " ".join(changed_steps(before, answers))
        told(acting.tx, case, Happening.ANSWERED, CONTACT, acting.now, changed)
        named = document_ids(one.value for one in answers.values())
        earlier = document_ids(one.value for one in before.values())
        replaced = " ".join(one for one in earlier if one not in named)
        if replaced:
            told(acting.tx, case, Happening.REPLACED, CONTACT, acting.now, replaced)

    def _kept(self, acting: Acting, reference: str) -> Case:
        """The case with its documents and terms, as it is kept now."""
        answers = acting.do.answers
        assign(acting.tx, document_ids(one.value for one in answers.values()), reference)
        case = find_case(acting.tx, reference)
        assert case is not None
        self._answers.index(acting.tx, case, answers)
        return case

    def _withdraw(self, acting: Acting) -> Outcome:
        """Withdraw a case and free what was held for it, unless its deposit is confirmed."""
        tx, now = acting.tx, acting.now
        if not self._stock.give_up(tx, acting.contact_id, acting.do.frame, now):
            return Outcome("too_late")
        case = case_of(tx, acting.contact_id, acting.do.frame)
        values = {"state": WITHDRAWN, "decided_at": now}
        if case and change_case(tx, case.reference, (*OPEN, APPROVED), values):
            self._timeline.tell(tx, case, Happening.WITHDRAWN, CONTACT, now)
        return Outcome("cancelled")

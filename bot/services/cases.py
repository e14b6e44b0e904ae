"""Cases: submitted by a flow, decided by staff, withdrawn by the contact."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, tzinfo

import msgspec

from bot.content.calendar import Calendar
from bot.engine.answers import review_lines
from bot.engine.catalogue import Catalogue
from bot.engine.model import Answer, Conversation, Event, Fact, Frame, Value
from bot.engine.talk import Talk
from bot.services.action import Acting, Action, Outcome
from bot.services.letterbox import Letterbox
from bot.services.reference import Draw, new_reference
from bot.services.stock import Stock
from bot.store.cases import (
    APPROVED,
    REFUSED,
    Case,
    NewCase,
    add_case,
    case_of,
    decide_case,
    find_case,
    withdraw_case,
)
from bot.store.database import Transaction
from bot.store.documents import assign
from bot.store.seal import Sealer

PREFIX = "A"


@dataclass(frozen=True, slots=True)
class Review:
    """How long a review takes by the centre's promise, counted where and by which calendar."""

    working_days: int
    calendar: Calendar
    zone: tzinfo


class Cases:
    """The life of a case."""

    def __init__(
        self, sealer: Sealer, letterbox: Letterbox, stock: Stock, review: Review, draw: Draw
    ) -> None:
        self._sealer = sealer
        self._letterbox = letterbox
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
        """Keep the answers on the path, sealed; a frame submits once."""
        case = case_of(acting.tx, acting.contact_id, acting.do.frame) or self._new(acting)
        facts = {
            "reference": case.reference,
            "due": {"date": case.due_on.isoformat()},
            "working_days": {"number": self._review.working_days},
        }
        return Outcome("submitted", facts)

    def _new(self, acting: Acting) -> NewCase:
        reference = new_reference(PREFIX, self._draw)
        today = acting.now.astimezone(self._review.zone).date()
        case = NewCase(
            reference=reference,
            contact_id=acting.contact_id,
            flow=acting.do.flow,
            version=acting.do.version,
            frame=acting.do.frame,
            answers=self._sealer.seal(msgspec.json.encode(acting.do.answers), f"case:{reference}"),
            submitted_at=acting.now,
            due_on=self._review.calendar.add_working_days(today, self._review.working_days),
        )
        add_case(acting.tx, case)
        values = [answer.value for answer in acting.do.answers.values()]
        assign(acting.tx, document_ids(values), reference)
        return case

    def _withdraw(self, acting: Acting) -> Outcome:
        """Withdraw a case and free what was held for it, unless its deposit is confirmed."""
        if not self._stock.give_up(acting.tx, acting.contact_id, acting.do.frame, acting.now):
            return Outcome("too_late")
        case = case_of(acting.tx, acting.contact_id, acting.do.frame)
        if case is not None:
            withdraw_case(acting.tx, case.id, acting.now)
        return Outcome("cancelled")

    # staff

    def decide(
        self,
        tx: Transaction,
        reference: str,
        *,
        approve: bool,
        by: str,
        now: datetime,
        reason: str = "",
    ) -> Case | None:
        """Approve or refuse a submitted case and tell its contact; None when it is not open."""
        state = APPROVED if approve else REFUSED
        sealed = self._sealer.seal(reason.encode(), f"reason:{reference}") if reason else None
        if not decide_case(tx, reference, state, by, sealed, now):
            return None
        case = find_case(tx, reference)
        assert case is not None
        facts = {"reason": reason} if reason else {}
        event = Event("decision", case.frame, state, facts)
        self._letterbox.leave(tx, "staff", f"case:{reference}", case.contact_id, event, now)
        return case

    def lines(self, case: Case, catalogue: Catalogue) -> list[Fact]:
        """What the contact answered, label and answer, in the flow's order."""
        plain = self._sealer.open(case.answers, f"case:{case.reference}")
        answers = msgspec.json.decode(plain, type=dict[str, Answer])
        frame = Frame(case.frame, case.flow, case.version, case.submitted_at, answers)
        talk = Talk(catalogue, Conversation("", case.channel), case.submitted_at)
        return review_lines(talk, frame, talk.position(frame))


def document_ids(values: Iterable[Value]) -> list[str]:
    """The documents that answers hold."""
    files = [value["files"] for value in values if isinstance(value, dict) and "files" in value]
    return [file["id"] for several in files for file in several]

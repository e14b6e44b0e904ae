"""Cases as staff work on them: found, looked at, decided, asked again, talked about."""

from collections.abc import Collection, Iterator, Mapping
from dataclasses import replace
from datetime import datetime
from typing import Any

from bot.engine.catalogue import Catalogue
from bot.engine.kinds.kind import label
from bot.engine.model import Answer, AskedAgain, Event, Fact, Notice
from bot.services.became import Became
from bot.services.case_answers import CaseAnswers
from bot.services.case_view import CaseView, Viewer
from bot.services.letterbox import Letterbox
from bot.services.terms import Terms
from bot.services.timeline import Happening, Timeline
from bot.store.case_list import CaseFilter, case_chunks
from bot.store.cases import (
    APPROVED,
    ASKED,
    OPEN,
    REFUSED,
    STATES,
    SUBMITTED,
    Case,
    change_case,
    find_case,
)
from bot.store.database import Transaction
from bot.store.seal import Sealer


class Cases:
    """What staff do. `revision` is that of the case they saw; None is whatever it has now."""

    def __init__(
        self,
        sealer: Sealer,
        letterbox: Letterbox,
        catalogue: Catalogue,
        answers: CaseAnswers,
        timeline: Timeline,
        terms: Terms,
    ) -> None:
        self._sealer = sealer
        self._letterbox = letterbox
        self._catalogue = catalogue
        self._answers = answers
        self._timeline = timeline
        self._terms = terms
        self._viewer = Viewer(sealer, catalogue, answers, timeline)

    # looking

    def view(self, tx: Transaction, reference: str) -> CaseView | None:
        """All that staff see of a case."""
        case = find_case(tx, reference)
        return self._viewer.view(tx, case) if case else None

    def found(self, wanted: CaseFilter, words: str) -> CaseFilter:
        """The filter that leaves, of what is wanted, cases with all these words: of a name, a
        telephone, an e-mail."""
        return replace(wanted, terms=self._terms.wanted(words))

    def export(
        self, tx: Transaction, wanted: CaseFilter
    ) -> Iterator[list[tuple[Case, dict[str, Answer]]]]:
        """All cases that are wanted with their answers by step, the oldest first, in chunks."""
        for chunk in case_chunks(tx, wanted):
            yield [(case, self._answers.open(case)) for case in chunk]

    # doing

    def decide(
        self,
        tx: Transaction,
        reference: str,
        *,
        approve: bool,
        by: str,
        now: datetime,
        reason: str = "",
        revision: int | None = None,
    ) -> Became:
        """Approve or refuse an open case and tell its contact."""
        state = APPROVED if approve else REFUSED
        sealed = self._sealer.seal(reason.encode(), f"reason:{reference}") if reason else None
        values = {"state": state, "decided_at": now, "decided_by": by, "reason": sealed}
        came, case = self._change(tx, reference, OPEN, values, revision)
        if case is not None:
            facts: dict[str, Fact] = {"reason": reason} if reason else {}
            event = Event("decision", case.frame, state, facts)
            self._letterbox.leave(tx, "staff", f"case:{reference}", case.contact_id, event, now)
            self._timeline.tell(tx, case, Happening(state), by, now, reason)
        return came

    def ask_again(
        self,
        tx: Transaction,
        reference: str,
        step: str,
        *,
        reason: str,
        by: str,
        now: datetime,
        revision: int,
    ) -> Became:
        """Lead the contact to one step once more; the case waits for them until they answer."""
        seen = find_case(tx, reference)
        if seen is not None and not self._is_answered(seen, step):
            return Became.NOT_ANSWERED
        values = {"state": ASKED, "asked_at": now}
        came, case = self._change(tx, reference, (SUBMITTED,), values, revision)
        if case is not None:
            asked = AskedAgain(case.frame, step, case.step, reason)
            key = f"ask:{reference}:{case.revision}"
            self._letterbox.leave(tx, "staff", key, case.contact_id, asked, now)
            self._timeline.tell(tx, case, Happening.ASKED, by, now, f"{step}\n{reason}")
        return came

    def assign(
        self, tx: Transaction, reference: str, to: str, *, by: str, now: datetime, revision: int
    ) -> Became:
        """Assign a case to a member of staff by name, or to nobody."""
        came, case = self._change(tx, reference, STATES, {"assignee": to or None}, revision)
        if case is not None:
            self._timeline.tell(tx, case, Happening.ASSIGNED, by, now, to)
        return came

    def note(
        self, tx: Transaction, reference: str, words: str, *, by: str, now: datetime
    ) -> Became:
        """Keep a note for staff; it changes nothing that somebody else sees."""
        case = find_case(tx, reference)
        if case is None:
            return Became.UNKNOWN
        self._timeline.tell(tx, case, Happening.NOTED, by, now, words)
        return Became.DONE

    def message(
        self, tx: Transaction, reference: str, words: str, *, by: str, now: datetime
    ) -> Became:
        """Tell the contact something in the chat."""
        case = find_case(tx, reference)
        if case is None:
            return Became.UNKNOWN
        told = self._timeline.tell(tx, case, Happening.MESSAGED, by, now, words)
        facts = {"title": self._title(case), "reference": reference, "words": words}
        notice = Notice("staff_message", facts)
        key = f"message:{reference}:{told}"
        self._letterbox.leave(tx, "staff", key, case.contact_id, notice, now)
        return Became.DONE

    def _change(
        self,
        tx: Transaction,
        reference: str,
        states: Collection[str],
        values: Mapping[str, Any],
        revision: int | None,
    ) -> tuple[Became, Case | None]:
        """Change a case if it is as it was seen; what came of it, and the case if it is done."""
        is_done = change_case(tx, reference, states, values, revision)
        case = find_case(tx, reference)
        if is_done:
            return Became.DONE, case
        if case is None:
            return Became.UNKNOWN, None
        return (Became.CHANGED if case.state in states else Became.NOT_OPEN), None

    def _is_answered(self, case: Case, step: str) -> bool:
        asked = self._viewer.asked(case, self._answers.open(case))
        return any(one.id == step for one, _ in asked)

    def _title(self, case: Case) -> Fact:
        flow = self._catalogue.editions.get((case.flow, case.version))
        flow = flow or self._catalogue.flows.get(case.flow)
        return label(flow.title) if flow else case.flow

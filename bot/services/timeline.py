"""Timelines: what happened to each case, told by whoever did it."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from bot.store.case_events import CaseEvent, add_event, events_of
from bot.store.cases import Case, case_of
from bot.store.database import Transaction
from bot.store.seal import Sealer


class Happening(StrEnum):
    """What may happen to a case; behind the colon what its words are, if it has any."""

    SUBMITTED = "submitted"
    ASSIGNED = "assigned"  # to whom; none: to nobody
    NOTED = "noted"  # the note, for staff only
    MESSAGED = "messaged"  # what the contact was told
    ASKED = "asked"  # the step, a line break, the reason
    ANSWERED = "answered"  # the steps whose answers changed, with blanks between
    REPLACED = "replaced"  # the documents that the answers no longer name, with blanks between
    APPROVED = "approved"  # the reason, if one was given
    REFUSED = "refused"  # the reason
    WITHDRAWN = "withdrawn"
    JOINED = "joined"
    OFFERED = "offered"  # the flat
    OFFER_ENDED = "offer_ended"  # the flat
    FLAT_HELD = "flat_held"  # the flat
    HOLD_ENDED = "hold_ended"  # the flat, and perhaps a line break and the reason
    DEPOSIT_ORDERED = "deposit_ordered"
    RECEIPT = "receipt"
    DEPOSIT_CONFIRMED = "deposit_confirmed"
    DEPOSIT_REFUSED = "deposit_refused"  # the reason
    DEPOSIT_REFUNDED = "deposit_refunded"  # the reason


@dataclass(frozen=True, slots=True)
class Happened:
    """One thing that happened to a case."""

    at: datetime
    kind: Happening
    who: str
    words: str = ""


class Timeline:
    """Keeps what happened to cases; words are sealed."""

    def __init__(self, sealer: Sealer) -> None:
        self._sealer = sealer

    def tell(
        self, tx: Transaction, case: Case, kind: Happening, who: str, now: datetime, words: str = ""
    ) -> int:
        """Add to the timeline of a case; the id of what was added."""
        about = sealed_about(case.reference, kind, now)
        sealed = self._sealer.seal(words.encode(), about) if words else None
        return add_event(tx, case.id, CaseEvent(now, kind.value, who, sealed))

    def tell_of(
        self,
        tx: Transaction,
        contact_id: int,
        frame: int,
        kind: Happening,
        who: str,
        now: datetime,
        words: str = "",
    ) -> None:
        """Add to the timeline of the case a frame submitted; a frame without one has none."""
        case = case_of(tx, contact_id, frame)
        if case is not None:
            self.tell(tx, case, kind, who, now, words)

    def events(self, tx: Transaction, case: Case) -> list[Happened]:
        """What happened to a case, the oldest first."""
        return [self._opened(case.reference, event) for event in events_of(tx, case.id)]

    def _opened(self, reference: str, event: CaseEvent) -> Happened:
        about = sealed_about(reference, event.kind, event.at)
        words = self._sealer.open(event.words, about).decode() if event.words else ""
        return Happened(event.at, Happening(event.kind), event.who, words)


def sealed_about(reference: str, kind: str, at: datetime) -> str:
    """What the words of an event are sealed about."""
    return f"event:{reference}:{kind}:{round(at.timestamp() * 1_000_000)}"

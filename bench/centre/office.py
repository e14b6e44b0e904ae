"""What staff have of people: cases with timelines and terms, papers, holds, deposits, the books."""

import os
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta

import msgspec
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from bench.centre.fill import Row, fill, moment
from bench.centre.likeness import Likeness, copied, swaps
from bench.centre.people import OPEN, TAKES_FLAT, Person
from bot.content.load import Content
from bot.engine.model import Answer
from bot.services.terms import PURPOSE, SIZE, terms_of
from bot.services.timeline import Happening, sealed_about
from bot.store.database import Transaction
from bot.store.seal import NONCE, Sealer
from bot.store.tables import (
    case_events,
    case_terms,
    cases,
    deposits,
    document_parts,
    documents,
    holds,
    ledger,
    waiting_list,
)

REASON = "The degree could not be verified."
NOTE = "Called back; the papers will come by post."
STEP = "submit"
"""The step that submits a case of the flow."""
ASKED_STEP = "certificate"
STATES = {
    "submitted": "submitted",
    "asked": "asked",
    "refused": "refused",
    "withdrawn": "withdrawn",
}
"""The state of a case by how far somebody has come; all others are approved."""
HOLDS = {"ordered": "held", "reported": "held", "confirmed": "let", "expired": "expired"}
STEP_TAKES = timedelta(hours=15)
"""From one line of the ledger to the next."""
REFUNDED = 20
"""One confirmed deposit of so many was paid back."""
_answers = msgspec.json.Decoder(dict[str, Answer]).decode


@dataclass(frozen=True, slots=True)
class Office:
    """Writes what staff have, for one batch of people after the other.

    `amounts` is the deposit of each flat, in fen.
    """

    sealer: Sealer
    content: Content
    now: datetime
    picture: bytes
    amounts: Mapping[str, int]
    _deadlines: dict[date, date] = field(default_factory=dict)

    def write(self, tx: Transaction, batch: Sequence[tuple[Person, Likeness]]) -> None:
        """Write a batch."""
        whole = [(one, likeness) for one, likeness in batch if one.case_id]
        self._write_cases(tx, whole)
        people = [one for one, _ in whole]
        names = "case_id at kind who words"
        fill(tx, case_events, names, (row for one in people for row in self._events(one)))
        self._write_papers(tx, [one for one, _ in batch])
        self._write_holds(tx, [one for one in people if one.flat])
        names = "contact_id frame state joined_at"
        waits = (one for one in people if one.stage == "waiting")
        fill(tx, waiting_list, names, ((one.id, 1, "waiting", moment(one.at)) for one in waits))

    def _write_cases(self, tx: Transaction, whole: Sequence[tuple[Person, Likeness]]) -> None:
        flow, rows, terms = self.content.catalogue.flows, [], []
        for one, likeness in whole:
            plain = copied(likeness, swaps(likeness, one), likeness.kept.answers)
            rows.append(self._case(one, likeness, plain))
            found = set(terms_of(flow[likeness.kept.case.flow], _answers(plain)))
            digests = (self.sealer.digests(PURPOSE, term.encode())[0] for term in found)
            terms += [(digest[:SIZE], one.case_id) for digest in digests]
        names = (
            "id reference contact_id flow version frame step language channel state assignee"
            " answers submitted_at asked_at due_on decided_at decided_by reason"
        )
        fill(tx, cases, names, rows)
        fill(tx, case_terms, "digest case_id", terms)

    def _case(self, one: Person, likeness: Likeness, plain: bytes) -> Row:
        row, reference = likeness.kept.case, one.references[0]
        is_open = one.stage in OPEN
        asked = moment(self.decided_at(one)) if one.stage == "asked" else None
        decided = None if is_open else moment(self.decided_at(one))
        by = None if is_open or one.stage == "withdrawn" else self._clerk(one)
        reason = None
        if one.stage == "refused":
            reason = self.sealer.seal(REASON.encode(), f"reason:{reference}")
        return (
            *(one.case_id, reference, one.id, row.flow, row.version, row.frame),
            *(row.step or STEP, likeness.kept.language, one.channel),
            *(STATES.get(one.stage, "approved"), one.assignee),
            *(self.sealer.seal(plain, f"case:{reference}"), moment(one.at), asked),
            *(self.due_on(one).isoformat(), decided, by, reason),
        )

    def due_on(self, one: Person) -> date:
        """The day by which a case is to be decided."""
        centre = self.content.centre
        day = one.at.astimezone(centre.zone).date()
        if day not in self._deadlines:
            days = centre.review_working_days
            self._deadlines[day] = self.content.calendar.add_working_days(day, days)
        return self._deadlines[day]

    def decided_at(self, one: Person) -> datetime:
        """When staff acted on a case: some days after it came, and not in the future."""
        return one.at + min((self.now - one.at) / 2, timedelta(days=one.id % 13 + 1))

    def _clerk(self, one: Person) -> str:
        return one.assignee or "clerk1"

    # timelines

    def _events(self, one: Person) -> Iterator[Row]:
        yield self._event(one, Happening.SUBMITTED, "contact", one.at)
        middle = one.at + (self.decided_at(one) - one.at) / 2
        if one.assignee:
            yield self._event(one, Happening.ASSIGNED, one.assignee, middle, one.assignee)
        if one.id % 5 == 0:
            yield self._event(one, Happening.NOTED, self._clerk(one), middle, NOTE)
        kind, words = self._last(one)
        if kind is not None:
            who = "contact" if kind is Happening.WITHDRAWN else self._clerk(one)
            yield self._event(one, kind, who, self.decided_at(one), words)

    def _last(self, one: Person) -> tuple[Happening | None, str]:
        match one.stage:
            case "submitted":
                return None, ""
            case "asked":
                return Happening.ASKED, f"{ASKED_STEP}\n{REASON}"
            case "refused":
                return Happening.REFUSED, REASON
            case "withdrawn":
                return Happening.WITHDRAWN, ""
            case _:
                return Happening.APPROVED, ""

    def _event(self, one: Person, kind: Happening, who: str, at: datetime, words: str = "") -> Row:
        about = sealed_about(one.references[0], kind, at)
        sealed = self.sealer.seal(words.encode(), about) if words else None
        return one.case_id, moment(at), kind.value, who, sealed

    # papers

    def _write_papers(self, tx: Transaction, people: Sequence[Person]) -> None:
        wholes: list[Row] = []
        parts: list[Row] = []
        for one in people:
            case = one.references[0] if one.references else None
            for paper in one.papers:
                key, nonce = AESGCM.generate_key(256), os.urandom(NONCE)
                sealed = self.sealer.seal(key, f"document:{paper}")
                digest, at = bytes.fromhex(paper) * 2, moment(one.at)
                wholes.append((paper, one.id, "image/jpeg", digest, 1, at, sealed, case))
                content = AESGCM(key).encrypt(nonce, self.picture, f"{paper}:0".encode())
                parts.append((paper, 0, nonce + content))
        names = "id contact_id kind digest pages received_at sealed_key case_reference"
        fill(tx, documents, names, wholes)
        fill(tx, document_parts, "document_id n content", parts)

    # holds and money

    def _write_holds(self, tx: Transaction, people: Sequence[Person]) -> None:
        names = "id flat_id contact_id frame state made_at expires_at ended_at"
        fill(tx, holds, names, map(self._hold, people))
        names = (
            "id reference hold_id contact_id frame amount_fen state ordered_at receipt"
            " decided_at decided_by"
        )
        fill(tx, deposits, names, map(self._deposit, people))
        names = "at reference kind amount_fen flat_id who"
        fill(tx, ledger, names, (row for one in people for row in self._lines(one)))

    def _hold(self, one: Person) -> Row:
        made = self._held_at(one)
        state = "released" if _is_refunded(one) else HOLDS[one.stage]
        expires = made + timedelta(hours=self.content.centre.hold_hours)
        ended = None if one.stage in TAKES_FLAT and state != "released" else moment(expires)
        return one.id, one.flat, one.id, 1, state, moment(made), moment(expires), ended

    def _held_at(self, one: Person) -> datetime:
        """When a flat was held: lately, where it still is."""
        if one.stage in ("ordered", "reported"):
            return self.now - timedelta(hours=one.id % 40 + 1)
        return self.decided_at(one)

    def _deposit(self, one: Person) -> Row:
        state = "refunded" if _is_refunded(one) else one.stage
        receipt = None
        if one.stage in ("reported", "confirmed"):
            files = [{"id": one.papers[-1], "kind": "image/jpeg", "pages": 1}]
            receipt = msgspec.json.encode({"files": files}).decode()
        ordered = self._held_at(one)
        is_closed = one.stage in ("confirmed", "expired")
        decided = moment(ordered + 2 * STEP_TAKES) if is_closed else None
        by = {"confirmed": self._clerk(one), "expired": "clock"}.get(one.stage)
        return (
            *(one.id, one.references[1], one.id, one.id, 1, self.amounts[one.flat], state),
            *(moment(ordered), receipt, decided, by),
        )

    def _lines(self, one: Person) -> Iterator[Row]:
        """The lines of the ledger: only what came and what was paid back has an amount."""
        amount = self.amounts[one.flat]
        told: list[tuple[str, int, str]] = [("ordered", 0, "contact")]
        if one.stage in ("reported", "confirmed"):
            told.append(("reported", 0, "contact"))
        if one.stage == "confirmed":
            told.append(("confirmed", amount, self._clerk(one)))
        if _is_refunded(one):
            told.append(("refunded", -amount, self._clerk(one)))
        for n, (kind, fen, who) in enumerate(told):
            at = min(self._held_at(one) + STEP_TAKES * n, self.now)
            yield moment(at), one.references[1], kind, fen, one.flat, who


def _is_refunded(one: Person) -> bool:
    return one.stage == "confirmed" and one.id % REFUNDED == 0

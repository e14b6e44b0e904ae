"""What staff see of one case: answers in the words of its flow, verdicts, documents, timeline."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import msgspec

from bot.engine.answers import CONTACT, contact_answers, step_label
from bot.engine.catalogue import Catalogue
from bot.engine.flow import Ask, Decide, Position
from bot.engine.model import Answer, Conversation, Fact, Value
from bot.engine.talk import Talk
from bot.services.case_answers import CaseAnswers, document_ids, frame_of
from bot.services.timeline import Happened, Happening, Timeline
from bot.store.cases import Case
from bot.store.database import Transaction
from bot.store.documents import KeptDocument, documents_of
from bot.store.history import state_of
from bot.store.seal import Sealer


@dataclass(frozen=True, slots=True)
class AnswerView:
    """One answer of the contact: `kind` is that of its step, such as `upload`; empty where the
    flow is not known. `changed`: answered otherwise since it was submitted before."""

    step: str
    label: Fact
    shown: Fact
    kind: str
    documents: tuple[KeptDocument, ...]
    may_ask_again: bool
    changed: bool


@dataclass(frozen=True, slots=True)
class VerdictView:
    """What a policy table decided at a step, with its reasons and since when it is in force."""

    step: str
    policy: str
    outcome: str
    reasons: Fact
    valid_from: Fact


@dataclass(frozen=True, slots=True)
class CaseView:
    """All that staff see of a case.

    `known`: its flow is there in the very version it was answered in; otherwise answers go by the
    ids of their steps. `replaced` are documents its answers no longer name, kept to compare.
    """

    case: Case
    known: bool
    answers: tuple[AnswerView, ...]
    verdicts: tuple[VerdictView, ...]
    milestones: tuple[str, ...]
    reason: str
    replaced: tuple[KeptDocument, ...]
    timeline: tuple[Happened, ...]


class Viewer:
    """Makes of a case what staff see of it."""

    def __init__(
        self, sealer: Sealer, catalogue: Catalogue, answers: CaseAnswers, timeline: Timeline
    ) -> None:
        self._sealer = sealer
        self._catalogue = catalogue
        self._answers = answers
        self._timeline = timeline

    def view(self, tx: Transaction, case: Case) -> CaseView:
        """All that staff see of a case."""
        answers = self._answers.open(case)
        timeline = self._timeline.events(tx, case)
        documents = {one.id: one for one in documents_of(tx, case.reference)}
        replaced = [
            name
            for event in timeline
            if event.kind is Happening.REPLACED
            for name in event.words.split()
        ]
        named = document_ids(one.value for one in answers.values())
        return CaseView(
            case=case,
            known=self._is_known(case),
            answers=tuple(self._shown(case, answers, documents, _changed(timeline))),
            verdicts=tuple(self._verdicts(case, answers)),
            milestones=self._milestones(tx, case),
            reason=self._reason(case),
            replaced=tuple(
                documents[one] for one in replaced if one in documents and one not in named
            ),
            timeline=tuple(timeline),
        )

    def asked(self, case: Case, answers: Mapping[str, Answer]) -> list[tuple[Ask, Answer]]:
        """What the contact answered, in order, with the steps; none where the flow is unknown."""
        if not self._is_known(case):
            return []
        return contact_answers(self._talk(case), frame_of(case, answers), _path(answers))

    def _talk(self, case: Case) -> Talk:
        talk = Talk(self._catalogue, Conversation("", case.channel), case.submitted_at)
        talk.shows_private = True  # nothing is sent to anybody's channel from here
        return talk

    def _is_known(self, case: Case) -> bool:
        of_that_name = self._catalogue.flows.get(case.flow)
        in_force = of_that_name is not None and of_that_name.version == case.version
        return in_force or (case.flow, case.version) in self._catalogue.editions

    def _shown(
        self,
        case: Case,
        answers: Mapping[str, Answer],
        documents: Mapping[str, KeptDocument],
        changed: frozenset[str],
    ) -> list[AnswerView]:
        talk, asked = self._talk(case), self.asked(case, answers)
        known = {
            step.id: (step_label(step), talk.shown(step, answer.value), _kind(step))
            for step, answer in asked
        }
        given = known or {
            name: (name, _plain(answer.value), "")
            for name, answer in answers.items()
            if answer.who == CONTACT
        }
        return [
            AnswerView(
                step=name,
                label=label,
                shown=shown,
                kind=kind,
                documents=tuple(
                    documents[one]
                    for one in document_ids([answers[name].value])
                    if one in documents
                ),
                may_ask_again=name in known,
                changed=name in changed,
            )
            for name, (label, shown, kind) in given.items()
        ]

    def _verdicts(self, case: Case, answers: Mapping[str, Answer]) -> list[VerdictView]:
        if not self._is_known(case):
            return []
        steps = self._catalogue.flow(frame_of(case, answers)).by_id
        found = []
        for name, answer in answers.items():
            match steps[name], answer.value:
                case Decide(policy=policy), {"outcome": outcome, "facts": facts}:
                    reasons, since = facts["reasons"], facts["valid_from"]
                    found.append(VerdictView(name, policy, outcome, reasons, since))
        return found

    def _milestones(self, tx: Transaction, case: Case) -> tuple[str, ...]:
        """What the case's frame has reached in the contact's conversation, where it is open."""
        sealed = state_of(tx, case.contact_id)
        if not sealed:
            return ()
        plain = self._sealer.open(sealed, f"conversation:{case.contact_id}")
        frames = msgspec.json.decode(plain, type=Conversation).frames
        return next((tuple(one.milestones) for one in frames if one.id == case.frame), ())

    def _reason(self, case: Case) -> str:
        if case.reason is None:
            return ""
        return self._sealer.open(case.reason, f"reason:{case.reference}").decode()


def _path(answers: Mapping[str, Answer]) -> Position:
    return Position(tuple(answers), None)


def _kind(step: Ask) -> str:
    return type(step.kind).__name__.lower()


def _changed(timeline: Sequence[Happened]) -> frozenset[str]:
    """The steps that were answered otherwise when the case was last answered again."""
    answered = [event.words for event in timeline if event.kind is Happening.ANSWERED]
    return frozenset(answered[-1].split()) if answered else frozenset()


def _plain(value: Value) -> Fact:
    """How an answer is shown whose step nobody knows any more."""
    match value:
        case str(shown) | {"text": str(shown)} | {"option": str(shown)}:
            return shown
        case {"options": [*several]}:
            return ", ".join(several)
        case {"date": str()} | {"number": int()} | {"country": str()}:
            return value
        case {"files": [*files]}:
            return {"number": len(files)}
        case _:
            return msgspec.json.encode(value).decode()

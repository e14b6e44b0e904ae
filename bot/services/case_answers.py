"""The answers of cases: sealed, opened, compared, and what cases are found by."""

from collections.abc import Iterable, Mapping

import msgspec

from bot.engine.answers import CONTACT
from bot.engine.catalogue import Catalogue
from bot.engine.model import Answer, Frame, Value
from bot.services.terms import Terms
from bot.store.cases import Case
from bot.store.database import Transaction
from bot.store.seal import Sealer

_read = msgspec.json.Decoder(dict[str, Answer]).decode


class CaseAnswers:
    """Seals and opens the answers of cases, and keeps what cases are found by."""

    def __init__(self, sealer: Sealer, catalogue: Catalogue, terms: Terms) -> None:
        self._sealer = sealer
        self._catalogue = catalogue
        self._terms = terms

    def seal(self, reference: str, answers: Mapping[str, Answer]) -> bytes:
        """Answers as a case keeps them."""
        return self._sealer.seal(msgspec.json.encode(answers), f"case:{reference}")

    def open(self, case: Case) -> dict[str, Answer]:
        """The answers of a case on the path, by step, in the order of its flow."""
        return _read(self._sealer.open(case.answers, f"case:{case.reference}"))

    def index(self, tx: Transaction, case: Case, answers: Mapping[str, Answer]) -> None:
        """Keep what a case is found by, instead of what it was found by before."""
        flow = self._catalogue.flow(frame_of(case, answers))
        self._terms.keep(tx, case.id, flow, answers)


def frame_of(case: Case, answers: Mapping[str, Answer]) -> Frame:
    """The frame of a case as far as it was handed in."""
    return Frame(case.frame, case.flow, case.version, case.submitted_at, dict(answers))


def changed_steps(before: Mapping[str, Answer], after: Mapping[str, Answer]) -> list[str]:
    """The steps that the contact has answered otherwise, or only now."""
    return [
        name
        for name, answer in after.items()
        if answer.who == CONTACT and (name not in before or before[name].value != answer.value)
    ]


def document_ids(values: Iterable[Value]) -> list[str]:
    """The documents that answers hold."""
    files = [value["files"] for value in values if isinstance(value, dict) and "files" in value]
    return [file["id"] for several in files for file in several]

"""Find cases by a name, telephone or e-mail of which only digests are kept."""

import re
import unicodedata
from collections.abc import Iterator, Mapping

from bot.engine.flow import Ask, Flow
from bot.engine.kinds.kind import Kind
from bot.engine.kinds.words import Email, Name, Phone
from bot.engine.match import fold
from bot.engine.model import Answer
from bot.store.case_terms import set_terms
from bot.store.database import Transaction
from bot.store.seal import Sealer

PURPOSE = b"terms"
SIZE = 16
"""Bytes kept of a digest: two of millions of terms never share one."""
LAST = 8
"""Last digits by which a telephone number is found, however its country and area are written."""
NUMBER = re.compile(r"\+?[\d\s()./-]+")
HAN = re.compile(r"[\u3400-\u9fff\uf900-\ufaff\U00020000-\U0003ffff]+")


class Terms:
    """Makes digests of what cases are to be found by."""

    def __init__(self, sealer: Sealer) -> None:
        self._sealer = sealer

    def keep(
        self, tx: Transaction, case_id: int, flow: Flow, answers: Mapping[str, Answer]
    ) -> None:
        """Keep what a case is found by from now on."""
        terms = set(terms_of(flow, answers))
        set_terms(tx, case_id, [self._digests(term)[0] for term in terms])

    def wanted(self, typed: str) -> tuple[tuple[bytes, ...], ...]:
        """The digests a case must have for what staff typed: of each word, by any of the keys.

        Where something was typed and nothing can be found by it, no digest will do.
        """
        terms = dict.fromkeys(searched(typed))
        if not terms and typed.strip():
            return ((),)
        return tuple(self._digests(term) for term in terms)

    def _digests(self, term: str) -> tuple[bytes, ...]:
        return tuple(one[:SIZE] for one in self._sealer.digests(PURPOSE, term.encode()))


def terms_of(flow: Flow, answers: Mapping[str, Answer]) -> Iterator[str]:
    """The terms of a case: of each name, telephone and e-mail among its answers."""
    for name, answer in answers.items():
        step = flow.by_id.get(name)
        match step, answer.value:
            case Ask(), {"text": str(words)}:
                yield from _terms(step.kind, words)
            case _:
                pass


def _terms(kind: Kind, words: str) -> Iterator[str]:
    match kind:
        case Name():
            parts = fold(words).split()
            yield from (*parts, "".join(parts))
        case Phone():
            digits = re.sub(r"\D", "", words)
            yield from (digits, digits[-LAST:])
        case Email():
            whole = _whole(words)
            yield from (whole, *fold(whole.partition("@")[0]).split())
        case _:
            return


def searched(typed: str) -> Iterator[str]:
    """The terms that staff mean by what they typed."""
    plain = _whole(typed)
    if NUMBER.fullmatch(plain):
        yield _number(plain)
        return
    for word in plain.split():
        if "@" in word:
            yield word
    parts = fold(" ".join(word for word in plain.split() if "@" not in word)).split()
    # A Chinese name is kept as one word, and some type a blank behind the family name.
    yield from ("".join(parts),) if all(map(HAN.fullmatch, parts)) and parts else parts


def _number(plain: str) -> str:
    digits = re.sub(r"\D", "", plain)
    return digits if plain.startswith("+") else digits[-LAST:]


def _whole(words: str) -> str:
    return unicodedata.normalize("NFKC", words).casefold().strip()

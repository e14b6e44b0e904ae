"""Keeps what people ask in their own words and nothing was found for, without what is personal."""

import re
from collections.abc import Sequence
from datetime import datetime

from bot.engine.effects import Query
from bot.engine.match import fold
from bot.store.database import Transaction
from bot.store.questions import NewQuestion, keep
from bot.store.seal import Sealer

PURPOSE = "question"
KEPT = ("unknown", "missed")
"""What has come of a question that staff should see: nothing found, or something else meant."""
LONGEST = 300
"""Characters kept of a question: a longer text is no question but a letter."""
MASK = "…"
PERSONAL = re.compile(
    r"[\w.+-]+@[\w-]+(?:\.[\w-]+)+"  # an e-mail address
    r"|https?://\S+"
    r"|(?=[A-Za-z0-9]*\d)[A-Za-z0-9]{6,}"  # a passport, a permit
    r"|\+?\d(?:[\s().-]?\d){4,}"  # a telephone, a card, a date of birth
)


def masked(text: str) -> str:
    """A text without the numbers and addresses that may tell who wrote it."""
    return PERSONAL.sub(MASK, text)


class Wondering:
    """Takes questions down, sealed, the same words once."""

    def __init__(self, sealer: Sealer) -> None:
        self._sealer = sealer

    def take_down(self, tx: Transaction, queries: Sequence[Query], now: datetime) -> None:
        """Keep the questions that staff should see."""
        found = {one.digest: one for query in queries if (one := self._kept(query)) is not None}
        keep(tx, tuple(found.values()), now)

    def _kept(self, query: Query) -> NewQuestion | None:
        words = masked(query.text[:LONGEST]).strip()
        folded = fold(words)
        if query.outcome not in KEPT or not any(c.isalpha() for c in folded):
            return None
        digest = self._sealer.digests(PURPOSE.encode(), f"{query.language} {folded}".encode())[0]
        sealed = self._sealer.seal(words.encode(), f"{PURPOSE}:{digest.hex()}")
        entries = " ".join(query.entries)[:160]
        return NewQuestion(digest, query.language, query.outcome, sealed, entries)

    def words(self, digest: bytes, sealed: bytes) -> str:
        """The words of a question that was taken down."""
        return self._sealer.open(sealed, f"{PURPOSE}:{digest.hex()}").decode()

"""Terms of cases: digests of words in their answers, so that staff find them without plain text."""

from collections.abc import Collection

from sqlalchemy import delete, insert

from bot.store.database import Transaction
from bot.store.tables import case_terms


def set_terms(tx: Transaction, case_id: int, digests: Collection[bytes]) -> None:
    """Replace the terms of a case by these, each a digest of 16 bytes."""
    tx.execute(delete(case_terms).where(case_terms.c.case_id == case_id))
    if digests:
        rows = [{"digest": digest, "case_id": case_id} for digest in sorted(set(digests))]
        tx.execute(insert(case_terms), rows)

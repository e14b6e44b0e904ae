"""Documents at rest: each under a key of its own, which is sealed; deleting the key deletes all."""

import os
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from sqlalchemy import delete, func, insert, select, update

from bot.store.database import Transaction
from bot.store.seal import NONCE, Sealer
from bot.store.tables import document_parts, documents


@dataclass(frozen=True, slots=True)
class NewDocument:
    """A document taken in: `parts` holds the file itself and after it the page pictures, if any."""

    id: str
    kind: str
    digest: bytes
    pages: int
    parts: tuple[bytes, ...]


@dataclass(frozen=True, slots=True)
class KeptDocument:
    """A document of a case, without its content."""

    id: str
    kind: str
    pages: int
    case_reference: str


_kept = (documents.c.id, documents.c.kind, documents.c.pages, documents.c.case_reference)


def add_documents(
    tx: Transaction, sealer: Sealer, contact_id: int, new: Sequence[NewDocument], now: datetime
) -> None:
    """Encrypt and keep documents."""
    for document in new:
        key = AESGCM.generate_key(256)
        row = {
            "id": document.id,
            "contact_id": contact_id,
            "kind": document.kind,
            "digest": document.digest,
            "pages": document.pages,
            "received_at": now,
            "sealed_key": sealer.seal(key, f"document:{document.id}"),
        }
        tx.execute(insert(documents), row)
        parts = [
            {"document_id": document.id, "n": n, "content": _lock(key, part, document.id, n)}
            for n, part in enumerate(document.parts)
        ]
        tx.execute(insert(document_parts), parts)


def _lock(key: bytes, plain: bytes, document_id: str, n: int) -> bytes:
    nonce = os.urandom(NONCE)
    return nonce + AESGCM(key).encrypt(nonce, plain, f"{document_id}:{n}".encode())


def open_part(tx: Transaction, sealer: Sealer, document_id: str, n: int = 0) -> bytes | None:
    """Decrypt one part of a document; None when there is no such part."""
    found = (
        select(documents.c.sealed_key, document_parts.c.content)
        .join(document_parts, document_parts.c.document_id == documents.c.id)
        .where(documents.c.id == document_id, document_parts.c.n == n)
    )
    row = tx.execute(found).one_or_none()
    if row is None:
        return None
    key = sealer.open(row.sealed_key, f"document:{document_id}")
    content = bytes(row.content)
    about = f"{document_id}:{n}".encode()
    return AESGCM(key).decrypt(content[:NONCE], content[NONCE:], about)


def find_document(tx: Transaction, document_id: str) -> KeptDocument | None:
    """A document that is part of a case; None when there is none of this id."""
    wanted = documents.c.id == document_id, documents.c.case_reference.is_not(None)
    row = tx.execute(select(*_kept).where(*wanted)).one_or_none()
    return KeptDocument(*row) if row else None


def documents_of(tx: Transaction, case_reference: str) -> list[KeptDocument]:
    """The documents of a case, in the order they came."""
    found = select(*_kept).where(documents.c.case_reference == case_reference)
    rows = tx.execute(found.order_by(documents.c.received_at, documents.c.id))
    return [KeptDocument(*row) for row in rows]


def drop_unused(tx: Transaction, ids: Sequence[str]) -> None:
    """Delete documents that nobody wanted, unless a case has them."""
    unused = documents.c.id.in_(ids) & documents.c.case_reference.is_(None)
    tx.execute(delete(documents).where(unused))


def count_since(tx: Transaction, contact_id: int, since: datetime) -> int:
    """How many documents a contact has sent since a moment."""
    counted = select(func.count()).where(
        documents.c.contact_id == contact_id, documents.c.received_at >= since
    )
    return tx.execute(counted).scalar_one()


def assign(tx: Transaction, ids: Sequence[str], case_reference: str) -> None:
    """Make documents part of a case: from now on they are kept as long as it is."""
    if ids:
        tx.execute(
            update(documents).where(documents.c.id.in_(ids)).values(case_reference=case_reference)
        )

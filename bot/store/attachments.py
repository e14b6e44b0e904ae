"""Files of contacts that still lie with the platform, until somebody has fetched them."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

import msgspec
from msgspec import Struct
from sqlalchemy import (
    ColumnElement,
    Exists,
    FromClause,
    and_,
    delete,
    exists,
    insert,
    select,
    update,
)

from bot.store.database import Transaction
from bot.store.seal import Sealer, Unsealable
from bot.store.tables import attachments, contacts


class Attachment(Struct, frozen=True, omit_defaults=True):
    """A file as the platform names it; `size` in bytes where it says so, `album` groups several.

    `failed` is the reason why it need not be fetched, such as `too_large`.
    """

    reference: str
    size: int = 0
    album: str = ""
    failed: str = ""


@dataclass(frozen=True, slots=True)
class Waiting:
    """A file that this worker may fetch now, and nobody else until the lease is over."""

    id: int
    inbox_id: int
    contact_id: int
    channel: str
    album: str
    attachment: Attachment
    attempts: int
    received_at: datetime


_decode = msgspec.json.Decoder(Attachment).decode


def add_attachments(
    tx: Transaction,
    sealer: Sealer,
    inbox_id: int,
    contact_id: int,
    new: Sequence[Attachment],
    due_at: datetime,
    now: datetime,
) -> None:
    """Keep what an update brought, to be fetched at `due_at`."""
    rows = [
        {
            "inbox_id": inbox_id,
            "contact_id": contact_id,
            "album": one.album,
            "attachment": sealer.seal(msgspec.json.encode(one), f"attachment:{inbox_id}"),
            "due_at": due_at,
            "attempts": 0,
            "received_at": now,
        }
        for one in new
    ]
    tx.execute(insert(attachments), rows)


def _has_failed(file: FromClause, now: datetime) -> ColumnElement[bool]:
    """Whether a file waits for its next try; that keeps no other waiting."""
    return and_(file.c.worker.is_(None), file.c.attempts > 0, file.c.due_at > now)


def _is_behind(now: datetime) -> Exists:
    """Whether a file waits for an earlier one of its contact."""
    earlier = attachments.alias("earlier")
    return exists().where(
        earlier.c.contact_id == attachments.c.contact_id,
        earlier.c.id < attachments.c.id,
        ~_has_failed(earlier, now),
    )


def claim_attachments(
    tx: Transaction, sealer: Sealer, worker: str, now: datetime, lease: timedelta, limit: int
) -> list[Waiting]:
    """Claim what is due for up to `limit` contacts, each with the oldest upload whose turn it is.

    An upload is one file, or all of an album. As in the outbox the lease is `due_at` itself, and
    only an upload's first file is locked: whoever holds it has the whole upload.
    """
    due = (
        select(attachments.c.id, attachments.c.contact_id, attachments.c.album)
        .where(attachments.c.due_at <= now, ~_is_behind(now))
        .order_by(attachments.c.due_at, attachments.c.id)
        .limit(limit)
        .with_for_update(skip_locked=True)
    )
    ids: list[int] = []
    for file, contact_id, album in tx.execute(due).all():
        ids.extend(_album(tx, contact_id, album, now) if album else [file])
    if not ids:
        return []
    taken = update(attachments).where(attachments.c.id.in_(ids))
    tx.execute(taken.values(due_at=now + lease, attempts=attachments.c.attempts + 1, worker=worker))
    return _read(tx, sealer, ids)


def _album(tx: Transaction, contact_id: int, album: str, now: datetime) -> list[int]:
    """The files of an album; none while another worker or time holds one of them."""
    mine = (attachments.c.contact_id == contact_id) & (attachments.c.album == album)
    rows = tx.execute(
        select(attachments.c.id, attachments.c.due_at).where(mine, ~_has_failed(attachments, now))
    ).all()
    return [row.id for row in rows] if all(row.due_at <= now for row in rows) else []


def _read(tx: Transaction, sealer: Sealer, ids: Sequence[int]) -> list[Waiting]:
    rows = (
        select(
            attachments.c.id,
            attachments.c.inbox_id,
            attachments.c.contact_id,
            contacts.c.channel,
            attachments.c.album,
            attachments.c.attachment,
            attachments.c.attempts,
            attachments.c.received_at,
        )
        .join(contacts, contacts.c.id == attachments.c.contact_id)
        .where(attachments.c.id.in_(ids))
        .order_by(attachments.c.id)
    )
    return [
        Waiting(
            *row[:5],
            attachment=_opened(sealer, row.attachment, row.inbox_id),
            attempts=row.attempts,
            received_at=row.received_at,
        )
        for row in tx.execute(rows)
    ]


def _opened(sealer: Sealer, sealed: bytes, inbox_id: int) -> Attachment:
    """What was kept; one that does not open is lost, and must keep nobody else's from coming."""
    try:
        return _decode(sealer.open(sealed, f"attachment:{inbox_id}"))
    except Unsealable:
        return Attachment("", failed="lost")


def last_sent(tx: Transaction, contact_id: int) -> datetime | None:
    """When a contact sent the last file that has not been fetched."""
    rows = select(attachments.c.received_at).where(attachments.c.contact_id == contact_id)
    return tx.execute(rows.order_by(attachments.c.received_at.desc()).limit(1)).scalar()


def postpone(tx: Transaction, worker: str, ids: Iterable[int], due_at: datetime) -> None:
    """Fetch these later; a lease lost to another worker changes nothing."""
    mine = attachments.c.id.in_(list(ids)) & (attachments.c.worker == worker)
    tx.execute(update(attachments).where(mine).values(due_at=due_at, worker=None))


def remove_attachments(tx: Transaction, inbox_ids: Sequence[int]) -> None:
    """Nothing of these updates has to be fetched any more."""
    tx.execute(delete(attachments).where(attachments.c.inbox_id.in_(inbox_ids)))


def release_attachments(tx: Transaction, worker: str, now: datetime) -> None:
    """Make due again what a worker of this name had claimed before it died."""
    tx.execute(
        update(attachments).where(attachments.c.worker == worker).values(due_at=now, worker=None)
    )


def has_due_attachments(tx: Transaction, now: datetime) -> bool:
    """Whether there is something to fetch."""
    due = select(attachments.c.id).where(attachments.c.due_at <= now).limit(1)
    return tx.execute(due).first() is not None

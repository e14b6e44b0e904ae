"""What a group of turns reads and writes, set-wise: the inbox and conversations."""

from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import bindparam, exists, select, update

from bot.store.database import Transaction, insert_new
from bot.store.tables import attachments, contacts, conversations, inbox


class VersionConflict(Exception):
    """Another process has changed a conversation since it was loaded."""


@dataclass(frozen=True, slots=True)
class InboxRow:
    """An update to keep: sealed input, and when it was done (None: somebody has yet to)."""

    channel: str
    update_id: str
    contact_id: int
    input: bytes
    received_at: datetime
    done_at: datetime | None
    failed: bool = False


@dataclass(frozen=True, slots=True)
class Kept:
    """A conversation as it is kept: its version and sealed state, and where its frames stand."""

    version: int
    language: str
    state: bytes
    places: str


@dataclass(frozen=True, slots=True)
class Changed:
    """A conversation to save, if it still has the version it was loaded with."""

    contact_id: int
    version: int
    language: str
    state: bytes
    wake_at: datetime | None
    has_draft: bool
    places: str


@dataclass(frozen=True, slots=True)
class Undone:
    """An inbox row that nobody has taken a turn for yet; `channel` is the contact's."""

    inbox_id: int
    contact_id: int
    channel: str
    origin: str
    update_id: str
    input: bytes

    @property
    def sealed_about(self) -> str:
        """What the input was sealed about."""
        return sealed_about(self.origin, self.update_id)


def sealed_about(origin: str, update_id: str) -> str:
    """What the input of an inbox row is sealed about."""
    return f"inbox:{origin}:{update_id}"


def add_to_inbox(tx: Transaction, rows: Sequence[InboxRow]) -> dict[tuple[str, str], int]:
    """Keep updates; the inbox ids of those that were new, by channel and update id.

    Sorted, so that two processes that take in the same updates never wait for each other.
    """
    ordered = sorted(rows, key=lambda row: (row.channel, row.update_id))
    values = [
        {
            "channel": row.channel,
            "update_id": row.update_id,
            "contact_id": row.contact_id,
            "input": row.input,
            "received_at": row.received_at,
            "done_at": row.done_at,
            "failed": row.failed,
        }
        for row in ordered
    ]
    added = insert_new(tx, inbox).returning(inbox.c.channel, inbox.c.update_id, inbox.c.id)
    return {(channel, update): row for channel, update, row in tx.execute(added, values)}


_lock = (
    select(
        conversations.c.contact_id,
        conversations.c.version,
        conversations.c.language,
        conversations.c.state,
        conversations.c.places,
    )
    .where(conversations.c.contact_id.in_(bindparam("contacts", expanding=True)))
    .order_by(conversations.c.contact_id)
    .with_for_update()
)


def lock_conversations(tx: Transaction, contact_ids: Iterable[int]) -> dict[int, Kept]:
    """Load conversations and keep other processes from changing them until the commit."""
    rows = tx.execute(_lock, {"contacts": sorted(set(contact_ids))})
    return {row[0]: Kept(row[1], row[2], row[3], row[4]) for row in rows}


_save = (
    update(conversations)
    .where(
        conversations.c.contact_id == bindparam("contact"),
        conversations.c.version == bindparam("old"),
    )
    .values(
        version=bindparam("old") + 1,
        language=bindparam("language"),
        state=bindparam("state"),
        wake_at=bindparam("wake_at"),
        draft_at=bindparam("draft_at"),
        places=bindparam("places"),
        updated_at=bindparam("now"),
    )
)


def save_conversations(tx: Transaction, changed: Sequence[Changed], now: datetime) -> None:
    """Save conversations; `VersionConflict` when one is no longer what was loaded."""
    if not changed:
        return
    rows = [
        {
            "contact": one.contact_id,
            "old": one.version,
            "language": one.language,
            "state": one.state,
            "wake_at": one.wake_at,
            "draft_at": now if one.has_draft else None,
            "places": one.places,
            "now": now,
        }
        for one in changed
    ]
    if tx.execute(_save, rows).rowcount != len(rows):
        raise VersionConflict


WAITS_FOR_FILES = timedelta(minutes=1)
"""How long what a contact says waits behind a file of theirs: a platform that does not give it out
for hours must not silence them. After that they are told that it did not come."""


def undone(tx: Transaction, limit: int, now: datetime) -> list[Undone]:
    """Inbox rows that wait for a turn, the oldest first; not those whose files are to be fetched,
    nor those behind one that may come any moment."""
    own = exists().where(attachments.c.inbox_id == inbox.c.id)
    before = exists().where(
        attachments.c.contact_id == inbox.c.contact_id,
        attachments.c.received_at > now - WAITS_FOR_FILES,
    )
    waiting = (
        select(
            inbox.c.id,
            inbox.c.contact_id,
            contacts.c.channel,
            inbox.c.channel,
            inbox.c.update_id,
            inbox.c.input,
        )
        .join(contacts, contacts.c.id == inbox.c.contact_id)
        .where(inbox.c.done_at.is_(None), ~own, ~before)
        .order_by(inbox.c.id)
        .limit(limit)
    )
    return [Undone(*row) for row in tx.execute(waiting)]


# Nothing but the contact and that it waits: SQLite would take the index of the channel for more
# telling, and read all that ever came by it.
_waiting = select(inbox.c.contact_id, inbox.c.channel, inbox.c.received_at).where(
    inbox.c.contact_id.in_(bindparam("contacts", expanding=True)), inbox.c.done_at.is_(None)
)


def behind(
    tx: Transaction, contact_ids: Iterable[int], channels: Collection[str], now: datetime
) -> set[int]:
    """Those contacts who have an update of these channels before them that waits for its turn."""
    since = now - WAITS_FOR_FILES
    rows = tx.execute(_waiting, {"contacts": sorted(contact_ids)})
    return {c for c, channel, received_at in rows if channel in channels and received_at > since}


def set_input(tx: Transaction, inbox_id: int, seal: Callable[[str], bytes]) -> None:
    """Keep what an update held, now that its files are here; `seal` seals it about its place."""
    place = select(inbox.c.channel, inbox.c.update_id).where(inbox.c.id == inbox_id)
    sealed = seal(sealed_about(*tx.execute(place).one()))
    tx.execute(update(inbox).where(inbox.c.id == inbox_id).values(input=sealed))


def claim_undone(tx: Transaction, ids: Sequence[int], now: datetime) -> set[int]:
    """Mark inbox rows done; those that another process has not taken first."""
    if not ids:
        return set()
    claimed = (
        update(inbox)
        .where(inbox.c.id.in_(sorted(ids)), inbox.c.done_at.is_(None))
        .values(done_at=now)
        .returning(inbox.c.id)
    )
    return set(tx.execute(claimed).scalars())


def mark_failed(tx: Transaction, inbox_id: int) -> None:
    """Mark an inbox row as one whose turn failed."""
    tx.execute(update(inbox).where(inbox.c.id == inbox_id).values(failed=True))


def leave_input(
    tx: Transaction, origin: str, update_id: str, contact_id: int, sealed: bytes, now: datetime
) -> bool:
    """Leave an input for a contact's next turn; False when it was left before.

    `sealed` is sealed about `inbox:{origin}:{update_id}`. Staff's commands, the clock and the
    fetcher use it.
    """
    row = InboxRow(origin, update_id, contact_id, sealed, now, None)
    return bool(add_to_inbox(tx, [row]))


def is_left_since(tx: Transaction, origin: str, contact_id: int, since: datetime) -> bool:
    """Whether an input of this origin has been left for a contact since then."""
    left = select(inbox.c.id).where(
        inbox.c.contact_id == contact_id, inbox.c.channel == origin, inbox.c.received_at > since
    )
    return tx.execute(left.limit(1)).first() is not None


def due_wakes(tx: Transaction, now: datetime, limit: int) -> dict[int, bytes]:
    """The sealed states of conversations whose moment has come, by contact."""
    due = (
        select(conversations.c.contact_id, conversations.c.state)
        .where(conversations.c.wake_at <= now)
        .order_by(conversations.c.wake_at)
        .limit(limit)
        .with_for_update(skip_locked=True)
    )
    return {row[0]: row[1] for row in tx.execute(due)}


def set_wake(tx: Transaction, contact_id: int, at: datetime | None) -> None:
    """Set when a conversation is to be woken next."""
    tx.execute(
        update(conversations).where(conversations.c.contact_id == contact_id).values(wake_at=at)
    )


def states_after(tx: Transaction, contact_id: int, limit: int) -> list[tuple[int, bytes]]:
    """The sealed states of the conversations of the next contacts, by contact."""
    rows = (
        select(conversations.c.contact_id, conversations.c.state)
        .where(conversations.c.contact_id > contact_id)
        .order_by(conversations.c.contact_id)
        .limit(limit)
    )
    return [(row[0], row[1]) for row in tx.execute(rows)]

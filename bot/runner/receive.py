"""Receive a group of updates: whose they are, whether they are new, whose turn it is now."""

from collections.abc import Callable, Iterable, Mapping, MutableMapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Protocol, TypeAlias

import msgspec

from bot.channels.channel import Standing, Update
from bot.engine.model import Input, Message, Uploaded
from bot.store.allowances import Allowance, grant, held_for
from bot.store.attachments import add_attachments, remove_attachments
from bot.store.contacts import Address, contact_ids, note_back, note_gone
from bot.store.database import Transaction
from bot.store.documents import NewDocument, add_documents
from bot.store.outbox import Claimed
from bot.store.seal import Sealer, Unsealable
from bot.store.turns import (
    InboxRow,
    Undone,
    add_to_inbox,
    behind,
    claim_undone,
    sealed_about,
    set_input,
)

ALBUM_WAIT = timedelta(seconds=1)
"""How long an album is waited for: its pictures come one by one, with no mark at the last."""
NOW = timedelta(0)

_read_input: Callable[[bytes], Input | None] = msgspec.json.Decoder(Input | None).decode
_write = msgspec.json.Encoder().encode


@dataclass(frozen=True, slots=True)
class Fetched:
    """What came of fetching files, for the updates that brought them: one upload, one turn.

    `input` is None where the contact has been told all there is to say.
    """

    inbox_ids: tuple[int, ...]
    contact_id: int
    channel: str
    input: Uploaded | None
    documents: tuple[NewDocument, ...]


Work: TypeAlias = Update | Undone | Fetched
"""What a group may have to take."""


@dataclass(frozen=True, slots=True)
class Taken:
    """What became of an update: whose it was, its place in the inbox, the messages it led to.

    A repeated update leads to nothing new: `inbox_id` is 0. `first` is the number of the first
    message among all those to the contact. `messages` are only those for the channel the update
    came by, and none when others lie between. `pushes` says that something is to be sent,
    `fetches` that a file is to be fetched. What is `claimed` is for the deliverer, or where the
    platform's own request can take it, for who answers that.
    """

    contact_id: int
    inbox_id: int
    first: int = 0
    messages: tuple[Message, ...] = ()
    language: str = ""
    pushes: bool = False
    fetches: bool = False
    claimed: tuple[Claimed, ...] = ()


@dataclass(frozen=True, slots=True)
class Due:
    """One input whose turn it is.

    `channel` is the contact's own, `here` the one it came by where that is another; `address` is
    theirs, where it came by their own. `answered_here` keeps the deliverer off for so long.
    `documents` are the ids of those that came along. `unseen` is the first message that has yet to
    reach the contact, if there is one. Where what was kept does not open, `given` says why.
    """

    inbox_id: int
    contact_id: int
    channel: str
    given: Input | Unsealable
    here: str = ""
    address: str = ""
    answered_here: timedelta = NOW
    documents: tuple[str, ...] = ()
    unseen: int = 0

    @property
    def input(self) -> Input:
        """The input; `Unsealable` only here, so that a turn fails and not the group's reception."""
        if isinstance(self.given, Unsealable):
            raise self.given
        return self.given


class Forgets(Protocol):
    """Deletes what a contact has taken back."""

    def forget(self, tx: Transaction, contact_id: int, but: int, now: datetime) -> None:
        """Delete all that is no case, but for one row of the inbox."""


@dataclass(frozen=True, slots=True)
class Reception:
    """Receives inside one transaction. `pushing` names the channels whose files are fetched."""

    tx: Transaction
    sealer: Sealer
    pushing: frozenset[str]
    known: MutableMapping[Address, int]
    forgets: Forgets
    now: datetime

    def receive(self, work: Sequence[Work]) -> list[Due | Taken]:
        """For each piece of work the input whose turn it is, or what became of it at once."""
        updates = [one for one in work if isinstance(one, Update)]
        contacts = self._contacts(updates)
        rows = self._rows(updates, contacts)
        added = add_to_inbox(self.tx, list(rows.values())) if rows else {}
        claimed = claim_undone(self.tx, list(_left(work)), self.now)
        unseen = self._note([u for u in updates if (u.channel, u.id) in added], contacts)
        received: list[Due | Taken] = []
        for one in work:
            match one:
                case Undone():
                    received.append(self._undone(one, is_mine=one.inbox_id in claimed))
                    claimed.discard(one.inbox_id)
                case Fetched():
                    received.append(self._fetched(one, claimed))
                case Update():
                    inbox_id = added.pop((one.channel, one.id), 0)
                    row = rows[one.channel, one.id]
                    received.append(self._new(one, row, inbox_id, unseen))
        return received

    def _contacts(self, updates: Sequence[Update]) -> dict[Address, int]:
        guesses = {(u.channel, u.address): u.language for u in updates if not u.contact_id}
        known = {one: self.known[one] for one in guesses if one in self.known}
        new = {one: guess for one, guess in guesses.items() if one not in known}
        return {**known, **contact_ids(self.tx, new, self.now)} if new else known

    def _rows(
        self, updates: Sequence[Update], contacts: Mapping[Address, int]
    ) -> dict[Address, InboxRow]:
        """The inbox row of each update; who waits for a file has to wait with all that follows."""
        ids = {contacts[u.channel, u.address] for u in updates if u.channel in self.pushing}
        waiting = behind(self.tx, ids, self.pushing, self.now) if ids else set()
        rows = {}
        for update in updates:
            contact_id = update.contact_id or contacts[update.channel, update.address]
            if update.attachments:
                waiting.add(contact_id)
            sealed = self.sealer.seal(_write(update.input), sealed_about(update.channel, update.id))
            done_at = None if contact_id in waiting else self.now
            rows[update.channel, update.id] = InboxRow(
                update.channel, update.id, contact_id, sealed, self.now, done_at
            )
        return rows

    def _note(self, updates: Sequence[Update], contacts: Mapping[Address, int]) -> dict[int, int]:
        """Enter what platforms tell beside the words: who is there, and what may be said.

        Of contacts who have yet to see what was said last, but will now, the first such message.
        """
        pushed = [(contacts[u.channel, u.address], u) for u in updates if u.channel in self.pushing]
        if not pushed:
            return {}
        last = dict(pushed)  # who blocked us and came back is back
        gone = {contact for contact, u in last.items() if u.standing is Standing.GONE}
        if here := last.keys() - gone:
            note_back(self.tx, here)
        if gone:
            note_gone(self.tx, gone, self.now)
        granted = [
            Allowance(contact, u.grant.calls, u.grant.lasts)
            for contact, u in pushed
            if u.grant is not None
        ]
        if not granted:
            return {}
        unseen = held_for(self.tx, {one.contact_id for one in granted})
        grant(self.tx, granted, self.now)
        return unseen

    def _new(
        self, update: Update, row: InboxRow, inbox_id: int, unseen: Mapping[int, int]
    ) -> Due | Taken:
        contact_id = row.contact_id
        if inbox_id and update.standing is Standing.FORGET:
            self.forgets.forget(self.tx, contact_id, inbox_id, self.now)
        if inbox_id and update.attachments:
            wait = ALBUM_WAIT if any(one.album for one in update.attachments) else NOW
            due_at = self.now + wait
            add_attachments(
                self.tx, self.sealer, inbox_id, contact_id, update.attachments, due_at, self.now
            )
        if not inbox_id or row.done_at is None or update.input is None:
            return Taken(contact_id, inbox_id, fetches=bool(update.attachments))
        add_documents(self.tx, self.sealer, contact_id, update.documents, self.now)
        return Due(
            inbox_id,
            contact_id,
            update.channel,
            update.input,
            here=update.channel if update.contact_id else "",
            address="" if update.contact_id else update.address,
            answered_here=update.answered_here,
            documents=tuple(one.id for one in update.documents),
            unseen=unseen.get(contact_id, 0),
        )

    def _undone(self, row: Undone, *, is_mine: bool) -> Due | Taken:
        if not is_mine:
            return Taken(row.contact_id, 0)
        given = self._opened(row)
        if given is None:  # a platform's notice that had to wait
            return Taken(row.contact_id, row.inbox_id)
        return Due(row.inbox_id, row.contact_id, row.channel, given)

    def _opened(self, row: Undone) -> Input | Unsealable | None:
        try:
            return _read_input(self.sealer.open(row.input, row.sealed_about))
        except Unsealable as error:
            return error

    def _fetched(self, work: Fetched, claimed: set[int]) -> Due | Taken:
        """The turn of an upload; of its updates the first stands for all."""
        remove_attachments(self.tx, work.inbox_ids)
        first = work.inbox_ids[0]
        if first not in claimed:
            return Taken(work.contact_id, 0)
        claimed.difference_update(work.inbox_ids)
        if work.input is None:
            return Taken(work.contact_id, first)
        set_input(self.tx, first, lambda about: self.sealer.seal(_write(work.input), about))
        add_documents(self.tx, self.sealer, work.contact_id, work.documents, self.now)
        ids = tuple(one.id for one in work.documents)
        return Due(first, work.contact_id, work.channel, work.input, documents=ids)


def _left(work: Iterable[Work]) -> Iterable[int]:
    """The inbox rows that were received before and wait for their turn."""
    for one in work:
        if isinstance(one, Undone):
            yield one.inbox_id
        elif isinstance(one, Fetched):
            yield from one.inbox_ids

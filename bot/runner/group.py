"""Take a group of updates in one transaction: receive, converse, keep every effect."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Protocol

import msgspec

from bot.channels.channel import Update
from bot.engine.catalogue import Catalogue
from bot.engine.model import Conversation, Do, Effect, Input, Message, Say
from bot.engine.turn import take_turn
from bot.runner.perform import Performer
from bot.store.database import Transaction
from bot.store.documents import add_documents
from bot.store.seal import Sealer
from bot.store.turns import (
    Address,
    Changed,
    InboxRow,
    Kept,
    OutboxRow,
    Undone,
    add_to_inbox,
    add_to_outbox,
    claim_undone,
    contact_ids,
    lock_conversations,
    mark_failed,
    save_conversations,
)

ACTIONS_PER_TURN = 20
"""More actions in one turn than any sensible flow has: a loop, stopped as a fault."""

_read_conversation = msgspec.json.Decoder(Conversation).decode
_read_input = msgspec.json.Decoder(Input).decode
_write = msgspec.json.Encoder().encode


class EndlessActions(Exception):
    """A turn wanted too many actions."""


class Renders(Protocol):
    """Puts what the engine says into words."""

    def message(self, say: Say, language: str) -> Message:
        """The message in one language."""


@dataclass(frozen=True, slots=True)
class Taken:
    """What became of an update: whose it was, its place in the inbox, the messages it led to.

    A repeated update leads to nothing new: `inbox_id` is 0. `first` is the number of the first
    message among all those to the contact.
    """

    contact_id: int
    inbox_id: int
    first: int = 0
    messages: tuple[Message, ...] = ()
    language: str = ""
    pushes: bool = False


@dataclass(slots=True)
class Minds:
    """What a group needs to think: the catalogue in force, words, actions, keys, the clock.

    `known` remembers contacts seen before; a fault forgets them, in case one is gone.
    """

    catalogue: Catalogue
    renderer: Renders
    performer: Performer
    sealer: Sealer
    pushes: Mapping[str, bool]
    now: Callable[[], datetime]
    known: dict[Address, int] = field(default_factory=dict)


@dataclass(slots=True)
class _Open:
    """A conversation while its group is at work."""

    kept: Kept
    conversation: Conversation
    before: Conversation


@dataclass(frozen=True, slots=True)
class _Due:
    """One input whose turn it is."""

    inbox_id: int
    contact_id: int
    channel: str
    work: Update | Undone


class Group:
    """Works on one group of updates inside one transaction."""

    def __init__(self, minds: Minds, tx: Transaction) -> None:
        self._minds = minds
        self._tx = tx
        self._now = minds.now()
        self._open: dict[int, _Open] = {}
        self._outbox: list[OutboxRow] = []

    def take(self, work: Sequence[Update | Undone]) -> list[Taken]:
        """Take every update that was not taken before, in order, and keep what follows."""
        due = self._receive(work)
        ids = {one.contact_id for one in due if isinstance(one, _Due)}
        self._load(ids, {one.contact_id: one.channel for one in due if isinstance(one, _Due)})
        taken = [self._turn(one) if isinstance(one, _Due) else one for one in due]
        self._save()
        return taken

    def fail(self, work: Update | Undone) -> Taken:
        """Keep an update whose turn failed, marked so, and tell the contact."""
        due = self._receive([work])[0]
        if isinstance(due, Taken):
            return due
        mark_failed(self._tx, due.inbox_id)
        self._load({due.contact_id}, {due.contact_id: due.channel})
        languages = self._minds.catalogue.languages
        language = self._open[due.contact_id].conversation.language or next(iter(languages))
        sorry = Say(self._minds.catalogue.phrases["failed"])
        taken = self._say(due, (self._minds.renderer.message(sorry, language),))
        self._save()
        return taken

    # receive

    def _receive(self, work: Sequence[Update | Undone]) -> list[_Due | Taken]:
        updates = [one for one in work if isinstance(one, Update)]
        contacts = self._contacts({(u.channel, u.address) for u in updates})
        rows = [self._inbox_row(u, contacts[u.channel, u.address]) for u in updates]
        added = add_to_inbox(self._tx, rows) if rows else {}
        rows_left = [one.inbox_id for one in work if isinstance(one, Undone)]
        claimed = claim_undone(self._tx, rows_left, self._now)
        due: list[_Due | Taken] = []
        for one in work:
            if isinstance(one, Undone):
                due.append(_undone(one, is_mine=one.inbox_id in claimed))
                claimed.discard(one.inbox_id)
            else:
                contact_id = contacts[one.channel, one.address]
                due.append(self._new(one, contact_id, added.pop((one.channel, one.id), 0)))
        return due

    def _contacts(self, addresses: set[Address]) -> dict[Address, int]:
        known = {one: self._minds.known[one] for one in addresses if one in self._minds.known}
        new = addresses - known.keys()
        return {**known, **contact_ids(self._tx, new, self._now)} if new else known

    def _inbox_row(self, update: Update, contact_id: int) -> InboxRow:
        about = f"inbox:{update.channel}:{update.id}"
        sealed = self._minds.sealer.seal(_write(update.input), about)
        return InboxRow(update.channel, update.id, contact_id, sealed, self._now, self._now)

    def _new(self, update: Update, contact_id: int, inbox_id: int) -> _Due | Taken:
        if not inbox_id:
            return Taken(contact_id, 0)
        add_documents(self._tx, self._minds.sealer, contact_id, update.documents, self._now)
        return _Due(inbox_id, contact_id, update.channel, update)

    # converse

    def _load(self, ids: set[int], channels: Mapping[int, str]) -> None:
        kept = lock_conversations(self._tx, ids) if ids else {}
        for contact_id, one in kept.items():
            conversation = self._conversation(contact_id, channels[contact_id], one)
            self._open[contact_id] = _Open(one, conversation, conversation)

    def _conversation(self, contact_id: int, channel: str, kept: Kept) -> Conversation:
        if not kept.state:
            return Conversation(base36(contact_id), channel)
        plain = self._minds.sealer.open(kept.state, f"conversation:{contact_id}")
        return _read_conversation(plain)

    def _turn(self, due: _Due) -> Taken:
        effects = self._think(due)
        language = self._open[due.contact_id].conversation.language
        messages = tuple(
            self._message(effect, language) for effect in effects if isinstance(effect, Say)
        )
        return self._say(due, messages)

    def _think(self, due: _Due) -> list[Effect]:
        """Let the engine think, performing what it wants done, until the turn is over."""
        minds, opened = self._minds, self._open[due.contact_id]
        given = self._input(due.work)
        turn = take_turn(minds.catalogue, opened.conversation, given, self._now)
        effects = list(turn.effects)
        for _ in range(ACTIONS_PER_TURN):
            do = effects.pop() if effects and isinstance(effects[-1], Do) else None
            if not isinstance(do, Do):
                opened.conversation = turn.conversation
                return effects
            language = turn.conversation.language
            done = minds.performer.perform(self._tx, do, due.contact_id, language, self._now)
            turn = take_turn(minds.catalogue, turn.conversation, done, self._now)
            effects.extend(turn.effects)
        raise EndlessActions(f"more than {ACTIONS_PER_TURN} actions in one turn")

    def _input(self, work: Update | Undone) -> Input:
        if isinstance(work, Update):
            return work.input
        given: Input = _read_input(self._minds.sealer.open(work.input, work.sealed_about))
        return given

    def _message(self, say: Say, language: str) -> Message:
        """Words in the contact's language; in every language as long as none is chosen."""
        if language:
            return self._minds.renderer.message(say, language)
        spoken = [self._minds.renderer.message(say, one) for one in self._minds.catalogue.languages]
        text = "\n".join(dict.fromkeys(message.text for message in spoken))
        return msgspec.structs.replace(spoken[0], text=text)

    def _say(self, due: _Due, messages: Sequence[Message]) -> Taken:
        opened = self._open[due.contact_id]
        first = opened.conversation.said + 1
        pushes = self._minds.pushes.get(due.channel, True)
        due_at = self._now if pushes else None
        for n, message in enumerate(messages, first):
            sealed = self._minds.sealer.seal(_write(message), f"outbox:{due.contact_id}:{n}")
            row = OutboxRow(due.contact_id, due.inbox_id, n, sealed, self._now, due_at)
            self._outbox.append(row)
        if messages:
            said = first + len(messages) - 1
            opened.conversation = msgspec.structs.replace(opened.conversation, said=said)
        language = opened.conversation.language
        pushed = pushes and bool(messages)
        return Taken(due.contact_id, due.inbox_id, first, tuple(messages), language, pushed)

    # save

    def _save(self) -> None:
        changed = [
            self._changed(contact_id, one)
            for contact_id, one in self._open.items()
            if one.conversation is not one.before
        ]
        save_conversations(self._tx, changed, self._now)
        add_to_outbox(self._tx, self._outbox)

    def _changed(self, contact_id: int, one: _Open) -> Changed:
        sealed = self._minds.sealer.seal(_write(one.conversation), f"conversation:{contact_id}")
        wake_at = min((wake.at for wake in one.conversation.wakes), default=None)
        language = one.conversation.language
        has_draft = any(not frame.milestones for frame in one.conversation.frames)
        return Changed(contact_id, one.kept.version, language, sealed, wake_at, has_draft)


def _undone(row: Undone, *, is_mine: bool) -> _Due | Taken:
    if not is_mine:
        return Taken(row.contact_id, 0)
    return _Due(row.inbox_id, row.contact_id, row.channel, row)


def base36(number: int) -> str:
    """A number in few characters, for buttons."""
    digits = ""
    while number:
        number, digit = divmod(number, 36)
        digits = "0123456789abcdefghijklmnopqrstuvwxyz"[digit] + digits
    return digits or "0"

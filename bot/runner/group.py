"""Take a group of updates in one transaction: receive, converse, keep every effect."""

from collections import Counter
from collections.abc import Callable, Mapping, MutableMapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Protocol

import msgspec

from bot.channels.channel import Channel
from bot.engine.catalogue import Catalogue
from bot.engine.effects import Do, Effect, Say, Turn
from bot.engine.flow import holds_draft
from bot.engine.model import Conversation, Hyperlink, Message, Text
from bot.engine.turn import take_turn
from bot.runner.asked import Asked
from bot.runner.perform import Performer
from bot.runner.post import Courier, Post
from bot.runner.receive import NOW, Due, Forgets, Reception, Taken, Work
from bot.services.wondering import Wondering
from bot.store.contacts import Address
from bot.store.database import Transaction
from bot.store.documents import drop_unused
from bot.store.funnel import Reached, count, joined
from bot.store.seal import Sealer
from bot.store.turns import (
    Changed,
    Kept,
    lock_conversations,
    mark_failed,
    save_conversations,
)

ACTIONS_PER_TURN = 20
"""More actions in one turn than any sensible flow has: a loop, stopped as a fault."""

_read_conversation = msgspec.json.Decoder(Conversation).decode
_write = msgspec.json.Encoder().encode


class EndlessActions(Exception):
    """A turn wanted too many actions."""


class Renders(Protocol):
    """Puts what the engine says into words."""

    def message(self, say: Say, language: str) -> Message:
        """The message in one language."""

    def text(self, text: Text, language: str) -> str:
        """One text in one language."""


class Doors(Protocol):
    """Makes one-time links to the web chat."""

    def link(self, contact_id: int, question: str, now: datetime) -> str:
        """The address by which a contact answers an open question on the page."""


@dataclass(slots=True)
class Minds:
    """What a group needs to think: the catalogue in force, words, actions, keys, the clock.

    `known` remembers contacts seen before; a fault forgets them, in case one is gone.
    """

    catalogue: Catalogue
    renderer: Renders
    performer: Performer
    sealer: Sealer
    wondering: Wondering
    channels: Mapping[str, Channel]
    courier: Courier
    doors: Doors
    forgets: Forgets
    now: Callable[[], datetime]
    known: MutableMapping[Address, int] = field(default_factory=dict)

    def reception(self, tx: Transaction, now: datetime) -> Reception:
        """Who receives a group of updates."""
        pushing = frozenset(name for name, channel in self.channels.items() if channel.pushes)
        return Reception(tx, self.sealer, pushing, self.known, self.forgets, now)


@dataclass(slots=True)
class _Open:
    """A conversation while its group is at work."""

    kept: Kept
    conversation: Conversation
    before: Conversation
    places: str


class Group:
    """Works on one group of updates inside one transaction."""

    def __init__(self, minds: Minds, tx: Transaction) -> None:
        self._minds = minds
        self._tx = tx
        self._now = minds.now()
        self._today = minds.catalogue.local(self._now).date()
        self._open: dict[int, _Open] = {}
        self._reached = Counter[Reached]()
        self._asked = Asked(minds.wondering, self._now, self._today)
        self._post = Post(minds.sealer, minds.channels, minds.courier, self._now)

    def take(self, work: Sequence[Work]) -> list[Taken]:
        """Take every update that was not taken before, in order, and keep what follows."""
        received = self._minds.reception(self._tx, self._now).receive(work)
        self._load([one for one in received if isinstance(one, Due)])
        taken = [self._turn(one) if isinstance(one, Due) else one for one in received]
        self._save()
        return taken

    def fail(self, work: Work) -> Taken:
        """Keep an update whose turn failed, marked so, and tell the contact."""
        due = self._minds.reception(self._tx, self._now).receive([work])[0]
        if isinstance(due, Taken):
            return due
        mark_failed(self._tx, due.inbox_id)
        self._load([due])
        opened = self._open[due.contact_id].conversation
        language = opened.language or next(iter(self._minds.catalogue.languages))
        taken = self._say(due, [Say(self._minds.catalogue.phrases["failed"])], language)
        self._save()
        return taken

    # converse

    def _load(self, due: Sequence[Due]) -> None:
        firsts = {one.contact_id: one for one in reversed(due)}
        kept = lock_conversations(self._tx, firsts) if firsts else {}
        pushed = {one.contact_id for one in due if self._post.pushes(one.channel)}
        if pushed:
            self._post.look(self._tx, pushed)
        for contact_id, one in kept.items():
            conversation = self._conversation(firsts[contact_id], one)
            self._open[contact_id] = _Open(one, conversation, conversation, one.places)

    def _conversation(self, due: Due, kept: Kept) -> Conversation:
        if not kept.state:
            guess = kept.language if kept.language in self._minds.catalogue.languages else ""
            return Conversation(base36(due.contact_id), due.channel, guess)
        plain = self._minds.sealer.open(kept.state, f"conversation:{due.contact_id}")
        return _read_conversation(plain)

    def _turn(self, due: Due) -> Taken:
        effects = self._think(due)
        if due.documents:
            self._drop_unused(due)
        says = [effect for effect in effects if isinstance(effect, Say)]
        return self._say(due, says, self._open[due.contact_id].conversation.language)

    def _drop_unused(self, due: Due) -> None:
        """Keep no document that the turn did not take: nobody has been told it is here."""
        state = _write(self._open[due.contact_id].conversation)
        unused = [one for one in due.documents if one.encode() not in state]
        if unused:
            drop_unused(self._tx, unused)

    def _think(self, due: Due) -> list[Effect]:
        """Let the engine think, performing what it wants done, until the turn is over."""
        minds, opened = self._minds, self._open[due.contact_id]
        turn = take_turn(
            minds.catalogue, opened.conversation, due.input, self._now, due.here, due.unseen
        )
        self._note(turn)
        effects = list(turn.effects)
        for _ in range(ACTIONS_PER_TURN):
            do = effects.pop() if effects and isinstance(effects[-1], Do) else None
            if not isinstance(do, Do):
                opened.conversation, opened.places = turn.conversation, joined(turn.places)
                return effects
            language = turn.conversation.language
            done = minds.performer.perform(self._tx, do, due.contact_id, language, self._now)
            turn = take_turn(minds.catalogue, turn.conversation, done, self._now, here=due.here)
            self._note(turn)
            effects.extend(turn.effects)
        raise EndlessActions(f"more than {ACTIONS_PER_TURN} actions in one turn")

    def _note(self, turn: Turn) -> None:
        """Count the steps that a turn reached and the answers it told; keep what it was asked."""
        who = (turn.conversation.channel, turn.conversation.language)
        for flow, step in turn.reached:
            self._reached[Reached(flow, self._today, step, *who)] += 1
        self._asked.note(turn)

    def _message(self, say: Say, due: Due, language: str) -> Message:
        """Words in the contact's language, in every language as long as none is chosen; its link
        to the page."""
        language = say.language or language
        spoken = [
            self._minds.renderer.message(say, one)
            for one in ([language] if language else self._minds.catalogue.languages)
        ]
        first, changes = spoken[0], {"language": language}
        if len(spoken) > 1:
            changes["text"] = "\n".join(dict.fromkeys(message.text for message in spoken))
        links = (*first.links, self._door(due, language)) if say.door else first.links
        return msgspec.structs.replace(first, links=links, **changes)

    def _door(self, due: Due, language: str) -> Hyperlink:
        """A link by which the contact answers the open question on the web chat."""
        minds, question = self._minds, self._open[due.contact_id].conversation.question
        label = minds.renderer.text(minds.catalogue.phrases["open_page"], language)
        return Hyperlink(label, minds.doors.link(due.contact_id, question, self._now))

    def _say(self, due: Due, says: Sequence[Say], language: str) -> Taken:
        """Keep what is said, numbered, each message for its channel."""
        opened = self._open[due.contact_id]
        home, first = opened.conversation.channel, opened.conversation.said + 1
        messages = [(say.channel or home, self._message(say, due, language)) for say in says]
        claimed = self._post.leave(due, messages, first)
        if messages:
            said = first + len(messages) - 1
            opened.conversation = msgspec.structs.replace(opened.conversation, said=said)
        is_here = all(channel == (due.here or home) for channel, _ in messages)
        pushes = any(self._post.pushes(channel) for channel, _ in messages)
        return Taken(
            due.contact_id,
            due.inbox_id,
            first,
            tuple(message for _, message in messages) if is_here else (),
            opened.conversation.language,
            (pushes or due.unseen > 0) and due.answered_here == NOW,
            claimed=claimed,
        )

    # save

    def _save(self) -> None:
        changed = [
            self._changed(contact_id, one)
            for contact_id, one in self._open.items()
            if one.conversation is not one.before
        ]
        save_conversations(self._tx, changed, self._now)
        self._post.keep(self._tx)
        count(self._tx, self._reached)
        self._asked.keep(self._tx)

    def _changed(self, contact_id: int, one: _Open) -> Changed:
        sealed = self._minds.sealer.seal(_write(one.conversation), f"conversation:{contact_id}")
        wake_at = min((wake.at for wake in one.conversation.wakes), default=None)
        language = one.conversation.language
        has_draft = any(map(holds_draft, one.conversation.frames))
        version, places = one.kept.version, one.places
        return Changed(contact_id, version, language, sealed, wake_at, has_draft, places)


def base36(number: int) -> str:
    """A number in few characters, for buttons."""
    digits = ""
    while number:
        number, digit = divmod(number, 36)
        digits = "0123456789abcdefghijklmnopqrstuvwxyz"[digit] + digits
    return digits or "0"

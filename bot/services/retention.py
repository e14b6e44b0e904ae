"""Delete what has been kept long enough, as the centre promises."""

import logging
from collections import defaultdict
from collections.abc import Callable, Mapping
from datetime import datetime, timedelta

import msgspec

from bot.content.centre import Retention
from bot.engine.flow import as_handed_in, holds_draft
from bot.engine.hearing import FORGOTTEN
from bot.engine.model import Conversation, Frame
from bot.store.database import Transaction
from bot.store.event_reminders import drop_reminders_of_contact
from bot.store.funnel import joined
from bot.store.questions import drop_old
from bot.store.retention import (
    closed_cases,
    delete_cases,
    delete_loose_documents,
    delete_messages,
    delete_of_contact,
    forgotten_drafts,
)
from bot.store.seal import Sealer, Unsealable
from bot.store.turns import Changed, Kept, lock_conversations, save_conversations
from bot.store.waiting import LEFT, end_place

log = logging.getLogger(__name__)

AT_ONCE = 200
"""Conversations changed in one transaction: well under a second of work."""

Forget = Callable[[int, Conversation], Conversation]
"""What a contact's conversation is without that which is deleted."""

_read = msgspec.json.Decoder(Conversation).decode


class Purge:
    """Deletes by the centre's times: drafts, documents of no case, closed cases, messages, and
    questions that nobody asks any more."""

    def __init__(self, sealer: Sealer, times: Retention) -> None:
        self._sealer = sealer
        self._times = times

    def run(self, tx: Transaction, now: datetime) -> None:
        """Delete everything whose time is over."""
        before_drafts = now - timedelta(days=self._times.draft_days)
        before_messages = now - timedelta(days=self._times.messages_days)
        facts = {
            "drafts": self._forget_drafts(tx, before_drafts, now),
            "documents": delete_loose_documents(tx, before_drafts),
            "cases": self._forget_cases(tx, now),
            "updates": delete_messages(tx, before_messages),
            "questions": drop_old(tx, before_messages),
        }
        if any(facts.values()):
            log.info("deleted what was kept long enough", extra=facts)

    def forget(self, tx: Transaction, contact_id: int, but: int, now: datetime) -> None:
        """Delete all that a contact has given but their cases, and one row of the inbox."""
        kept = lock_conversations(tx, [contact_id])
        self._change(tx, kept, lambda _, conversation: _handed_in(conversation), now)
        delete_of_contact(tx, contact_id, but)
        drop_reminders_of_contact(tx, contact_id)

    def _forget_drafts(self, tx: Transaction, before: datetime, now: datetime) -> int:
        drafts = forgotten_drafts(tx, before, AT_ONCE)
        return self._change(tx, drafts, lambda _, conversation: _without_drafts(conversation), now)

    def _forget_cases(self, tx: Transaction, now: datetime) -> int:
        """Delete cases closed long ago, their answers still in conversations, their places."""
        before = now - timedelta(days=self._times.closed_case_days)
        closed = closed_cases(tx, before, AT_ONCE)
        frames: defaultdict[int, set[int]] = defaultdict(set)
        for case in closed:
            frames[case.contact_id].add(case.frame)
            end_place(tx, case.contact_id, case.frame, LEFT, now)  # nobody is there to take a flat
        kept = lock_conversations(tx, frames) if frames else {}
        self._change(tx, kept, lambda contact, one: without_frames(one, frames[contact]), now)
        delete_cases(tx, [case.reference for case in closed])
        return len(closed)

    def _change(
        self, tx: Transaction, kept: Mapping[int, Kept], forget: Forget, now: datetime
    ) -> int:
        """Change conversations; one that does not open is left, and must not stop the others."""
        changed = []
        for contact_id, one in kept.items():
            try:
                changed.append(self._changed(contact_id, one, forget))
            except Unsealable:
                log.error("conversation does not open", extra={"contact": contact_id})
        save_conversations(tx, changed, now)
        return len(changed)

    def _changed(self, contact_id: int, kept: Kept, forget: Forget) -> Changed:
        about = f"conversation:{contact_id}"
        conversation = forget(contact_id, _read(self._sealer.open(kept.state, about)))
        sealed = self._sealer.seal(msgspec.json.encode(conversation), about)
        wake_at = min((wake.at for wake in conversation.wakes), default=None)
        has_draft = any(map(holds_draft, conversation.frames))
        places = _left(kept.places, conversation)
        return Changed(contact_id, kept.version, kept.language, sealed, wake_at, has_draft, places)


def _left(places: str, conversation: Conversation) -> str:
    """Those places that are in flows which are still open; of each flow one frame is, at most."""
    flows = {frame.flow for frame in conversation.frames}
    return joined(place for place in places.split() if place.partition(".")[0] in flows)


def _without_drafts(conversation: Conversation) -> Conversation:
    """The conversation without frames that reached no milestone; its contact is told so later.

    What staff have asked again stays open: they still wait for it.
    """
    kept = tuple(frame for frame in conversation.frames if frame.milestones)
    if len(kept) == len(conversation.frames):
        return conversation
    return _with(conversation, kept, FORGOTTEN)


def _handed_in(conversation: Conversation) -> Conversation:
    """What of a conversation is handed in."""
    kept = tuple(as_handed_in(frame) for frame in conversation.frames if frame.milestones)
    return _with(conversation, kept, "")


def without_frames(conversation: Conversation, gone: set[int]) -> Conversation:
    """The conversation without these frames."""
    kept = tuple(frame for frame in conversation.frames if frame.id not in gone)
    return _with(conversation, kept, "")


def _with(conversation: Conversation, frames: tuple[Frame, ...], question: str) -> Conversation:
    ids = {frame.id for frame in frames}
    wakes = tuple(wake for wake in conversation.wakes if wake.frame in ids)
    return msgspec.structs.replace(
        conversation, frames=frames, wakes=wakes, aside=None, question=question, refusals=0
    )

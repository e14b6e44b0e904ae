"""Delete what has been kept long enough, as the centre promises."""

import logging
from datetime import datetime, timedelta

import msgspec

from bot.content.centre import Retention
from bot.engine.model import Conversation
from bot.store.database import Transaction
from bot.store.retention import (
    delete_closed_cases,
    delete_loose_documents,
    delete_messages,
    stale_drafts,
)
from bot.store.seal import Sealer
from bot.store.turns import Changed, save_conversations

log = logging.getLogger(__name__)

AT_ONCE = 200
"""Drafts forgotten in one transaction: well under a second of work."""

_read = msgspec.json.Decoder(Conversation).decode


class Purge:
    """Deletes by the centre's times: drafts, documents of no case, closed cases, messages."""

    def __init__(self, sealer: Sealer, times: Retention) -> None:
        self._sealer = sealer
        self._times = times

    def run(self, tx: Transaction, now: datetime) -> None:
        """Delete everything whose time is over."""
        drafts = self._forget_drafts(tx, now)
        before_drafts = now - timedelta(days=self._times.draft_days)
        before_cases = now - timedelta(days=self._times.closed_case_days)
        before_messages = now - timedelta(days=self._times.messages_days)
        facts = {
            "drafts": drafts,
            "documents": delete_loose_documents(tx, before_drafts),
            "cases": delete_closed_cases(tx, before_cases),
            "updates": delete_messages(tx, before_messages),
        }
        if any(facts.values()):
            log.info("deleted what was kept long enough", extra=facts)

    def _forget_drafts(self, tx: Transaction, now: datetime) -> int:
        before = now - timedelta(days=self._times.draft_days)
        stale = stale_drafts(tx, before, AT_ONCE)
        changed = []
        for contact_id, kept in stale.items():
            about = f"conversation:{contact_id}"
            conversation = without_drafts(_read(self._sealer.open(kept.state, about)))
            sealed = self._sealer.seal(msgspec.json.encode(conversation), about)
            wake_at = min((wake.at for wake in conversation.wakes), default=None)
            changed.append(
                Changed(contact_id, kept.version, kept.language, sealed, wake_at, has_draft=False)
            )
        save_conversations(tx, changed, now)
        return len(changed)


def without_drafts(conversation: Conversation) -> Conversation:
    """The conversation without frames that reached no milestone: nobody waits for them."""
    kept = tuple(frame for frame in conversation.frames if frame.milestones)
    ids = {frame.id for frame in kept}
    wakes = tuple(wake for wake in conversation.wakes if wake.frame in ids)
    return msgspec.structs.replace(
        conversation, frames=kept, wakes=wakes, aside=None, question="", refusals=0
    )

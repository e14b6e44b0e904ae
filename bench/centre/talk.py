"""Who writes to the centre and what was said, sealed as the program seals it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from itertools import count

from bench.centre.fill import Row, fill, moment
from bench.centre.likeness import Likeness, copied, swaps
from bench.centre.people import Person
from bot.store.database import Transaction
from bot.store.seal import Sealer
from bot.store.tables import contacts, conversations, inbox, outbox
from bot.store.turns import sealed_about

PACE = timedelta(seconds=30)
PUSHING = ("wechat", "telegram")
FAILS, HELD = 200, 40
"""One pushed message of so many could not be delivered; one recent WeChat message is held."""
LATELY = timedelta(days=2)
HELD_FOR = timedelta(hours=20)
PROBLEMS = ("blocked by the user", "chat not found", "the platform gave no answer")


@dataclass(slots=True)
class Correspondence:
    """Writes contacts, their conversations and what was said, for one batch after the other."""

    sealer: Sealer
    now: datetime
    _inbox_ids: "count[int]" = field(default_factory=lambda: count(1))
    _sent: "count[int]" = field(default_factory=lambda: count(1))

    def write(self, tx: Transaction, batch: Sequence[tuple[Person, Likeness]]) -> None:
        """Write a batch."""
        pairs = [(one, likeness, swaps(likeness, one)) for one, likeness in batch]
        people = [one for one, _ in batch]
        names = "id channel address created_at"
        fill(tx, contacts, names, (self._contact(one) for one in people))
        names = "contact_id version language state draft_at places updated_at"
        fill(tx, conversations, names, (self._conversation(*each) for each in pairs))
        heard: list[Row] = []
        said: list[Row] = []
        for each in pairs:
            self._turns(*each, heard, said)
        names = "id channel update_id contact_id input received_at done_at failed"
        fill(tx, inbox, names, heard)
        names = (
            "contact_id inbox_id channel n message made_at due_at is_held parts attempts"
            " sent_at failed_at problem"
        )
        fill(tx, outbox, names, said)

    def _contact(self, one: Person) -> Row:
        return one.id, one.channel, f"seeded-{one.id}", moment(one.at)

    def _conversation(self, one: Person, likeness: Likeness, pairs: Mapping[bytes, bytes]) -> Row:
        kept, at = likeness.kept, moment(one.at)
        state = copied(likeness, pairs, kept.state)
        sealed = self.sealer.seal(state, f"conversation:{one.id}")
        draft_at = None if one.case_id else at
        return one.id, len(kept.turns), kept.language, sealed, draft_at, kept.places, at

    def _turns(
        self,
        one: Person,
        likeness: Likeness,
        pairs: Mapping[bytes, bytes],
        heard: list[Row],
        said: list[Row],
    ) -> None:
        last = likeness.turns[likeness.first_kept :]
        for n, turn in enumerate(last):
            inbox_id, at = next(self._inbox_ids), one.at - PACE * (len(last) - n)
            origin = one.channel if turn.origin == "web" else turn.origin
            update = f"{one.id}:{n}"
            plain = copied(likeness, pairs, turn.input)
            sealed = self.sealer.seal(plain, sealed_about(origin, update))
            when = moment(at)
            heard.append((inbox_id, origin, update, one.id, sealed, when, when, False))
            for number, message in turn.messages:
                words = copied(likeness, pairs, message)
                shut = self.sealer.seal(words, f"outbox:{one.id}:{number}")
                fate = self._fate(one, at)
                said.append((one.id, inbox_id, one.channel, number, shut, when, *fate))

    def _fate(self, one: Person, at: datetime) -> Row:
        """What became of a message: due, held, parts, attempts, sent, failed, problem."""
        if one.channel not in PUSHING:
            return None, False, 0, 0, None, None, None
        n, when = next(self._sent), moment(at)
        if one.channel == "wechat" and self.now - at < LATELY and n % HELD == 0:
            return moment(self.now + HELD_FOR), True, 0, 1, None, None, None
        if n % FAILS == 0:
            return None, False, 0, 5, None, when, PROBLEMS[n // FAILS % len(PROBLEMS)]
        return None, False, 1, 1, when, None, None

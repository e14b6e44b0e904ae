"""Makes what was kept of a played applicant that of somebody else: names, numbers, days."""

import re
from collections.abc import Mapping
from datetime import date, timedelta
from functools import cached_property

from bench.centre.applicant import CAME_BACK, EMAIL, NAME, PHONE, Kept
from bench.centre.people import Person
from bot.runner.group import base36

DAY = re.compile(rb"\d{4}-\d\d-\d\d")
AHEAD = timedelta(days=100)
MESSAGES = 10
"""So many of the last messages of each are kept: earlier ones are deleted as time goes by."""


class Likeness:
    """One played applicant, to be copied. `today` is the day of the play."""

    def __init__(self, kept: Kept, today: date) -> None:
        self.kept = kept
        self._today = today
        self.turns = kept.turns

    @cached_property
    def days(self) -> tuple[date, ...]:
        """The days of the play: others, such as a policy's, are the same for everybody."""
        said = [plain for turn in self.turns for _, plain in turn.messages]
        heard = [turn.input for turn in self.turns]
        texts = b" ".join((self.kept.state, self.kept.answers, *said, *heard))
        found = {date.fromisoformat(day.decode()) for day in DAY.findall(texts)}
        first, last = self._today - CAME_BACK - timedelta(days=1), self._today + AHEAD
        return tuple(day for day in sorted(found) if first <= day <= last)

    @cached_property
    def first_kept(self) -> int:
        """From which turn on the last messages are."""
        messages = 0
        for n in reversed(range(len(self.turns))):
            messages += len(self.turns[n].messages)
            if messages >= MESSAGES:
                return n
        return 0

    @cached_property
    def head(self) -> str:
        """How the state begins: with the contact and the channel."""
        return self.kept.state.partition(b'"web"')[0].decode() + '"web"'

    @cached_property
    def pattern(self) -> re.Pattern[bytes]:
        """Whatever is another for everybody."""
        own = (*self.kept.documents, *self.kept.references, NAME, PHONE, EMAIL)
        days = [day.isoformat() for day in self.days]
        words = [*own, *days, self.head]
        return re.compile(b"|".join(re.escape(word.encode()) for word in words))


def swaps(likeness: Likeness, person: Person) -> Mapping[bytes, bytes]:
    """What stands in place of what."""
    kept, shift = likeness.kept, timedelta(days=person.days)
    pairs = {
        **dict(zip(kept.documents, person.papers, strict=True)),
        **dict(zip(kept.references, person.references, strict=True)),
        **{day.isoformat(): (day + shift).isoformat() for day in likeness.days},
        NAME: person.name,
        PHONE: person.phone,
        EMAIL: person.email,
        likeness.head: f'{{"id":"{base36(person.id)}","channel":"{person.channel}"',
    }
    return {old.encode(): new.encode() for old, new in pairs.items()}


def copied(likeness: Likeness, pairs: Mapping[bytes, bytes], plain: bytes) -> bytes:
    """What was kept, as if of somebody else."""
    return likeness.pattern.sub(lambda found: pairs[found[0]], plain)

"""What people asked in their own words during a group of turns, and what they were told."""

from collections.abc import Iterator
from datetime import date, datetime

from bot.engine.effects import Query, Turn
from bot.services.wondering import Wondering
from bot.store.answers import Tally, Told, add
from bot.store.database import Transaction


class Asked:
    """Gathers questions, answers and whether these helped; keeps them with the group."""

    def __init__(self, wondering: Wondering, now: datetime, today: date) -> None:
        self._wondering = wondering
        self._now = now
        self._today = today
        self._queries: list[Query] = []
        self._tallies: dict[Told, Tally] = {}

    def note(self, turn: Turn) -> None:
        """Add what one turn was asked and told."""
        self._queries.extend(turn.queries)
        for told, more in self._counted(turn):
            so_far = self._tallies.get(told, Tally())
            self._tallies[told] = Tally(
                so_far.told + more.told,
                so_far.helped + more.helped,
                so_far.missed + more.missed,
            )

    def _counted(self, turn: Turn) -> Iterator[tuple[Told, Tally]]:
        for entry, language in turn.told:
            yield Told(entry, language, self._today), Tally(told=1)
        for one in turn.feedback:
            tally = Tally(helped=1) if one.helped else Tally(missed=1)
            yield Told(one.entry, one.language, self._today), tally

    def keep(self, tx: Transaction) -> None:
        """Write all of it."""
        add(tx, self._tallies)
        self._wondering.take_down(tx, self._queries, self._now)

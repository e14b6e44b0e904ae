"""Run the named actions that a turn wants done, in the turn's own transaction."""

from collections.abc import Mapping
from datetime import datetime

from bot.engine.effects import Do
from bot.engine.model import Done
from bot.services.action import Acting, Action
from bot.store.database import Transaction


class UndeclaredOutcome(Exception):
    """An action came to an outcome it does not declare."""


class Performer:
    """Knows every action by its name."""

    def __init__(self, actions: Mapping[str, Action]) -> None:
        self._actions = actions

    def perform(
        self, tx: Transaction, do: Do, contact_id: int, language: str, now: datetime
    ) -> Done:
        """Run one action; what it came to goes back into the engine at once."""
        action = self._actions[do.action]
        outcome = action.run(Acting(tx, do, contact_id, language, now))
        if not action.lists and outcome.name not in action.outcomes:
            raise UndeclaredOutcome(f"action {do.action!r} came to {outcome.name!r}")
        return Done(do.frame, do.step, outcome.name, outcome.facts, outcome.offers)

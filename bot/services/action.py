"""What an action is: a named piece of Python with declared outcomes."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime

from bot.engine.effects import Do
from bot.engine.model import Fact, Offer
from bot.store.database import Transaction


@dataclass(frozen=True, slots=True)
class Acting:
    """What an action may use: the turn's transaction, what is wanted, for whom and when."""

    tx: Transaction
    do: Do
    contact_id: int
    language: str
    now: datetime


@dataclass(frozen=True, slots=True)
class Outcome:
    """What an action came to: one of its declared outcomes, facts to show, offers to pick from."""

    name: str
    facts: dict[str, Fact] = field(default_factory=dict)
    offers: tuple[Offer, ...] = ()


@dataclass(frozen=True, slots=True)
class Action:
    """A named piece of Python that a `do` step (or a `pick` step's `from`) runs.

    `facts` names what its outcomes may show, so that texts can be checked without running it.
    """

    name: str
    outcomes: tuple[str, ...]
    run: Callable[[Acting], Outcome]
    facts: tuple[str, ...] = ()
    arguments: tuple[str, ...] = ()
    lists: bool = False

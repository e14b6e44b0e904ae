"""Every service of a centre, as its content sets them up."""

import secrets
from collections.abc import Mapping
from dataclasses import dataclass

from bot.content.load import Content
from bot.content.vocabulary import Vocabulary
from bot.services.action import Action
from bot.services.cases import Cases, Review
from bot.services.deposits import Deposits
from bot.services.letterbox import Letterbox
from bot.services.stock import Stock
from bot.services.vocabulary import EVENTS
from bot.store.seal import Sealer


@dataclass(frozen=True, slots=True)
class Services:
    """Everything that actions, the console and staff's commands do."""

    cases: Cases
    deposits: Deposits
    stock: Stock

    def actions(self) -> Mapping[str, Action]:
        """Every action a flow may name."""
        parts = (self.cases, self.deposits, self.stock)
        return {action.name: action for part in parts for action in part.actions()}


def make_services(content: Content, sealer: Sealer) -> Services:
    """The services as this centre's content sets them up."""
    letterbox, centre = Letterbox(sealer), content.centre
    policies, hours = content.catalogue.policies, centre.hold_hours
    stock = Stock(letterbox, policies, centre.zone, hours, centre.offer_hours)
    review = Review(centre.review_working_days, content.calendar, centre.zone)
    cases = Cases(sealer, letterbox, stock, review, secrets.randbelow)
    return Services(cases, Deposits(letterbox, secrets.randbelow), stock)


def vocabulary(services: Services) -> Vocabulary:
    """What flows may name of these services."""
    actions = services.actions()
    named = {name: action for name, action in actions.items() if not action.lists}
    return Vocabulary(
        actions={name: action.outcomes for name, action in named.items()},
        events={name: outcomes for name, (outcomes, _) in EVENTS.items()},
        sources=frozenset(actions.keys() - named.keys()),
        facts={
            **{name: action.facts for name, action in named.items()},
            **{name: facts for name, (_, facts) in EVENTS.items()},
        },
        arguments={name: action.arguments for name, action in actions.items()},
    )

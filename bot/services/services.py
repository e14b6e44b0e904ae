"""Every service of a centre, as its content sets them up."""

import secrets
from collections.abc import Mapping
from dataclasses import dataclass

from bot.content.load import Content
from bot.content.vocabulary import Vocabulary
from bot.services.action import Action
from bot.services.books import Books
from bot.services.case_answers import CaseAnswers
from bot.services.cases import Cases
from bot.services.deposits import Deposits
from bot.services.events import Events
from bot.services.letterbox import Letterbox
from bot.services.stock import Stock
from bot.services.submitting import Review, Submissions
from bot.services.terms import Terms
from bot.services.timeline import Timeline
from bot.services.vocabulary import EVENTS
from bot.services.waiting import WaitingList
from bot.store.seal import Sealer


@dataclass(frozen=True, slots=True)
class Services:
    """Everything that actions, the console and staff's commands do."""

    submissions: Submissions
    cases: Cases
    deposits: Deposits
    stock: Stock
    waiting_list: WaitingList
    books: Books
    events: Events

    def actions(self) -> Mapping[str, Action]:
        """Every action a flow may name."""
        parts = (self.submissions, self.deposits, self.stock, self.waiting_list, self.events)
        return {action.name: action for part in parts for action in part.actions()}


def make_services(content: Content, sealer: Sealer, public_url: str = "") -> Services:
    """The services as this centre's content sets them up, at an address."""
    letterbox, centre, catalogue = Letterbox(sealer), content.centre, content.catalogue
    timeline, terms = Timeline(sealer), Terms(sealer)
    books = Books(sealer, timeline)
    waiting_list = WaitingList(letterbox, timeline, centre.offer_hours)
    lasts = centre.hold_hours
    stock = Stock(letterbox, timeline, books, waiting_list, catalogue.policies, centre.zone, lasts)
    review = Review(centre.review_working_days, content.calendar, centre.zone)
    answers = CaseAnswers(sealer, catalogue, terms)
    return Services(
        submissions=Submissions(answers, timeline, stock, review, secrets.randbelow),
        cases=Cases(sealer, letterbox, catalogue, answers, timeline, terms),
        deposits=Deposits(letterbox, books, waiting_list, secrets.randbelow),
        stock=stock,
        waiting_list=waiting_list,
        books=books,
        events=Events(letterbox, centre.zone, public_url),
    )


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

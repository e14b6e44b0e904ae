"""An answer picked from live stock, as it was offered."""

from msgspec import Struct

from bot.engine.kinds.choice import Choice
from bot.engine.kinds.kind import Accepted, Ground, Reading, Refusal, Unsure, label
from bot.engine.match import Labels, Maybe, Sure, choose, fold, ordinal
from bot.engine.model import Fact, Text, Value


class CardLink(Struct, frozen=True):
    """A link on each card: its label and the fact that holds the address."""

    text: Text
    to: str


class Pick(Choice, frozen=True, kw_only=True):
    """One of the offers that the action `source` lists, or one of the step's own options.

    `none` is the outcome when there is nothing to offer; `button` is what a card's button says.
    """

    source: str
    arguments: dict[str, str] = {}
    none: str = ""
    button: Text | None = None
    lines: tuple[Text, ...] = ()
    links: tuple[CardLink, ...] = ()

    def read_words(self, text: str, ground: Ground) -> Reading:
        reading = super().read_words(text, ground)
        if not isinstance(reading, Refusal) or ordinal(text) is not None:
            return reading
        names = Labels(
            tuple((fold(name), offer.id) for offer in ground.offers for name in _names(offer.title))
        )
        match choose(text, names):
            case Sure(option):
                return self._take(option, ground)
            case Maybe(options):
                return Unsure(options)
            case None:
                return reading

    def chosen(self, option: str, ground: Ground) -> Reading | None:
        for offer in ground.offers:
            if offer.id == option:
                return Accepted({"pick": offer.id, "title": offer.title, "facts": offer.facts})
        known = any(choice.option == option for choice in self.options)
        return Accepted({"option": option}) if known else None

    def shown_options(self, ground: Ground) -> tuple[tuple[str, Fact], ...]:
        offers = tuple((offer.id, offer.title) for offer in ground.offers)
        return (*offers, *((choice.option, label(choice.text)) for choice in self.options))

    def show(self, value: Value, ground: Ground) -> Fact:
        if isinstance(value, dict) and "pick" in value:
            return value["title"]
        titles = (offer.title for offer in ground.offers if offer.id == value)
        return next(titles, super().show(value, ground))

    def has_shape(self, value: Value) -> bool:
        option = value.get("option") if isinstance(value, dict) else None
        picked = isinstance(value, dict) and "pick" in value
        return picked or any(choice.option == option for choice in self.options)

    def closed_options(self) -> tuple[str, ...] | None:
        return None


def _names(title: Fact) -> tuple[str, ...]:
    match title:
        case {"names": names}:
            return tuple(names.values())
        case str():
            return (title,)
        case _:
            return ()

"""What a kind of answer promises: to read an input, to say how it is asked, to give examples."""

from collections.abc import Mapping
from datetime import date, datetime
from typing import TypeAlias

from msgspec import Struct

from bot.engine.days import DayWords
from bot.engine.effects import Option
from bot.engine.listing import Listing
from bot.engine.match import Labels, Maybe, Sure, choose, named, ordinal
from bot.engine.model import Answer, Fact, Input, Offer, Said, Text, Uploaded, Value


class Accepted(Struct, frozen=True):
    """The input is an answer; `phrase` may say how it was taken."""

    value: Value
    phrase: str = ""


class Drafted(Struct, frozen=True):
    """The input is part of an answer: kept while the question stays open; `phrase` may say so."""

    value: Value
    phrase: str = ""
    facts: dict[str, Fact] = {}


class Refusal(Struct, frozen=True):
    """The input is no answer; `phrase` is the system text that says what would be right."""

    phrase: str
    facts: dict[str, Fact] = {}


class Unsure(Struct, frozen=True):
    """The input could be one of these options: ask which. `typed` is kept for `neither`."""

    options: tuple[str, ...]
    typed: str = ""


Reading: TypeAlias = Accepted | Drafted | Refusal | Unsure


class Ground(Struct, frozen=True):
    """What a kind may look at: the moment, the person's language, what was answered and offered.

    `now` is in the centre's time zone; `labels` are the step's options, `days` the words for days,
    in every language.
    """

    now: datetime
    language: str
    labels: Labels
    lists: Mapping[str, Listing] = {}
    answers: Mapping[str, Answer] = {}
    draft: Value = None
    offers: tuple[Offer, ...] = ()
    days: DayWords = DayWords()

    @property
    def today(self) -> date:
        """The day it is at the centre."""
        return self.now.date()


class Choosable(Struct, frozen=True, omit_defaults=True):
    """One option of a step as its author wrote it; `also` is what else people call it."""

    option: str
    text: Text
    was: str = ""
    also: tuple[str, ...] = ()


class Kind(Struct, frozen=True, kw_only=True):
    """A kind of answer. Every kind may have options of its own beside what is typed."""

    options: tuple[Choosable, ...] = ()

    expects: str = "text"

    def read(self, given: Input, ground: Ground) -> Reading:
        """Turn what the contact typed or uploaded into an answer, or say why it is none."""
        match given:
            case Said(text):
                option = named(text, ground.labels) if self.options else None
                chosen = self.chosen(option, ground) if option else None
                return chosen or self.read_words(text.strip(), ground)
            case Uploaded():
                return self.read_files(given, ground)
            case _:
                return Refusal("not_understood")

    def read_words(self, text: str, ground: Ground) -> Reading:
        """Read what was typed."""
        raise NotImplementedError

    def read_files(self, upload: Uploaded, ground: Ground) -> Reading:
        """Read documents; most kinds have no use for them."""
        return Refusal("no_files_here")

    def otherwise(self, text: str, ground: Ground, refusal: Refusal) -> Reading:
        """Read what is no answer of this kind as one of its options, or refuse it."""
        shown = self.shown_options(ground)
        number = ordinal(text)
        if number is not None and 1 <= number <= len(shown):
            return self.chosen(shown[number - 1][0], ground) or refusal
        match choose(text, ground.labels):
            case Sure(option):
                return self.chosen(option, ground) or refusal
            case Maybe(options):
                return Unsure(options)
            case None:
                return refusal

    def neither(self, typed: str, ground: Ground) -> Reading | None:
        """Read words that were none of the options they resembled; None asks again."""
        return None

    def chosen(self, option: str, ground: Ground) -> Reading | None:
        """Read a tapped or clearly named option; None when the step has no such option."""
        known = any(choice.option == option for choice in self.options)
        return Accepted({"option": option}) if known else None

    def shown_options(self, ground: Ground) -> tuple[tuple[str, Fact], ...]:
        """The options to show, in order: id and label."""
        return tuple((choice.option, label(choice.text)) for choice in self.options)

    def show(self, value: Value, ground: Ground) -> Fact:
        """How an answer is shown back."""
        match value:
            case str() | {"option": str()}:
                option = value if isinstance(value, str) else value["option"]
                texts = (label(c.text) for c in self.options if c.option == option)
                return next(texts, option)
            case _:
                return value

    def adopt(self, value: Value) -> Value | None:
        """An answer to an older version of the step in this version's terms; None if it is none."""
        renamed = {choice.was: choice.option for choice in self.options if choice.was}
        match value:
            case str():
                value = renamed.get(value, value)
            case {"option": str(option)}:
                value = {**value, "option": renamed.get(option, option)}
            case {"options": options}:
                value = {"options": [renamed.get(option, option) for option in options]}
        return value if self.still_valid(value) else None

    def still_valid(self, value: Value) -> bool:
        """Whether an answer given to an older version of the step is one to this version."""
        match value:
            case {"option": str(option)}:
                return any(choice.option == option for choice in self.options)
            case {"outcome": str()}:
                return True
            case _:
                return self.has_shape(value)

    def has_shape(self, value: Value) -> bool:
        """Whether a value looks like what this kind accepts."""
        raise NotImplementedError

    def is_free(self) -> bool:
        """Whether any words at all may be an answer."""
        return False

    def closed_options(self) -> tuple[str, ...] | None:
        """Every option an answer can count as; None when other answers are possible."""
        return None

    def examples(self, ground: Ground) -> tuple[str, ...]:
        """Words this kind accepts, for walking every edge."""
        raise NotImplementedError


def label(text: Text) -> Fact:
    """A translated label as a fact."""
    return {"text": [text.context, text.source]}


def option_token(conversation: str, turn: int, step: str, option: str) -> str:
    """What a button carries: conversation, turn, step and option.

    Telegram allows 64 bytes; ids are short enough (`content/check` sees to it).
    """
    return f"{conversation}.{turn}.{step}.{option}"


def options_with_tokens(
    shown: tuple[tuple[str, Fact], ...], conversation: str, turn: int, step: str
) -> tuple[Option, ...]:
    """Options as a question carries them."""
    return tuple(
        Option(option_token(conversation, turn, step, option), fact) for option, fact in shown
    )

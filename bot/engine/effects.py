"""Effects: what the engine wants done and nobody has done yet, and the turn that wants it."""

from typing import TypeAlias

from msgspec import Struct

from bot.engine.model import Answer, Conversation, Fact, Text, Value


class Option(Struct, frozen=True):
    """One choice shown with a question: the token its button carries and its label."""

    token: str
    label: Fact


class Link(Struct, frozen=True):
    """An address to open, with its label and the facts of that."""

    label: Text
    url: str
    facts: dict[str, Fact] = {}


class Card(Struct, frozen=True):
    """One offer as it is shown: title, lines, photo, links and the option that picks it."""

    title: Fact
    lines: tuple[Text, ...]
    facts: dict[str, Fact]
    photo: str
    links: tuple[Link, ...]
    option: Option


class Say(Struct, frozen=True):
    """Tell the contact a text; `options` and `cards` make it a question.

    `expects` tells the channel what a good input helps with: nothing, choice, choices, text,
    number, date, upload, phone or email. `channel` is where it is said, the contact's own when
    empty; with a `door` it carries a one-time link to the open question on the web page. `language`
    is the one to say it in, the conversation's when empty.
    """

    text: Text
    facts: dict[str, Fact] = {}
    options: tuple[Option, ...] = ()
    cards: tuple[Card, ...] = ()
    expects: str = "nothing"
    channel: str = ""
    door: bool = False
    links: tuple[Link, ...] = ()
    language: str = ""


class Do(Struct, frozen=True):
    """Run a named action in the turn's transaction; its outcome comes back as `Done`."""

    action: str
    frame: int
    flow: str
    version: str
    step: str
    arguments: dict[str, Value]
    answers: dict[str, Answer]


Effect: TypeAlias = Say | Do


class Query(Struct, frozen=True):
    """A question asked in the contact's own words, and what was found: `outcome` is answer, choices
    or unknown, or `missed` where the contact says that what they got is not what they meant."""

    text: str
    language: str
    outcome: str
    entries: tuple[str, ...] = ()


class Feedback(Struct, frozen=True):
    """Whether an answer helped, in the language it was read in."""

    entry: str
    language: str
    helped: bool


class Turn(Struct, frozen=True):
    """One input applied to one conversation. When the last effect is `Do`, the turn goes on.

    `reached` are the steps that frames came to for the first time, as (flow, step). `places` says
    where each frame stands now, as `flow.step`, sorted. `queries` are the questions that were asked
    in words, `told` the entries that were answered with, each with its language.
    """

    conversation: Conversation
    effects: tuple[Effect, ...]
    reached: tuple[tuple[str, str], ...] = ()
    places: tuple[str, ...] = ()
    queries: tuple[Query, ...] = ()
    told: tuple[tuple[str, str], ...] = ()
    feedback: tuple[Feedback, ...] = ()

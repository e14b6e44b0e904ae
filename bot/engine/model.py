"""Everything that travels through the engine: answers, frames, conversations, inputs, effects."""

from datetime import datetime
from typing import Any, TypeAlias

from msgspec import Struct

Value: TypeAlias = Any
"""An accepted answer, as JSON: an option's id or an object. Its kind knows the shape."""

Fact: TypeAlias = Any
"""A value a text may show. A string or a number stands for itself; an object with one key is typed:
`{"money": fen}`, `{"date": "2026-12-01"}`, `{"moment": ISO 8601}`, `{"names": {language: name}}`,
`{"text": [context, source]}` (translated), `{"lines": [fact, …]}` (one below the other),
`{"country": "FR"}`."""


class Text(Struct, frozen=True):
    """A source sentence with the context it is translated in; `plural` goes by the fact `count`."""

    context: str
    source: str
    plural: str = ""
    count: str = ""


class Answer(Struct, frozen=True, omit_defaults=True):
    """The accepted value of a step, who gave it and when.

    `basis` is what a table or the program looked at: when that has changed, the answer is stale.
    """

    value: Value
    who: str
    when: datetime
    basis: str = ""


class Offer(Struct, frozen=True, omit_defaults=True):
    """One thing to pick from live stock, as it was when it was shown."""

    id: str
    title: Fact
    facts: dict[str, Fact] = {}
    photo: str = ""


class Frame(Struct, frozen=True, omit_defaults=True):
    """One flow being walked. Where it stands is derived from its answers, never stored.

    `milestones` names what replay may not undo, each with the step that reached it. `reopened`
    is a step asked again although it has an answer.
    """

    id: int
    flow: str
    version: str
    started: datetime
    answers: dict[str, Answer] = {}
    milestones: dict[str, str] = {}
    reopened: str = ""
    drafts: dict[str, Value] = {}
    offers: dict[str, tuple[Offer, ...]] = {}


class Aside(Struct, frozen=True, omit_defaults=True):
    """A system question above the flow (menu, language, cancel …); its options by key."""

    kind: str
    options: tuple[str, ...]
    turn: int
    about: str = ""


class Wake(Struct, frozen=True, omit_defaults=True):
    """A moment at which the conversation wants to be woken, unless it has moved on by then."""

    at: datetime
    name: str
    frame: int
    turn: int


class Conversation(Struct, frozen=True, omit_defaults=True):
    """What is remembered of a contact between two turns.

    `turn` counts the inputs taken, `said` the messages they led to; `asked` is the turn since
    which the open `question` stands, `asked_from` the number of that turn's first message, and
    `refusals` counts wrong answers in a row to it. The active frame is the last one. `visiting` is
    the question a visit to the web page began with, `agreed` the text under which private questions
    may be asked on a channel that is not private.
    """

    id: str
    channel: str
    language: str = ""
    turn: int = 0
    said: int = 0
    asked: int = 0
    asked_from: int = 0
    question: str = ""
    refusals: int = 0
    frames: tuple[Frame, ...] = ()
    next_frame: int = 1
    aside: Aside | None = None
    wakes: tuple[Wake, ...] = ()
    visiting: str = ""
    agreed: str = ""


# Inputs: what the contact, staff or the clock did.


class Start(Struct, frozen=True, tag="start", omit_defaults=True):
    """The contact opened the chat, perhaps by a link to one flow."""

    flow: str = ""
    language: str = ""


class Said(Struct, frozen=True, tag="said"):
    """The contact wrote words."""

    text: str


class Tapped(Struct, frozen=True, tag="tapped"):
    """The contact tapped a button; `token` is what the button carried."""

    token: str
    label: str = ""


class File(Struct, frozen=True, omit_defaults=True):
    """A document taken in: its id in the store, its kind and its number of pages."""

    id: str
    kind: str
    pages: int = 1


class Uploaded(Struct, frozen=True, tag="uploaded", omit_defaults=True):
    """The contact sent documents; `refused` says why others among them were not taken.

    `sent` is when, where the conversation has gone on without them.
    """

    files: tuple[File, ...] = ()
    refused: tuple[str, ...] = ()
    sent: datetime | None = None


class Unreadable(Struct, frozen=True, tag="unreadable"):
    """The contact sent what no step can read: a sticker, a voice note, an over-long message."""

    kind: str


class Visited(Struct, frozen=True, tag="visited", omit_defaults=True):
    """The contact of another channel opened the web page, for the question that was open then."""

    question: str = ""


class Woken(Struct, frozen=True, tag="woken"):
    """The clock reached a wake."""

    name: str
    frame: int
    turn: int


class Event(Struct, frozen=True, tag="event", omit_defaults=True):
    """Somebody else answered: staff decided a case, a deposit was confirmed, a hold ran out."""

    name: str
    frame: int
    outcome: str
    facts: dict[str, Fact] = {}


class Done(Struct, frozen=True, tag="done", omit_defaults=True):
    """The runner performed an action of this very turn."""

    frame: int
    step: str
    outcome: str
    facts: dict[str, Fact] = {}
    offers: tuple[Offer, ...] = ()


Input: TypeAlias = Start | Said | Tapped | Uploaded | Unreadable | Visited | Woken | Event | Done


# Effects: what the engine wants done and nobody has done yet.


class Option(Struct, frozen=True):
    """One choice shown with a question: the token its button carries and its label."""

    token: str
    label: Fact


class Link(Struct, frozen=True):
    """An address to open, with its label."""

    label: Text
    url: str


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
    empty; with a `door` it carries a one-time link to the open question on the web page.
    """

    text: Text
    facts: dict[str, Fact] = {}
    options: tuple[Option, ...] = ()
    cards: tuple[Card, ...] = ()
    expects: str = "nothing"
    channel: str = ""
    door: bool = False


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


class Turn(Struct, frozen=True):
    """One input applied to one conversation. When the last effect is `Do`, the turn goes on."""

    conversation: Conversation
    effects: tuple[Effect, ...]


# Messages: words in one language, ready to send.


class Button(Struct, frozen=True):
    """A choice in words."""

    label: str
    tap: str


class Hyperlink(Struct, frozen=True):
    """An address in words."""

    label: str
    url: str


class ShownCard(Struct, frozen=True, omit_defaults=True):
    """An offer in words."""

    title: str
    lines: tuple[str, ...] = ()
    photo: str = ""
    links: tuple[Hyperlink, ...] = ()
    button: Button | None = None


class Message(Struct, frozen=True, omit_defaults=True):
    """Words, options, pictures and links in one language, ready for any channel."""

    text: str
    buttons: tuple[Button, ...] = ()
    cards: tuple[ShownCard, ...] = ()
    expects: str = "nothing"
    links: tuple[Hyperlink, ...] = ()
    language: str = ""

"""Everything that travels into and out of the engine: answers, conversations, inputs, messages."""

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
    is a step asked again although it has an answer. Where staff ask again, `redo` is the action to
    be done anew afterwards, and `handed_in` holds the answers as they stand until then. `reached`
    are the steps the contact came to and had to stop at, each once.
    """

    id: int
    flow: str
    version: str
    started: datetime
    answers: dict[str, Answer] = {}
    milestones: dict[str, str] = {}
    reopened: str = ""
    redo: str = ""
    handed_in: dict[str, Answer] = {}
    reached: tuple[str, ...] = ()
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
    may be asked on a channel that is not private. `wondered` is the last question in their own
    words, `wondered_in` its language where that is another, and `misses` counts those in a row that
    nothing was found for.
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
    wondered: str = ""
    wondered_in: str = ""
    misses: int = 0


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


class AskedAgain(Struct, frozen=True, tag="asked_again"):
    """Staff ask for the answer to one step once more; `again` is the action that handed it in."""

    frame: int
    step: str
    again: str
    reason: str


class Notice(Struct, frozen=True, tag="notice", omit_defaults=True):
    """Staff tell the contact something outside of any question, by one of the system's phrases."""

    phrase: str
    facts: dict[str, Fact] = {}


class Done(Struct, frozen=True, tag="done", omit_defaults=True):
    """The runner performed an action of this very turn."""

    frame: int
    step: str
    outcome: str
    facts: dict[str, Fact] = {}
    offers: tuple[Offer, ...] = ()


Input: TypeAlias = (
    Start
    | Said
    | Tapped
    | Uploaded
    | Unreadable
    | Visited
    | Woken
    | Event
    | AskedAgain
    | Notice
    | Done
)


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

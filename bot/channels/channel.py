"""The contract of a channel: what it takes in, what it sends, and how sending may fail."""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass, field
from datetime import timedelta
from enum import Enum
from typing import Literal, Protocol

from bot.engine.model import Input, Message
from bot.store.attachments import Attachment
from bot.store.documents import NewDocument

LONGEST_PUSH = 64 * 1024
"""Bytes of a platform's request that are read: past this nothing is parsed."""


class Standing(Enum):
    """What a platform tells of a contact beside their words."""

    GONE = "gone"
    """Blocked us or unfollowed: nothing can be sent any more."""
    BACK = "back"
    FORGET = "forget"
    """Took back the leave to keep their data: what is not a case is deleted."""


@dataclass(frozen=True, slots=True)
class Grant:
    """What a platform allows because of an update: so many calls to the contact, for so long."""

    calls: int
    lasts: timedelta


@dataclass(frozen=True, slots=True)
class Update:
    """One delivery from a platform: who did what, under the platform's own id.

    `contact_id` names the contact where the address does not: on a *visit* to the web chat.
    `attachments` still lie with the platform: the turn is taken once they are fetched, those of one
    `album` together. `language` is the platform's guess, for a contact who has chosen none.
    `answered_here` is how long the answer may still go into the platform's own request.
    """

    channel: str
    id: str
    address: str
    input: Input | None
    documents: tuple[NewDocument, ...] = ()
    contact_id: int = 0
    attachments: tuple[Attachment, ...] = ()
    language: str = ""
    grant: Grant | None = None
    standing: Standing | None = None
    answered_here: timedelta = timedelta(0)


class SendError(Exception):
    """A message could not be sent.

    `permanent` ends the attempts, `retry_after` says when the platform will take it, `gone` that
    the contact cannot be reached any more, `closed` that the platform lets nothing through until
    the contact speaks again. The message says what happened, nothing of the text.
    """

    def __init__(
        self,
        problem: str,
        *,
        permanent: bool = False,
        retry_after: timedelta | None = None,
        gone: bool = False,
        closed: bool = False,
    ) -> None:
        super().__init__(problem)
        self.permanent = permanent
        self.retry_after = retry_after
        self.gone = gone
        self.closed = closed


class FetchError(Exception):
    """A contact's file could not be fetched; `permanent` where it never can be.

    `reason` is what the contact is told: the name of a phrase without its `file_`.
    """

    def __init__(self, problem: str, *, permanent: bool = False, reason: str = "lost") -> None:
        super().__init__(problem)
        self.permanent = permanent
        self.reason = reason


@dataclass(frozen=True, slots=True)
class Outgoing:
    """A message to send: the contact's `n`th, of which `parts` parcels are out already."""

    n: int
    message: Message
    parts: int = 0


@dataclass(frozen=True, slots=True)
class Parcel:
    """What one call to the platform carries.

    It ends the next `messages` of those packed; 0 when the first of them goes on in the next
    parcel. A parcel that ends several holds all of each: only a message alone is ever cut.
    `more` is set by who sends it: more waits, which the contact has to speak for.
    """

    messages: int
    body: object
    more: bool = False


class Channel(Protocol):
    """What the runner needs of a channel.

    `pushes` is false where the contact's own page fetches its messages: nothing is sent then.
    `is_metered` is true where the platform counts what may be said: calls are paid out of grants.
    """

    @property
    def name(self) -> str:
        """The channel's name, as contacts are kept under it."""

    @property
    def pushes(self) -> bool:
        """Whether messages have to be sent."""

    @property
    def is_metered(self) -> bool:
        """Whether a call needs a grant."""

    def pack(self, messages: Sequence[Outgoing]) -> Sequence[Parcel]:
        """One contact's messages as the calls that send them, in order."""

    async def send(self, address: str, key: str, parcel: Parcel) -> None:
        """Make one call; `SendError` when it fails. `key` is the same at every attempt."""

    async def fetch(self, attachment: Attachment) -> bytes:
        """The contents of a contact's file; `FetchError` when they are not to be had."""


# what comes in by HTTP


class Unwanted(Exception):
    """A request that is not from the platform. The message is for the log: no part of it."""


class Unreadable(Exception):
    """A request of the platform's that cannot be read. The message is for the log."""


@dataclass(frozen=True, slots=True)
class Posted:
    """A request to a channel's hook. Header names are in lower case."""

    method: Literal["GET", "POST"]
    query: Mapping[str, str]
    headers: Mapping[str, str]
    body: bytes = b""


@dataclass(frozen=True, slots=True)
class Reply:
    """What a request is answered with."""

    body: bytes = b""
    content_type: str = "text/plain"


Gesture = Callable[[], Awaitable[None]]
"""A call that only touches up what the contact sees; it may fail without anything being lost."""


Wrap = Callable[[Parcel, bool], Reply]


@dataclass(frozen=True, slots=True)
class Heard:
    """What a request holds: perhaps an update, the reply when there is nothing to say, gestures.

    `gestures` are made once the update is kept, and again for no repeat of it; where there is no
    update `key` names what was told, and they are made once for each key.
    `wrap` puts a parcel into the reply, where the platform takes an answer there; it is told
    whether more waits behind it.
    """

    update: Update | None = None
    reply: Reply = field(default_factory=Reply)
    gestures: tuple[Gesture, ...] = ()
    wrap: Wrap | None = None
    key: str = ""


class Hook(Protocol):
    """Where a platform posts what happens."""

    @property
    def path(self) -> str:
        """The path under the site's address."""

    def admit(self, posted: Posted) -> None:
        """Check what can be checked before the body is read; `Unwanted` when it fails."""

    async def hear(self, posted: Posted) -> Heard:
        """Read a request; `Unwanted` where it is not the platform's, `Unreadable` where it is."""


# what the program needs of a platform beyond messages


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing looked at on a platform: whether it is well, and what to do where it is not."""

    what: str
    is_well: bool
    advice: str = ""


class Platform(Channel, Protocol):
    """A channel that speaks to a platform outside."""

    @property
    def hook(self) -> Hook | None:
        """Where the platform posts; None where the channel asks it for news instead."""

    def opened(self) -> AbstractAsyncContextManager[None]:
        """Keep connections to the platform as long as the context lasts."""

    async def set_up(self) -> None:
        """Tell the platform its webhook and menus, so that they are as the content says.

        What fails is logged and tried again until it is done, unless the platform refuses it for
        good: this may take for ever, so nothing should wait for it.
        """

    async def listen(self, take: Callable[[Heard], Awaitable[None]]) -> None:
        """Ask the platform for news until cancelled; returns at once where it posts them.

        News is acknowledged to the platform only after `take` has returned for it.
        """

    async def look_over(self) -> Sequence[Finding]:
        """Look at everything that may be set up wrongly."""


class Words(Protocol):
    """The program's own texts in any language."""

    @property
    def languages(self) -> Sequence[str]:
        """The languages of the centre, its own first, as `zh_Hans`."""

    def say(self, phrase: str, language: str, **facts: str) -> str:
        """A phrase in a language; in the first one where the language is not known."""


LAST = -1
"""In place of a message's number: the last one."""
Recall = Callable[[str, int], Awaitable[Message | None]]
"""Gives back a contact's `n`th message, or the `LAST` one, by the contact's address."""

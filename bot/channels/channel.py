"""The contract of a channel: what it takes in, what it sends, and how sending may fail."""

from dataclasses import dataclass
from datetime import timedelta
from typing import Protocol

from bot.engine.model import Input, Message
from bot.store.documents import NewDocument


@dataclass(frozen=True, slots=True)
class Update:
    """One delivery from a platform: who did what, under the platform's own id."""

    channel: str
    id: str
    address: str
    input: Input
    documents: tuple[NewDocument, ...] = ()


class SendError(Exception):
    """A message could not be sent.

    `permanent` ends the attempts, `retry_after` says when the platform will take it, `gone` that
    the contact cannot be reached any more. The message says what happened, nothing of the text.
    """

    def __init__(
        self,
        problem: str,
        *,
        permanent: bool = False,
        retry_after: timedelta | None = None,
        gone: bool = False,
    ) -> None:
        super().__init__(problem)
        self.permanent = permanent
        self.retry_after = retry_after
        self.gone = gone


class Channel(Protocol):
    """What the runner needs of a channel.

    `pushes` is false where the contact's own page fetches its messages: nothing is sent then.
    """

    @property
    def name(self) -> str:
        """The channel's name, as contacts are kept under it."""

    @property
    def pushes(self) -> bool:
        """Whether messages have to be sent."""

    async def send(self, address: str, key: str, message: Message) -> None:
        """Send one message; `SendError` when it cannot be. `key` is the same at every attempt."""

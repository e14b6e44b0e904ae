"""A channel without a platform: nothing is sent, the contact's own page fetches its messages."""

from collections.abc import Sequence
from dataclasses import dataclass

from bot.channels.channel import Outgoing, Parcel
from bot.store.attachments import Attachment

WEB = "web"
TERMINAL = "terminal"


@dataclass(frozen=True, slots=True)
class Fetched:
    """The web chat, and the terminal: messages stay in the outbox, from where they are read."""

    name: str
    pushes: bool = False
    is_metered: bool = False

    def pack(self, messages: Sequence[Outgoing]) -> Sequence[Parcel]:
        """Never called, nor what follows: messages of this channel are never due."""
        raise NotImplementedError

    async def send(self, address: str, key: str, parcel: Parcel) -> None:
        raise NotImplementedError

    async def fetch(self, attachment: Attachment) -> bytes:
        raise NotImplementedError

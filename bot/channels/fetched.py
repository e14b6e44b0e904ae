"""A channel without a platform: nothing is sent, the contact's own page fetches its messages."""

from dataclasses import dataclass

from bot.engine.model import Message

WEB = "web"
TERMINAL = "terminal"


@dataclass(frozen=True, slots=True)
class Fetched:
    """The web chat, and the terminal: messages stay in the outbox, from where they are read."""

    name: str
    pushes: bool = False

    async def send(self, address: str, key: str, message: Message) -> None:
        """Never called: messages of this channel are never due."""
        raise NotImplementedError

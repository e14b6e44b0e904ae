"""Plays one person against the real runner, and writes down what both sides said."""

import uuid
from collections.abc import Sequence
from dataclasses import dataclass, field

from bot.channels.channel import Update
from bot.channels.fetched import TERMINAL
from bot.engine.model import File, Input, Message, Said, Start, Tapped, Uploaded
from bot.runner.converse import Converser
from bot.runner.reading import Reader
from bot.services.papers import Papers
from bot.store.documents import NewDocument

MANY = 1000
"""More messages than one turn leads to."""


@dataclass(slots=True)
class Transcript:
    """A conversation in readable lines: `>` what the person did, `<` what the assistant said."""

    lines: list[str] = field(default_factory=list)

    def person(self, words: str) -> None:
        """Write down what the person did."""
        self.lines.extend(("", f"> {words}", ""))

    def assistant(self, message: Message) -> None:
        """Write down what the assistant said."""
        first, *rest = message.text.split("\n")
        self.lines.extend((f"< {first}", *(f"  {line}" for line in rest)))
        for number, card in enumerate(message.cards, 1):
            self.lines.append(f"  {number}. {card.title}")
            self.lines.extend(f"     {line}" for line in card.lines)
            self.lines.extend(f"     {link.label}: {link.url}" for link in card.links)
        self.lines.extend(f"  {link.label}: {link.url}" for link in message.links)
        self.lines.extend(
            f"  {number}. {button.label}"
            for number, button in enumerate(message.buttons, len(message.cards) + 1)
        )

    def text(self) -> str:
        """All of it."""
        return "\n".join(self.lines).strip() + "\n"


class NoSuchButton(Exception):
    """The last messages have no button with this label."""


class Person:
    """One person at a terminal. What they do is answered before they do the next thing."""

    def __init__(
        self, name: str, converser: Converser, reader: Reader, papers: Papers | None = None
    ) -> None:
        self.name = name
        self.transcript = Transcript()
        self.heard: list[Message] = []
        self._converser = converser
        self._reader = reader
        self._papers = papers
        self._last = 0

    async def opens(self, flow: str = "") -> list[Message]:
        """Open the chat, perhaps by a link to a flow."""
        return await self._does(Start(flow), "(opens the chat)")

    async def says(self, text: str) -> list[Message]:
        """Type something."""
        return await self._does(Said(text), text)

    async def taps(self, label: str) -> list[Message]:
        """Tap the newest button with this label."""
        for message in reversed(self.heard):
            cards = [card.button for card in message.cards if card.button]
            for button in (*message.buttons, *cards):
                if button.label == label:
                    return await self._does(Tapped(button.tap, label), f"[{label}]")
        raise NoSuchButton(label)

    async def sends(self, *contents: bytes) -> list[Message]:
        """Send documents."""
        assert self._papers is not None
        examined = await self._papers.examine(contents, None)
        files = tuple(File(one.id, one.kind, one.pages) for one in examined.documents)
        given = Uploaded(files, examined.refused)
        return await self._does(given, f"({len(contents)} file(s))", examined.documents)

    async def listens(self) -> list[Message]:
        """Hear what was said since: by staff, or because a time came."""
        contact = await self._reader.contact(TERMINAL, self.name)
        spoken = await self._reader.after(contact[0], self._last, MANY, TERMINAL) if contact else []
        for one in spoken:
            self._last = one.n
            self.transcript.assistant(one.message)
        messages = [one.message for one in spoken]
        self.heard = (self.heard + messages)[-MANY:]
        return messages

    async def _does(
        self, given: Input, words: str, documents: Sequence[NewDocument] = ()
    ) -> list[Message]:
        await self.listens()
        self.transcript.person(words)
        update = Update(TERMINAL, uuid.uuid4().hex, self.name, given, tuple(documents))
        await self._converser.receive(update)
        return await self.listens()

"""Plays a written conversation against the web chat's own door, and writes down what is said.

A line `> words` is typed, `> [label]` taps a button or a card, `> (sends passport.jpg)` uploads,
`> (opens the chat)` begins. A line `! case approve` is done by the real services, as staff or time
do it. Whatever the assistant says is written anew.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from bot.simulator import Transcript
from bot.store import stock
from bot.store.database import Transaction
from bot.store.turns import contact_ids
from tests.web.papers import FILM, HEIC, photo, scan
from tests.web.server import Entry, Server, Visitor, as_message, fresh_id

BEGIN = datetime(2026, 11, 24, 2, 0, tzinfo=UTC)
"""Ten in the morning in Shanghai, on a working day with the calendar of its year known."""
DRAWN = {"A": "reference", "D": "deposit"}
YEAR = timedelta(days=365)


@dataclass(slots=True)
class Moment:
    """A clock that moves only when a conversation says so."""

    now: datetime = BEGIN

    def __call__(self) -> datetime:
        return self.now


class Player:
    """Plays one conversation; `written` is what came of it."""

    def __init__(self, server: Server, moment: Moment, visitor: Visitor) -> None:
        self._server = server
        self._moment = moment
        self._visitor = visitor
        self._transcript = Transcript()
        self._drawn: dict[str, str] = {}
        self._others: dict[int, int] = {}

    async def play(self, script: str) -> str:
        """Do everything a script says; the conversation as it went, in the same form."""
        header, deeds = read_script(script)
        await self._visitor.page()
        await self._visitor.looks()
        for deed in deeds:
            try:
                await self._plays(deed)
            except Exception as error:
                error.add_note(f"at {deed!r}, after:")
                error.add_note("\n".join(self._transcript.lines[-400:]))
                raise
        return header + self._named(self._transcript.text())

    async def _plays(self, deed: str) -> None:
        if deed.startswith("!"):
            self._transcript.lines.extend(("", deed, ""))
            self._happens(deed.removeprefix("! "))
            self._writes(await self._visitor.looks())
        else:
            self._transcript.person(deed.removeprefix("> "))
            self._writes(await self._does(deed.removeprefix("> ")))

    def _writes(self, heard: Sequence[Entry]) -> None:
        for entry in heard:
            if entry["from"] == "bot":
                self._transcript.assistant(as_message(entry))

    async def _does(self, words: str) -> list[Entry]:
        visitor = self._visitor
        if words == "(opens the chat)":
            return await visitor.posts(start="")
        if sent := re.fullmatch(r"\(sends (.+)\)", words):
            return await visitor.sends(*map(paper, sent[1].split(", ")))
        if tapped := re.fullmatch(r"\[(.+)\]", words):
            label = tapped[1]
            return await visitor.posts(tap=visitor.token(label), label=label, id=fresh_id())
        return await visitor.says(words)

    def _happens(self, deed: str) -> None:
        server = self._server
        match deed.split(" ", 2):
            case ["case", "approve"]:
                server.decide(self._last("A"))
            case ["case", "refuse", reason]:
                server.decide(self._last("A"), approve=False, reason=reason)
            case ["deposit", "confirm"]:
                server.confirm(self._last("D"))
            case ["deposit", "refuse", reason]:
                server.refuse(self._last("D"), reason)
            case [number, "hours", "pass"]:
                self._moment.now += timedelta(hours=int(number))
            case ["others", "take", _]:
                self._others_take(leave=int(re.findall(r"\d+|$", deed)[0] or 0))
            case ["others", "give", _]:
                self._others_give_up()
            case _:
                raise ValueError(f"nobody can do this: {deed}")
        server.tick()

    def _last(self, kind: str) -> str:
        """The last reference drawn of a kind, as the assistant told it."""
        said = self._transcript.text()
        return str(re.findall(rf"\b{kind}-\w{{7}}\b", said)[-1])

    def _named(self, text: str) -> str:
        """The text with a name for every reference that was drawn by chance."""
        names: dict[str, str] = {}
        for found in re.findall(r"\b[AD]-\w{7}\b", text):
            kind = DRAWN[found[0]]
            earlier = sum(name.startswith(f"{{{kind}") for name in names.values())
            names.setdefault(found, f"{{{kind}{f' {earlier + 1}' if earlier else ''}}}")
        for found, name in names.items():
            text = text.replace(found, name)
        return text

    def _others_take(self, leave: int) -> None:
        now = self._moment.now

        def work(tx: Transaction) -> None:
            others = self._contact_of_others(tx)
            for flat in stock.free_flats(tx, 100)[leave:]:
                frame = len(self._others) + 1
                assert stock.hold(tx, flat.id, others, frame, now, now + YEAR)
                self._others[frame] = others

        self._server.app.database.transact(work)

    def _others_give_up(self) -> None:
        frame, others = self._others.popitem()
        give_up = self._server.app.services.stock.give_up
        assert self._server.app.database.transact(
            lambda tx: give_up(tx, others, frame, self._moment.now)
        )

    def _contact_of_others(self, tx: Transaction) -> int:
        address = ("web", "others")
        return contact_ids(tx, [address], self._moment.now)[address]


def read_script(text: str) -> tuple[str, list[str]]:
    """The comment a script begins with, and what is done in it."""
    lines = text.split("\n")
    comment = [line for line in lines if line.startswith("#")]
    deeds = [line for line in lines if line.startswith((">", "!"))]
    return "".join(f"{line}\n" for line in (*comment, "")) if comment else "", deeds


def paper(name: str) -> bytes:
    """What a person sends under a name."""
    match name.rpartition(".")[2]:
        case "pdf":
            return scan(1)
        case "heic":
            return HEIC
        case "mp4":
            return FILM
        case "txt":
            return b""
        case _:
            return photo(name)

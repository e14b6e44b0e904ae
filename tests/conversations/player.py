"""Plays a written conversation from one person's seat, and writes down what they see.

A line `> words` is typed, `> [label]` taps a button or a card, `> (sends passport.jpg)` uploads,
`> (opens the chat)` begins, and any other `> (deed)` is what only one channel knows. A line
`! case approve` is done by the real services, as staff or time do it. What is seen is written anew:
after `<` in the chat, after `|` on the page that a one-time link opens.
"""

import re
from collections.abc import Collection, Sequence
from datetime import timedelta

from bot.store import holds, stock
from bot.store.contacts import contact_ids
from bot.store.database import Transaction
from tests.conversations.programme import enter_programme
from tests.conversations.seats import Moment, Seat, Sight, something_waits
from tests.web.server import Server

DRAWN = {"A": "reference", "D": "deposit"}
HELLO = "hm"
LINK = re.compile(r": https?://\S+$")
"""A link with its label: some channels put it on a button."""
YEAR = timedelta(days=365)


class Player:
    """Plays one conversation; `written` is what came of it."""

    def __init__(self, server: Server, moment: Moment, seat: Seat) -> None:
        self._server = server
        self._moment = moment
        self._seat = seat
        self._lines: list[str] = []
        self._others: dict[int, int] = {}
        self.late: set[int] = set()
        """The deeds, counted from 1, after which something waits for the person to speak."""

    async def play(self, script: str) -> str:
        """Do everything a script says; the conversation as it went, in the same form."""
        header, deeds = read_script(script)
        for count, deed in enumerate(deeds, 1):
            try:
                await self._plays(deed)
                if something_waits(self._server):
                    self.late.add(count)
            except Exception as error:
                error.add_note(f"at {deed!r}, after:")
                error.add_note("\n".join(self._lines[-400:]))
                raise
        return header + self._named(self._text())

    def _text(self) -> str:
        return "\n".join(self._lines).strip() + "\n"

    async def _plays(self, deed: str) -> None:
        self._lines.extend(("", deed, ""))
        if deed.startswith("!"):
            self._happens(deed.removeprefix("! "))
        else:
            await self._does(deed.removeprefix("> "))
        self._writes(await self._seat.sees())

    def _writes(self, sights: Sequence[Sight]) -> None:
        for sight in sights:
            first, *rest = sight.lines
            self._lines.append(f"{'|' if sight.on_page else '<'} {first}")
            self._lines.extend(f"  {line}".rstrip() for line in rest)

    async def _does(self, words: str) -> None:
        seat = self._seat
        if words == "(opens the chat)":
            await seat.opens()
        elif sent := re.fullmatch(r"\(sends (\S+\.\w+(?:, \S+)*)\)", words):
            await seat.sends(sent[1].split(", "))
        elif tapped := re.fullmatch(r"\[(.+)\]", words):
            await seat.taps(tapped[1])
        elif done := re.fullmatch(r"\((.+)\)", words):
            await seat.does(done[1])
        else:
            if words != HELLO and something_waits(self._server):
                await seat.says(HELLO)  # nobody answers a question they have not seen
            await seat.says(words)

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
                self._moment.passes(timedelta(hours=int(number)))
            case _:
                self._happens_elsewhere(deed)
        server.tick()

    def _happens_elsewhere(self, deed: str) -> None:
        """What is done by people who are not in this conversation."""
        match deed.split(" ", 2):
            case ["events", "are", "entered"]:
                database = self._server.app.database
                database.transact(lambda tx: enter_programme(tx, self._moment.now))
            case ["others", "take", _]:
                self._others_take(leave=int(re.findall(r"\d+|$", deed)[0] or 0))
            case ["others", "give", _]:
                self._others_give_up()
            case _:
                raise ValueError(f"nobody can do this: {deed}")

    def _last(self, kind: str) -> str:
        """The last reference drawn of a kind, as the assistant told it."""
        return str(re.findall(rf"\b{kind}-\w{{7}}\b", self._text())[-1])

    def _named(self, text: str) -> str:
        """The text with a name for all that was drawn by chance."""
        text = re.sub(r"(/visit\?t=)[\w-]+", r"\1{token}", text)
        text = text.replace(self._server.address, "{site}")
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
                assert holds.keep(tx, holds.HELD, flat.id, others, frame, now, now + YEAR)
                self._others[frame] = others

        self._server.app.database.transact(work)

    def _others_give_up(self) -> None:
        self._moment.passes(timedelta(seconds=1))
        frame, others = self._others.popitem()
        give_up = self._server.app.services.stock.give_up
        assert self._server.app.database.transact(
            lambda tx: give_up(tx, others, frame, self._moment.now)
        )

    def _contact_of_others(self, tx: Transaction) -> int:
        address = ("web", "others")
        return contact_ids(tx, {address: ""}, self._moment.now)[address]


def read_script(text: str) -> tuple[str, list[str]]:
    """The comment a script begins with, and what is done in it."""
    lines = text.split("\n")
    comment = [line for line in lines if line.startswith("#")]
    deeds = [line for line in lines if line.startswith((">", "!"))]
    return "".join(f"{line}\n" for line in (*comment, "")) if comment else "", deeds


def told(text: str, late: Collection[int] = ()) -> list[str]:
    """What happened and what was seen, line by line, without how a channel sets it.

    What some deeds led to may come late: after the next deed, and before what that leads to.
    """
    lines: list[str] = []
    waiting: list[str] = []
    count = 0
    for line in text.split("\n"):
        if line[:1] in (">", "!"):
            if count not in late:
                lines, waiting = lines + waiting, []
            lines.append(line)
            count += 1
        elif line[2:].strip() and not line.startswith("#") and not LINK.search(line):
            waiting.append(line[2:].strip())
    return lines + waiting

"""What the page shows: each message of the assistant, and before it what the contact did."""

from collections.abc import Iterable, Iterator
from datetime import datetime
from typing import Any, TypeAlias

from bot.engine.model import (
    Hyperlink,
    Input,
    Message,
    Said,
    ShownCard,
    Tapped,
    Unreadable,
    Uploaded,
)
from bot.runner.reading import Spoken
from bot.runner.receive import Taken

Entry: TypeAlias = dict[str, Any]
PHOTOS = "/chat/photos/"


def from_history(spoken: Iterable[Spoken]) -> list[Entry]:
    """Entries of what is kept."""
    entries: list[Entry] = []
    shown = 0
    for one in spoken:
        if one.inbox_id != shown:
            shown = one.inbox_id
            entries.extend(_mine(one.input, one.n, one.received_at))
        entries.append(_theirs(one.message, one.n, one.made_at))
    return entries


def from_turn(given: Input, taken: Taken, at: datetime) -> list[Entry]:
    """Entries of a turn just taken, without reading them back."""
    mine = list(_mine(given, taken.first, at)) if taken.messages else []
    return mine + [_theirs(m, n, at) for n, m in enumerate(taken.messages, taken.first)]


def _mine(given: Input, n: int, at: datetime) -> Iterator[Entry]:
    entry: Entry = {"n": n, "i": 0, "from": "me", "at": at.isoformat()}
    match given:
        case Said(text):
            yield {**entry, "text": text}
        case Tapped(_, label):
            yield {**entry, "text": label}
        case Uploaded(files, refused):
            kinds = ["pdf" if file.kind == "application/pdf" else "image" for file in files]
            yield {**entry, "text": "", "files": [*kinds, *("unknown" for _ in refused)]}
        case Unreadable():
            yield {**entry, "text": "…"}


def _theirs(message: Message, n: int, at: datetime) -> Entry:
    return {
        "n": n,
        "i": 1,
        "from": "bot",
        "at": at.isoformat(),
        "text": message.text,
        "buttons": [{"label": b.label, "tap": b.tap} for b in message.buttons],
        "cards": [_card(card) for card in message.cards],
        "links": [_link(link) for link in message.links],
        "expects": message.expects,
    }


def _link(link: Hyperlink) -> Entry:
    return {"label": link.label, "url": link.url}


def _card(card: ShownCard) -> Entry:
    button = card.button
    return {
        "title": card.title,
        "lines": list(card.lines),
        "photo": PHOTOS + card.photo if card.photo else None,
        "links": [_link(link) for link in card.links],
        "button": {"label": button.label, "tap": button.tap} if button else None,
    }

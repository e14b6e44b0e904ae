"""Buttons under a message: how they are laid out, and what is left of them once one is tapped."""

from collections.abc import Iterable, Sequence
from urllib.parse import urlsplit

from telegram.constants import InlineKeyboardMarkupLimit

from bot.channels.telegram.hearing import label_of
from bot.channels.telegram.markup import columns
from bot.channels.telegram.wire import CallbackQuery, Keyboard, ShownButton
from bot.engine.model import Button, Hyperlink

SHORT = 15
"""Columns of a label that still fits a small phone when two stand in a row."""
DONE = "~done"
"""The data of a button that only shows something."""
PLACE = "~place"
"""The data of a button that shows a place on the map: the message, the card and the link."""
CHOSEN = "✓"
BLANK = "…"

Rows = list[list[dict[str, str]]]
"""A keyboard as it is sent."""


def choices(buttons: Sequence[Button]) -> Rows:
    """A button to a row, or two where every label is short."""
    shown = [{"text": button.label or BLANK, "callback_data": button.tap} for button in buttons]
    each = 2 if all(columns(button["text"]) <= SHORT for button in shown) else 1
    return _in_rows(shown[: InlineKeyboardMarkupLimit.TOTAL_BUTTON_NUMBER], each)


def to_open(links: Iterable[Hyperlink], n: int, card: str = "") -> Rows:
    """A button for each link that one can open: an address of a page, or a place."""
    rows: Rows = []
    for k, link in enumerate(links):
        if place_of(link.url):
            data = f"{PLACE}.{n}.{card}.{k}"
            rows.append([{"text": link.label or BLANK, "callback_data": data}])
        elif is_page(link.url):
            rows.append([{"text": link.label or BLANK, "url": link.url}])
    return rows


def to_write(links: Iterable[Hyperlink]) -> list[str]:
    """A line for each link that cannot be a button."""
    return [
        f"{link.label}: {link.url}"
        for link in links
        if not place_of(link.url) and not is_page(link.url)
    ]


def is_page(url: str) -> bool:
    """Whether Telegram takes an address on a button: it refuses other schemes and bare hosts."""
    try:
        parts = urlsplit(url)
        return parts.scheme in ("http", "https") and "." in (parts.hostname or "")
    except ValueError:
        return False


def place_of(url: str) -> tuple[float, float] | None:
    """The latitude and longitude of `geo:lat,lon`; None for any other address."""
    scheme, _, where = url.partition(":")
    latitude, _, longitude = where.partition(";")[0].partition(",")
    if scheme != "geo":
        return None
    try:
        place = float(latitude), float(longitude)
    except ValueError:
        return None
    return place if abs(place[0]) <= 90 and abs(place[1]) <= 180 else None


def closed(query: CallbackQuery) -> Keyboard:
    """What the keyboard becomes once one of it is chosen: that, and what still opens something."""
    label = label_of(query)
    if not label.startswith(CHOSEN):
        label = f"{CHOSEN} {label}"
    shown = query.message.reply_markup if query.message else None
    rest = [
        kept
        for row in (shown.inline_keyboard if shown else ())
        if (kept := tuple(button for button in row if _still_opens(button)))
    ]
    return Keyboard(((ShownButton(label.strip(), callback_data=DONE),), *rest))


def _still_opens(button: ShownButton) -> bool:
    return bool(button.url) or (button.callback_data or "").startswith(PLACE)


def _in_rows(buttons: list[dict[str, str]], each: int) -> Rows:
    return [buttons[at : at + each] for at in range(0, len(buttons), each)]

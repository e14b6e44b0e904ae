"""A message as the calls that send it: its text in parts, then its cards, one at a time."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from telegram.constants import MessageLimit, ParseMode

from bot.channels.channel import Words
from bot.channels.telegram.keyboard import DONE, Rows, choices, to_open, to_write
from bot.channels.telegram.markup import cut, escaped, split, units
from bot.engine.model import Message

TURN = "~card"
"""The data of a button that turns to another card: the message and the card."""

LONGEST_TITLE = 200
"""Units of a card's title, so that a line or two beside it always fit."""
NO_PREVIEW: Mapping[str, object] = {"is_disabled": True}


@dataclass(frozen=True, slots=True)
class Call:
    """A call that shows something to a contact; `photo` is the file that goes with it."""

    method: str
    parameters: Mapping[str, object]
    photo: str = ""


class Packer:
    """Packs messages; `has_photo` says whether there is a picture of that name."""

    def __init__(self, words: Words, has_photo: Callable[[str], bool]) -> None:
        self._words = words
        self._has_photo = has_photo

    def calls(self, n: int, message: Message) -> list[Call]:
        """The calls that send a contact's `n`th message, at least one."""
        parts = split(self._text(message), MessageLimit.MAX_TEXT_LENGTH)
        if message.cards:
            return [*(_text_call(escaped(part), []) for part in parts), self.card(n, message, 0)]
        rows = choices(message.buttons) + to_open(message.links, n)
        *first, last = parts or ["…"]
        return [*(_text_call(escaped(part), []) for part in first), _text_call(escaped(last), rows)]

    def card(self, n: int, message: Message, i: int) -> Call:
        """The call that shows one card, with what leads to the others."""
        card = message.cards[i]
        title = cut(card.title or "…", LONGEST_TITLE)
        rest = "\n".join([*card.lines, *to_write(card.links)])
        rows = self._card_rows(n, message, i)
        length = units(title) + 1 + units(rest)
        if card.photo and length <= MessageLimit.CAPTION_LENGTH and self._has_photo(card.photo):
            return _photo_call(_card_markup(title, rest), rows, card.photo)
        room = MessageLimit.MAX_TEXT_LENGTH - units(title) - 1
        return _text_call(_card_markup(title, cut(rest, room)), rows)

    def _text(self, message: Message) -> str:
        """The text with all that has no button of its own."""
        more = to_write(message.links)
        if message.expects == "upload":
            more.append(self._words.say("file_limits", message.language))
        return "\n\n".join(part for part in (message.text, *more) if part)

    def _card_rows(self, n: int, message: Message, i: int) -> Rows:
        card, count = message.cards[i], len(message.cards)
        rows: Rows = []
        if count > 1:
            rows.append(self._turning(n, i, count, message.language))
        if card.button:
            rows += choices([card.button])
        rows += to_open(card.links, n, str(i)) + choices(message.buttons)
        return rows + to_open(message.links, n)

    def _turning(self, n: int, i: int, count: int, language: str) -> list[dict[str, str]]:
        """The row that turns pages, round and round."""
        previous = self._words.say("previous_card", language)
        following = self._words.say("next_card", language)
        return [
            {"text": f"◀ {previous}", "callback_data": f"{TURN}.{n}.{(i - 1) % count}"},
            {"text": f"{i + 1}/{count}", "callback_data": DONE},
            {"text": f"{following} ▶", "callback_data": f"{TURN}.{n}.{(i + 1) % count}"},
        ]


def as_text(call: Call) -> Call:
    """The call that shows the words of a picture without it."""
    shown = {name: value for name, value in call.parameters.items() if name != "caption"}
    words = {"text": call.parameters["caption"], "link_preview_options": NO_PREVIEW}
    return Call("sendMessage", {**words, **shown})


def _text_call(markup: str, rows: Rows) -> Call:
    shown = {"text": markup, "parse_mode": ParseMode.HTML, "link_preview_options": NO_PREVIEW}
    return Call("sendMessage", _with(rows, shown))


def _photo_call(markup: str, rows: Rows, photo: str) -> Call:
    return Call("sendPhoto", _with(rows, {"caption": markup, "parse_mode": ParseMode.HTML}), photo)


def _with(rows: Rows, shown: Mapping[str, object]) -> Mapping[str, object]:
    return {**shown, "reply_markup": {"inline_keyboard": rows}} if rows else shown


def _card_markup(title: str, rest: str) -> str:
    return f"<b>{escaped(title)}</b>\n{escaped(rest)}" if rest else f"<b>{escaped(title)}</b>"

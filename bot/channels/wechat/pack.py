"""Packs messages into as few texts as WeChat takes, with numbers for every option."""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from urllib.parse import quote, urlsplit

from bot.channels.channel import Outgoing, Parcel
from bot.channels.wechat.options import id_of, options_of
from bot.channels.wechat.push import NOT_TEXT
from bot.channels.wechat.settings import WeChatSettings
from bot.channels.wechat.split import size, split
from bot.engine.model import Button, Hyperlink, Message, ShownCard

LONGEST_TEXT = 2048
"""Bytes of a text: more is refused with 45002."""
RESERVE = 160
"""Bytes kept free for the words that ask to read on, in any language."""
LIMIT = LONGEST_TEXT - RESERVE
NUMBER = 10
"""Bytes of a part's number: below a thousand parts."""
MOST_ITEMS = 10
"""Options of a msgmenu: more may be refused with 45098, and the real bound is nowhere told."""
GAP = "\n\n"
PHOTOS = "/chat/photos/"
_TAG = re.compile(r"<(?=\s*[A-Za-z/!?])")
_ENTITY = re.compile(r"&(?=#?\w+;)")
_SAFE = "/:?#[]@!$&()*+,=%~"
"""What may stand in an address as it is: nothing that ends it, a tag, or an entity."""


@dataclass(frozen=True, slots=True)
class Menu:
    """A message as the platform's own menu of choices: ids of options with their labels."""

    head: str
    items: tuple[tuple[int, str], ...]
    tail: str = ""


@dataclass(frozen=True, slots=True)
class Text:
    """What one call says; `menu` says the same where it may be sent as a menu instead."""

    content: str
    menu: Menu | None = None


def pack(messages: Sequence[Outgoing], settings: WeChatSettings) -> list[Parcel]:
    """Whole messages joined while they fit; one that is too long is cut into several parcels."""
    parcels: list[Parcel] = []
    has_room = False
    for outgoing in messages:
        text = _text(outgoing, settings)
        is_whole = size(text) <= LIMIT
        joined = _joined(parcels[-1], text) if has_room and is_whole else None
        if joined:
            parcels[-1] = joined
        elif is_whole:
            parcels.append(Parcel(1, Text(text, _menu(outgoing, settings))))
        else:
            parcels.extend(_cut(text, outgoing.parts))
        has_room = is_whole  # the end of a message that was cut goes alone
    return parcels


def _joined(before: Parcel, text: str) -> Parcel | None:
    """A parcel with one more message in it, if there is room."""
    assert isinstance(before.body, Text)
    content = before.body.content + GAP + text
    return Parcel(before.messages + 1, Text(content)) if size(content) <= LIMIT else None


def _cut(text: str, done: int) -> list[Parcel]:
    """The parcels that are not out yet, numbered. Cutting comes out the same at every attempt."""
    parts = split(text, LIMIT - NUMBER)
    count = len(parts)
    parcels = [
        Parcel(int(i == count), Text(f"{part}\n({i}/{count})")) for i, part in enumerate(parts, 1)
    ]
    return parcels[min(done, count - 1) :]


def _text(outgoing: Outgoing, settings: WeChatSettings) -> str:
    """A message in words; without the links that make options, where these make it too long."""
    text = _Writer(outgoing, settings, has_links=settings.menu_links).text()
    if settings.menu_links and size(text) > LIMIT:
        text = _Writer(outgoing, settings, has_links=False).text()
    return text or "…"


def _menu(outgoing: Outgoing, settings: WeChatSettings) -> Menu | None:
    writer = _Writer(outgoing, settings, has_links=False)
    options = options_of(outgoing.message)
    items = tuple(
        (id_of(outgoing.n, number), item(number, option))
        for number, option in enumerate(options, 1)
        if option
    )
    if not 0 < len(items) <= MOST_ITEMS or not all(id for id, _ in items):
        return None
    return Menu(writer.head(), items, writer.tail())


def item(number: int, option: Button) -> str:
    """The words of an option in a list."""
    return f"{number}. {plain(option.label)}"


@dataclass(frozen=True, slots=True)
class _Writer:
    outgoing: Outgoing
    settings: WeChatSettings
    has_links: bool

    @property
    def _message(self) -> Message:
        return self.outgoing.message

    def text(self) -> str:
        """All of it: words, cards, buttons, links."""
        return _blocks((self.head(), "\n".join(self._buttons()), self.tail()))

    def head(self) -> str:
        """What comes before the buttons."""
        cards = (self._card(i, card) for i, card in enumerate(self._message.cards, 1))
        return _blocks((plain(self._message.text), *cards))

    def tail(self) -> str:
        """What comes after them."""
        return "\n".join(_links(self._message.links))

    def _card(self, number: int, card: ShownCard) -> str:
        lines = [plain(line) for line in card.lines]
        return "\n".join((self._title(number, card), *lines, *_links(card.links)))

    def _title(self, number: int, card: ShownCard) -> str:
        title = plain(card.title)
        if card.photo and self.settings.public_url:
            address = self.settings.public_url.rstrip("/") + PHOTOS + quote(card.photo)
            return f"{self._option(number, f'{number}.', card.button)} {_link(title, address)}"
        return self._option(number, f"{number}. {title}", card.button)

    def _buttons(self) -> Iterator[str]:
        for number, button in enumerate(self._message.buttons, len(self._message.cards) + 1):
            yield self._option(number, item(number, button), button)

    def _option(self, number: int, shown: str, button: Button | None) -> str:
        id = id_of(self.outgoing.n, number)
        if not (self.has_links and button and id):
            return shown
        said = quote(NOT_TEXT.sub("", button.label), safe="")
        return f'<a href="weixin://bizmsgmenu?msgmenucontent={said}&msgmenuid={id}">{shown}</a>'


def plain(text: str) -> str:
    """Words as words: nothing of them can be a tag or an entity of one."""
    text = NOT_TEXT.sub("", text.replace("\r\n", "\n").replace("\r", "\n"))
    return _ENTITY.sub("＆", _TAG.sub("＜", text)).strip()


def _links(links: Iterable[Hyperlink]) -> Iterator[str]:
    """Links of the web; a place on a map opens nowhere here."""
    for link in links:
        if urlsplit(link.url).scheme in ("http", "https"):
            yield _link(plain(link.label), link.url)


def _link(label: str, url: str) -> str:
    address = quote(NOT_TEXT.sub("", url), safe=_SAFE)
    return f'<a href="{address}">{label or address}</a>'


def _blocks(blocks: Iterable[str]) -> str:
    return GAP.join(block for block in blocks if block)

"""A person who uses Telegram: what they do is posted to the webhook, and read from the fake."""

from collections.abc import Callable, Iterator, Sequence
from datetime import timedelta

from tests.conversations.seats import Moment, Sight, all_is_said, paper, words_of
from tests.conversations.visits import Page
from tests.fakes.telegram import FakeTelegram
from tests.fakes.telegram_chats import Button, Shown, buttons_of
from tests.fakes.telegram_person import Person, Update
from tests.waiting import until
from tests.web.server import Server

ALBUM_IS_WHOLE = timedelta(seconds=2)
OWN = "~"
"""What the data of a button begins with that is no option."""


class TelegramSeat:
    """One person in a private chat. Where they are to `retell`, they follow each link and turn
    every page, and say only what every channel says; otherwise what they see as they see it."""

    def __init__(
        self,
        server: Server,
        moment: Moment,
        fake: FakeTelegram,
        language_code: str = "",
        *,
        retells: bool,
    ) -> None:
        self._server = server
        self._moment = moment
        self._fake = fake
        self._me: Person = fake.person(language_code=language_code)
        self._retells = retells
        self._seen = 0
        self._link = ""
        self._turned: list[Sight] = []
        over = words_of(server, ["visit_over"], channel="Telegram")
        self.page = Page(server.address, over)
        self._own = over | words_of(server, ["file_limits", "private_page"])

    async def opens(self) -> None:
        """Open the chat."""
        await self._posts(self._me.starts())

    async def says(self, words: str) -> None:
        """Type something, on the page while it is open."""
        if self.page.is_open:
            await self.page.says(words)
        else:
            await self._posts(self._me.says(words))

    async def taps(self, label: str) -> None:
        """Tap the newest button with this label, or that of the card with this title."""
        if self.page.is_open:
            await self.page.taps(label)
            return
        if not any(button.label == label for _, button in buttons_of(self._shown())):
            label = await self._turns_to(label)
        message = next(m for m, button in buttons_of(self._shown()) if button.label == label)
        edits = message.edits
        await self._posts(self._me.taps(label))
        await until(lambda: message.edits > edits)

    async def sends(self, names: Sequence[str]) -> None:
        """Send files: photos as an album, anything else as files."""
        if self.page.is_open:
            await self.page.sends(names)
        elif len(names) == 1 and not names[0].endswith(".jpg"):
            await self._posts(self._me.sends_document(paper(names[0])))
        elif len(names) == 1:
            await self._posts(self._me.sends_photo(paper(names[0])))
        else:
            for update in self._me.sends_album(*map(paper, names)):
                assert await self._fake.deliver(update) == [200]
            self._moment.passes(ALBUM_IS_WHOLE)
            await all_is_said(self._server)

    async def does(self, deed: str) -> None:
        """Follow the link, leave the page, block the bot, send what cannot be read."""
        me = self._me
        match deed.split(" ", 1):
            case ["opens", "the page"]:
                await self.page.opens(self._link)
            case ["leaves", "the page"]:
                await self.page.aclose()
            case ["turns", title]:
                await self._turns_to(title)
                self._turned = [Sight(await self._lines(self._shown()[-1]))]
            case ["follows", payload]:
                await self._posts(me.starts(payload))
            case _:
                await self._posts(self._rare(deed))

    def _rare(self, deed: str) -> Update:
        me = self._me
        rare: dict[str, Callable[[], Update]] = {
            "sends a sticker": me.sends_sticker,
            "sends a voice message": me.sends_voice,
            "sends where they are": me.sends_location,
            "blocks the bot": me.blocks,
            "unblocks the bot": me.unblocks,
        }
        return rare[deed]()

    async def sees(self) -> list[Sight]:
        """The bot's new messages, and what the page shows."""
        sights, self._turned = self._turned, []
        while True:
            sights += await self.page.sees()
            await all_is_said(self._server)
            fresh = [message for message in self._shown() if message.id > self._seen]
            self._seen = max([self._seen, *(message.id for message in fresh)])
            for message in fresh:
                self._link = next(
                    (b.url for b in message.buttons if "/visit?" in b.url), self._link
                )
                sights.append(Sight(await self._lines(message)))
            if not (self._retells and self._link):
                break
            link, self._link = self._link, ""
            await self.page.opens(link)
        return sights if not self._retells else list(self._retold(sights))

    def _retold(self, sights: Sequence[Sight]) -> Iterator[Sight]:
        """Without what only this channel has to say."""
        for sight in sights:
            lines = [line for line in sight.lines if line not in self._own]
            if lines:
                yield Sight(lines, sight.on_page)

    async def _posts(self, update: Update) -> None:
        if not self._me.language_code:
            for part in update.values():
                if isinstance(part, dict):
                    part["from"].pop("language_code")
        assert await self._fake.deliver(update) == [200]
        await all_is_said(self._server)

    def _shown(self) -> list[Shown]:
        return self._fake.shown(self._me.id)

    # what messages look like

    async def _lines(self, message: Shown) -> list[str]:
        lines = message.text.split("\n")
        if not self._retells:
            picture = ["(a picture)"] if message.photo else []
            rows = [" ".join(f"[{button.label}]" for button in row) for row in message.rows]
            return [*picture, *lines, *rows]
        if not (message.photo or message.page):
            return [*lines, *_numbered(message.buttons, 1)]
        return await self._cards(message)

    async def _cards(self, message: Shown) -> list[str]:
        """All cards, page by page, and the buttons below them."""
        lines: list[str] = []
        count = int(message.page.partition("/")[2] or 1)
        for number in range(1, count + 1):
            if number > 1:
                message = await self._turns()
            title, *rest = message.text.split("\n")
            lines += [f"{number}. {title}", *rest, *_addresses(message.buttons)]
        others = [button for button in message.buttons if _is_option(button)][1:]
        lines += _numbered(others, count + 1)
        if count > 1:
            await self._turns()
        self._seen = max(self._seen, self._shown()[-1].id)
        return lines

    async def _turns(self) -> Shown:
        """Turn to the next card."""
        before = self._shown()[-1]
        at, _, count = before.page.partition("/")
        page = f"{int(at) % int(count) + 1}/{count}"
        label = next(label for label in before.labels if label.endswith("▶"))
        assert await self._fake.deliver(self._me.taps(label)) == [200]
        await until(lambda: self._shown()[-1].page == page)
        return self._shown()[-1]

    async def _turns_to(self, title: str) -> str:
        """Turn until a card is shown; what its own button says."""
        for _ in range(100):
            message = self._shown()[-1]
            if message.text.split("\n")[0] == title:
                return next(button.label for button in message.buttons if _is_option(button))
            await self._turns()
        raise LookupError(title)


def _is_option(button: Button) -> bool:
    return bool(button.data) and not button.data.startswith(OWN)


def _numbered(buttons: Sequence[Button], first: int) -> list[str]:
    options = [button for button in buttons if _is_option(button)]
    return [f"{number}. {option.label}" for number, option in enumerate(options, first)]


def _addresses(buttons: Sequence[Button]) -> list[str]:
    return [f"{button.label}: {button.url}" for button in buttons if button.url]

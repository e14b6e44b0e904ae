"""The platforms this process speaks to, as the settings say; only here are they named."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from secrets import choice
from string import ascii_letters, digits

from bot.channels.channel import Platform
from bot.content.load import Content
from bot.content.photos import Photos
from bot.content.render import Renderer
from bot.engine.catalogue import Catalogue
from bot.runner.reading import Reader
from bot.settings import Settings


@dataclass(frozen=True, slots=True)
class Spoken:
    """The program's own texts, for channels."""

    renderer: Renderer
    catalogue: Catalogue

    @property
    def languages(self) -> Sequence[str]:
        """The languages of the centre, its own first."""
        return tuple(self.catalogue.languages)

    def say(self, phrase: str, language: str, **facts: str) -> str:
        """A phrase in a language; in the first one where the language is not known."""
        known = language if language in self.catalogue.languages else self.languages[0]
        return self.renderer.text(self.catalogue.phrases[phrase], known, facts)

    def language_of(self, tag: str) -> str:
        """Our code for an IETF tag such as `zh-hans`; nothing when we do not speak it."""
        wanted = tag.replace("-", "_").lower()
        for code in self.languages:
            if code.lower() == wanted:
                return code
        same = (
            code for code in self.languages if code.split("_")[0].lower() == wanted.split("_")[0]
        )
        return next(same, "")


def make_platforms(
    settings: Settings,
    content: Content,
    photos: Photos,
    renderer: Renderer,
    reader: Reader,
    now: Callable[[], datetime],
) -> list[Platform]:
    """The platforms that are set up. Their libraries are loaded only where one is."""
    words = Spoken(renderer, content.catalogue)
    platforms: list[Platform] = []
    if settings.telegram is not None:
        from bot.channels.telegram.channel import Telegram

        recall = partial(reader.message, Telegram.name)
        platforms.append(
            Telegram(settings.telegram, words, recall, photos.find, words.language_of, now)
        )
    if settings.wechat is not None:
        from bot.channels.wechat.channel import WeChat

        recall = partial(reader.message, WeChat.name)
        platforms.append(WeChat(settings.wechat, content.menu, words, recall, now, _draw))
    return platforms


def _draw(count: int) -> str:
    """Characters that nobody can guess."""
    return "".join(choice(ascii_letters + digits) for _ in range(count))

"""Tells Telegram where to post news and what the menu says, in every language."""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Iterator, Mapping
from functools import partial

from telegram.constants import BotCommandLimit

from bot.channels.again import NotYet, until_done
from bot.channels.channel import Words
from bot.channels.telegram.api import Api
from bot.channels.telegram.errors import Refused, Unanswered, fact_of
from bot.channels.telegram.hook import ALLOWED, PATH
from bot.channels.telegram.markup import cut
from bot.channels.telegram.settings import TelegramSettings
from bot.channels.telegram.wire import Command

log = logging.getLogger(__name__)

COMMANDS = (
    "menu",
    "services",
    "back",
    "change",
    "status",
    "language",
    "help",
    "person",
    "privacy",
    "cancel",
)
"""What the menu offers, in this order; the words are phrases named `command_…`."""
POSTS_AT_ONCE = 40
"""Connections Telegram may post through: its own default, named so that it stays."""
FIRST_PAUSE = 2.0
"""Seconds before what could not be set up is tried again; then twice as many each time."""
LONGEST_PAUSE = 300.0


class Registration:
    """Sets up one bot. Doing it again changes nothing."""

    def __init__(
        self,
        api: Api,
        settings: TelegramSettings,
        words: Words,
        sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
    ) -> None:
        self._api = api
        self._settings = settings
        self._words = words
        self._sleep = sleep

    async def set_up(self) -> None:
        """Set up the webhook, where there is to be one, and the menus: each until it is done."""
        async with asyncio.TaskGroup() as group:
            for method, parameters in self._calls():
                tell = partial(self._tell, method, parameters)
                group.create_task(until_done(tell, self._sleep, FIRST_PAUSE, LONGEST_PAUSE))

    def _calls(self) -> Iterator[tuple[str, Mapping[str, object]]]:
        if self._settings.mode == "webhook":
            yield "setWebhook", webhook(self._settings)
        for language, commands in menus(self._words):
            where = {"language_code": language} if language else {}
            yield "setMyCommands", {"commands": commands, **where}

    async def _tell(self, method: str, parameters: Mapping[str, object]) -> None:
        """Make a call; `NotYet` where it may be taken another time."""
        try:
            await self._api.call(method, parameters)
        except Unanswered as unanswered:
            log.warning("telegram not set up yet", extra={"problem": str(unanswered)})
            raise NotYet(str(unanswered)) from None
        except Refused as refused:
            fact = fact_of(refused)
            problem = f"{refused}: {fact.problem}"
            if fact.is_final:
                log.error("telegram not set up", extra={"problem": problem})
                return
            log.warning("telegram not set up yet", extra={"problem": problem})
            raise NotYet(problem, refused.retry_after) from None


def webhook_url(settings: TelegramSettings) -> str:
    """The address Telegram posts to."""
    return settings.public_url.rstrip("/") + PATH


def webhook(settings: TelegramSettings) -> Mapping[str, object]:
    """The webhook as Telegram is told it."""
    return {
        "url": webhook_url(settings),
        "secret_token": settings.webhook_secret,
        "allowed_updates": ALLOWED,
        "max_connections": POSTS_AT_ONCE,
    }


def menus(words: Words) -> Iterator[tuple[str, list[Command]]]:
    """The menu for each two-letter code, and first the one for all others."""
    yield "", _menu(words, words.languages[0])
    seen = set()
    for language in words.languages:
        code = language[:2]  # Telegram knows no scripts: of two, the first language counts
        if code not in seen:
            seen.add(code)
            yield code, _menu(words, language)


def _menu(words: Words, language: str) -> list[Command]:
    return [
        Command(name, cut(words.say(f"command_{name}", language), BotCommandLimit.MAX_DESCRIPTION))
        for name in COMMANDS
    ]

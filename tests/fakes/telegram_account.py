"""A bot's account: its webhook and menus, the taps it answered, news it has yet to ask for."""

import asyncio
import contextlib
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from tests.fakes.telegram_chats import Chats, Refusal
from tests.fakes.telegram_person import Update

USERNAME = "talent_test_bot"
LARGEST_FILE = 20 * 1000 * 1000
MOST_NEWS = 100

Parameters = Mapping[str, Any]


class Account:
    """What Telegram keeps of one bot beside its chats; `stir` is notified when there is news."""

    def __init__(self, bot_id: int, chats: Chats, stir: asyncio.Condition) -> None:
        self.webhook: dict[str, Any] = {}
        self.commands: dict[str, list[dict[str, str]]] = {}
        self.answered: list[str] = []
        """The queries that were answered, a tap each."""
        self.last_error = ""
        self.last_error_date = 1
        self.can_join_groups = False
        self.news: list[Update] = []
        self._bot_id = bot_id
        self._chats = chats
        self._stir = stir
        self._askers = 0

    def methods(self) -> Mapping[str, Callable[[Parameters], Any]]:
        """What may be called."""
        return {
            "getMe": lambda given: self._me(),
            "answerCallbackQuery": self._answer,
            "getFile": self._file,
            "setWebhook": self._set_webhook,
            "deleteWebhook": self._set_webhook,
            "getWebhookInfo": lambda given: self._webhook_info(),
            "setMyCommands": self._set_commands,
            "getMyCommands": lambda given: self.commands.get(given.get("language_code", ""), []),
            "getUpdates": self._give_news,
        }

    def _me(self) -> dict[str, Any]:
        return {
            "id": self._bot_id,
            "is_bot": True,
            "first_name": "Bot",
            "username": USERNAME,
            "can_join_groups": self.can_join_groups,
            "can_read_all_group_messages": False,
            "supports_inline_queries": False,
        }

    def _answer(self, given: Parameters) -> bool:
        self.answered.append(given["callback_query_id"])
        return True

    def _file(self, given: Parameters) -> dict[str, Any]:
        name = given["file_id"]
        content = self._chats.files.get(name)
        if content is None:
            raise Refusal(400, "Bad Request: invalid file_id")
        if len(content) > LARGEST_FILE:
            raise Refusal(400, "Bad Request: file is too big")
        about = {"file_id": name, "file_unique_id": f"u-{name}", "file_size": len(content)}
        return {**about, "file_path": f"documents/{name}"}

    def _set_webhook(self, given: Parameters) -> bool:
        self.webhook = dict(given) if given.get("url") else {}
        return True

    def _webhook_info(self) -> dict[str, Any]:
        told = {
            "url": self.webhook.get("url", ""),
            "has_custom_certificate": False,
            "pending_update_count": len(self.news),
            "allowed_updates": list(self.webhook.get("allowed_updates", [])),
        }
        if self.last_error:
            told |= {
                "last_error_date": self.last_error_date,
                "last_error_message": self.last_error,
            }
        return told

    def _set_commands(self, given: Parameters) -> bool:
        self.commands[given.get("language_code", "")] = given["commands"]
        return True

    async def _give_news(self, given: Parameters) -> Sequence[Update]:
        if self.webhook:
            raise Refusal(
                409,
                "Conflict: can't use getUpdates method while webhook is active; use deleteWebhook",
            )
        if self._askers:
            raise Refusal(409, "Conflict: terminated by other getUpdates request")
        self._askers += 1
        try:
            return await self._wait_for_news(given)
        finally:
            self._askers -= 1

    async def _wait_for_news(self, given: Parameters) -> Sequence[Update]:
        offset = given.get("offset", 0)
        async with self._stir:
            self.news = [update for update in self.news if update["update_id"] >= offset]
            self._stir.notify_all()
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(given.get("timeout", 0)):
                    await self._stir.wait_for(lambda: self.news)
        return self.news[: given.get("limit", MOST_NEWS)]

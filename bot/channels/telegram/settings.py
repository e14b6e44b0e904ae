"""How the program is connected to its Telegram bot."""

from dataclasses import dataclass, field
from typing import Literal

from bot.channels.telegram.pace import Limits

API_URL = "https://api.telegram.org"
Mode = Literal["webhook", "poll"]


@dataclass(frozen=True, slots=True)
class TelegramSettings:
    """The bot's connection. Secrets are never shown: they stay out of `repr`."""

    token: str = field(repr=False)
    api_url: str = API_URL
    webhook_secret: str = field(default="", repr=False)
    mode: Mode = "webhook"
    public_url: str = ""
    limits: Limits = Limits()

    def __post_init__(self) -> None:
        if not self.bot_id.isdecimal():
            raise ValueError("a bot's token starts with its number and a colon")
        if self.mode == "webhook" and not self.webhook_secret:
            raise ValueError("a webhook needs a secret, or anybody could post to it")

    @property
    def bot_id(self) -> str:
        """The bot's number, which its token starts with."""
        return self.token.partition(":")[0]

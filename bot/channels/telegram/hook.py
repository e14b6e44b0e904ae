"""Where Telegram posts: who may, and what a request is answered with."""

import hmac
from collections.abc import Callable

from telegram.constants import UpdateType

from bot.channels.channel import Heard, Posted, Unwanted

PATH = "/telegram"
SECRET = "x-telegram-bot-api-secret-token"
"""The header that carries the secret Telegram was given with the webhook's address."""
ALLOWED = (
    UpdateType.MESSAGE.value,
    UpdateType.EDITED_MESSAGE.value,
    UpdateType.CALLBACK_QUERY.value,
    UpdateType.MY_CHAT_MEMBER.value,
)
"""The kinds of news that are asked for."""


class TelegramHook:
    """The webhook; `read` makes of a request's body what it holds."""

    def __init__(self, secret: str, read: Callable[[bytes], Heard]) -> None:
        self._secret = secret.encode()
        self._read = read

    @property
    def path(self) -> str:
        """The path under the site's address."""
        return PATH

    def admit(self, posted: Posted) -> None:
        """Let in who knows the secret."""
        given = posted.headers.get(SECRET, "").encode(errors="replace")
        if posted.method != "POST":
            raise Unwanted("not posted")
        if not hmac.compare_digest(given, self._secret):
            raise Unwanted("without the secret")

    async def hear(self, posted: Posted) -> Heard:
        """Read a request; it is checked again, for who calls this alone."""
        self.admit(posted)
        return self._read(posted.body)

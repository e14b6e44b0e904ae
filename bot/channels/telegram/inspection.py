"""Looks at how the bot is set up, and says what an operator has to mend."""

from collections.abc import Callable, Iterator, Sequence
from datetime import UTC, datetime, timedelta
from urllib.parse import urlsplit

from bot.channels.channel import Finding, Words
from bot.channels.telegram.api import Api
from bot.channels.telegram.errors import Refused, Unanswered
from bot.channels.telegram.hook import ALLOWED
from bot.channels.telegram.registration import menus, webhook_url
from bot.channels.telegram.settings import TelegramSettings
from bot.channels.telegram.wire import BotUser, Command, WebhookInfo

MANY = 100
"""Updates waiting at Telegram that are more than a busy minute leaves."""

RECENT = timedelta(days=1)
"""How old an error may be and still say something: Telegram never takes the last one back."""

PORTS = (443, 80, 88, 8443)
"""Where Telegram posts to, and nowhere else: https://core.telegram.org/bots/api#setwebhook"""

ADVICE: Sequence[tuple[str, str]] = (
    ("certificate", "give the site a certificate that browsers trust, with its whole chain"),
    ("ssl", "give the site a certificate that browsers trust, with its whole chain"),
    ("resolve host", "enter the site's name in the DNS"),
    ("ip address", "let the site's name lead to an address that is public"),
    ("timed out", "let Telegram through the firewall, and look whether the site is slow"),
    ("timeout", "let Telegram through the firewall, and look whether the site is slow"),
    ("refused", "start the program, and the web server before it"),
    ("reset", "look into the log of the web server before the program"),
    ("401", "start the program again: the webhook was set with another secret"),
    ("403", "start the program again: the webhook was set with another secret"),
    ("404", "let the web server pass /telegram on to the program"),
    ("405", "let the web server pass /telegram on to the program, redirecting nothing"),
    ("redirect", "let BOT_PUBLIC_URL be the address that the site really answers at"),
    ("moved", "let BOT_PUBLIC_URL be the address that the site really answers at"),
    ("413", "let the web server take requests of 64 KB"),
    ("429", "let the web server take as many requests as Telegram makes"),
    ("50", "start the program, and look into its log"),
)
"""What to do for words in Telegram's last error."""


class Inspection:
    """Looks over one bot."""

    def __init__(
        self, api: Api, settings: TelegramSettings, words: Words, now: Callable[[], datetime]
    ) -> None:
        self._api = api
        self._settings = settings
        self._words = words
        self._now = now

    async def look_over(self) -> Sequence[Finding]:
        """All findings; one only where the bot cannot be reached at all."""
        try:
            bot = await self._api.ask("getMe", {}, BotUser)
            webhook = await self._api.ask("getWebhookInfo", {}, WebhookInfo)
            return [
                Finding("token", True),
                *_of_bot(bot),
                *self._of_webhook(webhook),
                await self._of_menus(),
            ]
        except Refused as refused:
            return [Finding("token", False, _of_token(refused))]
        except Unanswered:
            advice = f"let the program reach {self._settings.api_url}, or set BOT_TELEGRAM_API_URL"
            return [Finding("connection", False, advice)]

    def _of_webhook(self, info: WebhookInfo) -> Iterator[Finding]:
        if self._settings.mode == "poll":
            advice = "start the program, which takes it away: while it is set there is no polling"
            yield Finding("no webhook", not info.url, advice if info.url else "")
            return
        url = webhook_url(self._settings)
        yield _finding("webhook address", info.url == url, f"start the program, which sets {url}")
        yield from of_address(self._settings)
        yield _finding(
            "kinds of news",
            set(info.allowed_updates) == set(ALLOWED),
            "start the program, which asks for the right ones",
        )
        waiting = info.pending_update_count
        yield _finding(
            "news waiting", waiting < MANY, f"{waiting} wait: look whether the site answers"
        )
        yield self._of_posting(info)

    def _of_posting(self, info: WebhookInfo) -> Finding:
        """What Telegram says of its last failure, which is over once nothing waits any more."""
        trouble = info.last_error_message
        if not trouble:
            return Finding("posting", True)
        at = datetime.fromtimestamp(info.last_error_date, UTC)
        if info.pending_update_count and self._now() - at < RECENT:
            return Finding("posting", False, f"Telegram says {trouble!r}: {_advice(trouble)}")
        return Finding(f"posting (what failed last, {at:%Y-%m-%d %H:%M} UTC, is over)", True)

    async def _of_menus(self) -> Finding:
        for language, commands in menus(self._words):
            asked = {"language_code": language} if language else {}
            if await self._api.ask("getMyCommands", asked, list[Command]) != commands:
                return Finding("menus", False, "start the program, which sets them")
        return Finding("menus", True)


def of_address(settings: TelegramSettings) -> Iterator[Finding]:
    """Whether Telegram would post to our address: a Bot API of one's own takes any port."""
    url = urlsplit(webhook_url(settings))
    yield _finding(
        "webhook by https", url.scheme == "https", "let BOT_PUBLIC_URL begin with https://"
    )
    ports = ", ".join(map(str, PORTS))
    yield _finding(
        "webhook port",
        url.port in (None, *PORTS) or not settings.api_url.startswith("https://"),
        f"let BOT_PUBLIC_URL be at one of the ports Telegram posts to ({ports}), not {url.port}",
    )


def _of_bot(bot: BotUser) -> Iterator[Finding]:
    yield _finding(
        "groups", not bot.can_join_groups, "send /setjoingroups to @BotFather and choose Disable"
    )


def _of_token(refused: Refused) -> str:
    if refused.code in (401, 404):
        return "copy BOT_TELEGRAM_TOKEN again from @BotFather: it is refused"
    return f"try again later: {refused}"


def _advice(trouble: str) -> str:
    """One sentence of advice for Telegram's last error."""
    lower = trouble.lower()
    return next((advice for words, advice in ADVICE if words in lower), "look into the log")


def _finding(what: str, is_well: bool, advice: str) -> Finding:
    return Finding(what, is_well, "" if is_well else advice)

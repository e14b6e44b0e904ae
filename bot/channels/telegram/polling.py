"""Asks Telegram for news, where it does not post them: nothing is let go before it is taken."""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Iterable, Sequence

import msgspec

from bot.channels.channel import Heard, Unreadable
from bot.channels.telegram.api import Api
from bot.channels.telegram.errors import Refused, Unanswered, fact_of
from bot.channels.telegram.hook import ALLOWED

log = logging.getLogger(__name__)

WAITS = 25
"""Seconds Telegram waits for news before it answers that there are none."""
GRACE = 10.0
"""Seconds more that are given to the answer on its way."""
AT_ONCE = 100
"""News of one answer: as many as Telegram gives."""
PAUSE = 5.0
"""Seconds before Telegram, or whoever takes the news, is tried again."""
LONG_PAUSE = 30.0
"""Seconds before the next attempt where an operator has to do something first."""

ADVICE = {
    401: "the token is refused: copy it again from @BotFather",
    404: "the token is refused: copy it again from @BotFather",
    409: "stop the other program that asks for this bot's news, or use another bot",
}

Take = Callable[[Heard], Awaitable[None]]
Pause = Callable[[float], Awaitable[None]]


class _Piece(msgspec.Struct, frozen=True):
    update_id: int


class Polling:
    """Long polling. Different chats are taken side by side, one chat in order."""

    def __init__(
        self,
        api: Api,
        read: Callable[[msgspec.Raw], Heard],
        pause: Pause = asyncio.sleep,
    ) -> None:
        self._api = api
        self._read = read
        self._pause = pause
        self._offset = 0

    async def listen(self, take: Take) -> None:
        """Ask until cancelled. News that could not be taken is asked for again."""
        while True:
            try:
                news = await self._ask()
            except Refused as refused:
                await self._refused(refused)
                continue
            except Unanswered:
                log.warning("no news from telegram")
                await self._pause(PAUSE)
                continue
            if not await self._take(news, take):
                await self._pause(PAUSE)

    async def _ask(self) -> Sequence[msgspec.Raw]:
        parameters = {
            "offset": self._offset,
            "limit": AT_ONCE,
            "timeout": WAITS,
            "allowed_updates": ALLOWED,
        }
        return await self._api.ask(
            "getUpdates", parameters, list[msgspec.Raw], within=WAITS + GRACE
        )

    async def _refused(self, refused: Refused) -> None:
        if fact_of(refused).webhook:
            await self._take_webhook_away()
            return
        advice = ADVICE.get(refused.code, "")
        level = logging.ERROR if advice else logging.WARNING
        log.log(level, "telegram gives no news", extra={"problem": str(refused), "todo": advice})
        fixed = LONG_PAUSE if fact_of(refused).alarm else PAUSE
        await self._pause(refused.retry_after or fixed)

    async def _take_webhook_away(self) -> None:
        """While one is set Telegram posts, and gives no news to who asks."""
        try:
            await self._api.call("deleteWebhook", {})
        except (Refused, Unanswered) as failed:
            log.warning("webhook not taken away", extra={"problem": str(failed)})
        else:
            log.info("webhook taken away: this program asks for news")
        await self._pause(PAUSE)

    async def _take(self, news: Sequence[msgspec.Raw], take: Take) -> bool:
        """Whether all of it was taken, so that it need not be given again."""
        heard: dict[str, list[Heard]] = {}
        last = self._offset - 1
        for payload in news:
            try:
                last = max(last, msgspec.json.decode(payload, type=_Piece).update_id)
                one = self._read(payload)
            except (Unreadable, msgspec.DecodeError):
                log.warning("update not readable")
                continue
            heard.setdefault(one.update.address if one.update else "", []).append(one)
        async with asyncio.TaskGroup() as group:
            tasks = [group.create_task(_in_order(ones, take)) for ones in heard.values()]
        if not all(task.result() for task in tasks):
            return False
        self._offset = last + 1
        return True


async def _in_order(ones: Iterable[Heard], take: Take) -> bool:
    for one in ones:
        try:
            await take(one)
        except Exception:  # whoever takes it has its reasons; the others of the batch go on
            log.exception("update not taken")
            return False
    return True

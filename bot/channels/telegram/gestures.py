"""What is touched up in a chat beside messages: taps answered, keyboards closed, pages turned."""

import logging
import re
from collections.abc import Awaitable, Callable, Mapping
from typing import ParamSpec, TypeVar

import msgspec
from telegram.helpers import create_deep_linked_url

from bot.channels.channel import Gesture, Recall, Reply, SendError, Words
from bot.channels.telegram.api import Api
from bot.channels.telegram.errors import Refused, Unanswered, fact_of
from bot.channels.telegram.keyboard import PLACE, closed, place_of
from bot.channels.telegram.pace import Pace
from bot.channels.telegram.packing import TURN, Packer
from bot.channels.telegram.photos import Photos
from bot.channels.telegram.wire import BotUser, CallbackQuery, Chat, Keyboard, Message
from bot.engine import model

log = logging.getLogger(__name__)

NO_CARD = -1
"""Instead of a card's number for links of the message itself."""
PATIENCE = 25.0
"""Seconds a call is worth waiting for: whoever made the gesture looks elsewhere after that."""
REMEMBERED = 4096
"""Keyboards of which is kept in mind what was chosen."""

_OWN = re.compile(r"(~\w+)((?:\.\d{0,9}){2,3})", re.ASCII)
Given = ParamSpec("Given")
Result = TypeVar("Result")


class Gestures:
    """Makes gestures. Their failing is logged and nothing else: no message hangs on them."""

    def __init__(
        self, api: Api, pace: Pace, photos: Photos, packer: Packer, recall: Recall, words: Words
    ) -> None:
        self._api = api
        self._pace = pace
        self._photos = photos
        self._packer = packer
        self._recall = recall
        self._words = words
        self._bot: BotUser | None = None
        self._closed: dict[tuple[int, int], Keyboard] = {}

    def after_tap(self, query: CallbackQuery, *, is_answer: bool) -> tuple[Gesture, ...]:
        """What a tap asks to be shown: that it is taken, another page, or a place."""
        message, data = query.message, query.data
        if message is None or not message.chat.is_private:
            return ()
        if is_answer:
            return (self._safely("keyboard not closed", self._close, query, message),)
        own = _OWN.fullmatch(data)
        if own is None:  # drawn by another version, or made up
            return ()
        numbers = [int(digits) if digits else NO_CARD for digits in own[2].split(".")[1:]]
        if own[1] == TURN and len(numbers) == 2:
            return (self._safely("page not turned", self._turn, message, *numbers),)
        if own[1] == PLACE and len(numbers) == 3:
            return (self._safely("place not shown", self._show_place, message, *numbers),)
        return ()

    def answer(self, query: CallbackQuery) -> Gesture:
        """Tell Telegram that a tap has arrived, so that the button stops waiting."""
        return self._safely("tap not answered", self._answer, query)

    def refuse_crowd(self, chat: Chat, language: str) -> Gesture:
        """Say that this bot talks to one person at a time, and leave."""
        return self._safely("group not left", self._leave, chat, language)

    async def _answer(self, query: CallbackQuery) -> None:
        parameters = {"callback_query_id": query.id}
        await self._in_turn("", self._api.call, "answerCallbackQuery", parameters)

    async def _close(self, query: CallbackQuery, message: Message) -> None:
        shown = {**_place_of(message), "reply_markup": self._first_choice(query, message)}
        await self._in_turn(_touching(message), self._api.call, "editMessageReplyMarkup", shown)

    def _first_choice(self, query: CallbackQuery, message: Message) -> Keyboard:
        """The closed keyboard: of several taps only the first is an answer, so that one stays."""
        if len(self._closed) >= REMEMBERED:
            del self._closed[next(iter(self._closed))]
        return self._closed.setdefault((message.chat.id, message.message_id), closed(query))

    async def _turn(self, message: Message, n: int, i: int) -> None:
        recalled = await self._recall(str(message.chat.id), n)
        if recalled is None or not 0 <= i < len(recalled.cards):
            return
        call = self._packer.card(n, recalled, i)
        chat, place = message.chat.id, _place_of(message)
        if bool(call.photo) != bool(message.photo):
            # A picture cannot become a text: the new page takes the place of the old one.
            await self._in_turn(str(chat), self._photos.send, call, chat)
            await self._in_turn(_touching(message), self._api.call, "deleteMessage", place)
        elif call.photo:
            replace = self._photos.replace
            await self._in_turn(_touching(message), replace, call, chat, message.message_id)
        else:
            shown = {**place, **call.parameters}
            await self._in_turn(_touching(message), self._api.call, "editMessageText", shown)

    async def _show_place(self, message: Message, n: int, card: int, k: int) -> None:
        recalled = await self._recall(str(message.chat.id), n)
        venue = _venue(recalled, card, k) if recalled else None
        if venue:
            shown = {"chat_id": message.chat.id, **venue}
            await self._in_turn(str(message.chat.id), self._api.call, "sendVenue", shown)

    async def _leave(self, chat: Chat, language: str) -> None:
        if chat.type != "channel":
            await self._safely("group not told", self._tell, chat, language)()
        await self._in_turn("", self._api.call, "leaveChat", {"chat_id": chat.id})

    async def _tell(self, chat: Chat, language: str) -> None:
        if self._bot is None:
            self._bot = await self._in_turn("", self._api.ask, "getMe", {}, BotUser)
        link = create_deep_linked_url(self._bot.username)
        told = {"chat_id": chat.id, "text": self._words.say("only_alone", language, link=link)}
        await self._in_turn(str(chat.id), self._api.call, "sendMessage", told)

    async def _in_turn(
        self,
        turn: str,
        make: Callable[Given, Awaitable[Result]],
        *args: Given.args,
        **kwargs: Given.kwargs,
    ) -> Result:
        """Make a call when it may be made, and again where Telegram wants silence first.

        `turn` names the turns it takes part in: a chat's, or none where it shows nothing.
        """
        while True:
            if turn:
                await self._pace.turn(turn, PATIENCE)
            else:
                await self._pace.hush(PATIENCE)
            try:
                return await make(*args, **kwargs)
            except Refused as refused:
                if not refused.retry_after:
                    raise
                self._pace.silence(refused.retry_after)

    def _safely(
        self,
        trouble: str,
        make: Callable[Given, Awaitable[object]],
        *args: Given.args,
        **kwargs: Given.kwargs,
    ) -> Gesture:
        """A gesture that never raises."""

        async def gesture() -> None:
            try:
                await make(*args, **kwargs)
            except Refused as refused:
                if not fact_of(refused).harmless:
                    log.warning(trouble, extra={"problem": str(refused)})
            except (Unanswered, SendError) as failed:
                log.warning(trouble, extra={"problem": str(failed)})
            except Exception:  # whatever it is, it may not harm what called for the gesture
                log.exception(trouble)

        return gesture


def answer_in_reply(query: CallbackQuery) -> Reply:
    """The reply to a webhook that answers a tap: Telegram takes one call there, and saves one.

    https://core.telegram.org/bots/api#making-requests-when-getting-updates
    """
    call = {"method": "answerCallbackQuery", "callback_query_id": query.id}
    return Reply(msgspec.json.encode(call), "application/json")


def _touching(message: Message) -> str:
    """The turns of changes in a chat: its messages have their own, and wait for none of these."""
    return f"{message.chat.id} touched up"


def _place_of(message: Message) -> Mapping[str, object]:
    return {"chat_id": message.chat.id, "message_id": message.message_id}


def _venue(message: model.Message, card: int, k: int) -> Mapping[str, object] | None:
    """A place as it is shown on the map, under the words it was offered with."""
    if card >= len(message.cards):
        return None
    links = message.links if card == NO_CARD else message.cards[card].links
    place = place_of(links[k].url) if 0 <= k < len(links) else None
    if place is None:
        return None
    if card == NO_CARD:
        title, lines = links[k].label, tuple(message.text.splitlines())
    else:
        title, lines = message.cards[card].title, message.cards[card].lines
    address = next((line for line in lines if line.strip()), title)
    return {
        "latitude": place[0],
        "longitude": place[1],
        "title": title or "…",
        "address": address or "…",
    }

"""The Telegram channel: its parts put together."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager
from datetime import datetime

import msgspec
from telegram.constants import FileSizeLimit

from bot.channels.channel import (
    FetchError,
    Finding,
    Heard,
    Hook,
    Outgoing,
    Parcel,
    Recall,
    SendError,
    Words,
)
from bot.channels.telegram.api import Api
from bot.channels.telegram.errors import Refused, Unanswered, send_error
from bot.channels.telegram.gestures import Gestures, answer_in_reply
from bot.channels.telegram.hearing import NAME, Crowd, Ear, Tap, Told
from bot.channels.telegram.hook import TelegramHook
from bot.channels.telegram.inspection import Inspection
from bot.channels.telegram.pace import Pace
from bot.channels.telegram.packing import Call, Packer
from bot.channels.telegram.photos import Find, Photos
from bot.channels.telegram.polling import Polling
from bot.channels.telegram.registration import Registration
from bot.channels.telegram.settings import TelegramSettings
from bot.channels.telegram.wire import StoredFile
from bot.store.attachments import Attachment


class Telegram:
    """One bot. `language_of` gives our code for an IETF tag such as `zh-hans`, or nothing."""

    name = NAME
    pushes = True
    is_metered = False

    def __init__(
        self,
        settings: TelegramSettings,
        words: Words,
        recall: Recall,
        find_photo: Find,
        language_of: Callable[[str], str],
        now: Callable[[], datetime],
        sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
    ) -> None:
        self._api = Api(settings.api_url, settings.token)
        self._pace = Pace(settings.limits, sleep=sleep)
        self._ear = Ear(settings.bot_id, language_of)
        self._photos = Photos(self._api, find_photo)
        self._packer = Packer(words, self._photos.has)
        self._gestures = Gestures(self._api, self._pace, self._photos, self._packer, recall, words)
        self._registration = Registration(self._api, settings, words, sleep)
        self._inspection = Inspection(self._api, settings, words, now)
        self._polling = Polling(self._api, self._read, sleep)
        self._is_posted = settings.mode == "webhook"
        self._hook = TelegramHook(settings.webhook_secret, self._read) if self._is_posted else None

    @property
    def hook(self) -> Hook | None:
        """Where Telegram posts; None where it is asked for news."""
        return self._hook

    @asynccontextmanager
    async def opened(self) -> AsyncIterator[None]:
        """Keep connections to Telegram as long as the context lasts."""
        async with self._api.opened():
            yield

    # what goes out

    def pack(self, messages: Sequence[Outgoing]) -> Sequence[Parcel]:
        """Each message as its calls, without those that are out already."""
        return [parcel for message in messages for parcel in self._parcels(message)]

    def _parcels(self, outgoing: Outgoing) -> list[Parcel]:
        calls = self._packer.calls(outgoing.n, outgoing.message)
        # Where a new version packs it in fewer, the last one goes out again rather than none.
        *first, last = calls[min(outgoing.parts, len(calls) - 1) :]
        return [*(Parcel(0, call) for call in first), Parcel(1, last)]

    async def send(self, address: str, key: str, parcel: Parcel) -> None:
        """Make one call, in its turn. Telegram knows no keys: what is repeated comes twice."""
        call = parcel.body
        assert isinstance(call, Call)
        await self._pace.turn(address)
        try:
            await self._photos.send(call, int(address))
        except (Refused, Unanswered) as failed:
            if isinstance(failed, Refused):
                self._pace.silence(failed.retry_after)
            raise send_error(failed) from None
        except OSError as error:
            raise SendError(f"picture not read: {type(error).__name__}") from None

    async def fetch(self, attachment: Attachment) -> bytes:
        """The contents of a contact's file."""
        if attachment.failed:
            raise FetchError("known to fail", permanent=True, reason=attachment.failed)
        path = await self._place_of(attachment)
        try:
            return await self._api.download(path, FileSizeLimit.FILESIZE_DOWNLOAD)
        except FetchError as error:
            if not error.permanent or error.reason != "lost":
                raise
        path = await self._place_of(attachment)  # an address holds for an hour only
        return await self._api.download(path, FileSizeLimit.FILESIZE_DOWNLOAD)

    async def _place_of(self, attachment: Attachment) -> str:
        """Where a file can be downloaded for now."""
        parameters = {"file_id": attachment.reference}
        try:
            file = await self._api.ask("getFile", parameters, StoredFile)
        except Refused as refused:
            raise _fetch_error(refused) from None
        except Unanswered as unanswered:
            raise FetchError(str(unanswered)) from None
        if file.file_size > FileSizeLimit.FILESIZE_DOWNLOAD:
            raise FetchError("file too large", permanent=True, reason="too_large")
        return file.file_path

    # what comes in

    def _read(self, payload: bytes | msgspec.Raw) -> Heard:
        match self._ear.hear(payload):
            case Told(update):
                return Heard(update)
            case Tap() as tap:
                return self._tapped(tap)
            case Crowd(chat, language, update_id):
                refuse = self._gestures.refuse_crowd(chat, language)
                return Heard(gestures=(refuse,), key=f"{NAME}:{update_id}")
            case None:
                return Heard()

    def _tapped(self, tap: Tap) -> Heard:
        gestures = self._gestures.after_tap(tap.query, is_answer=tap.update is not None)
        key = f"{NAME}:tap:{tap.query.id}"
        if self._is_posted:
            return Heard(tap.update, answer_in_reply(tap.query), gestures, key=key)
        return Heard(tap.update, gestures=(self._gestures.answer(tap.query), *gestures), key=key)

    async def listen(self, take: Callable[[Heard], Awaitable[None]]) -> None:
        """Ask for news until cancelled, where Telegram does not post them."""
        if not self._is_posted:
            await self._polling.listen(take)

    # what is set up

    async def set_up(self) -> None:
        """Tell Telegram where to post and what the menu says."""
        await self._registration.set_up()

    async def look_over(self) -> Sequence[Finding]:
        """Look at everything that may be set up wrongly."""
        return await self._inspection.look_over()


def _fetch_error(refused: Refused) -> FetchError:
    """What a refused file means: too large, or for now not to be had."""
    if "too big" in refused.description.lower():
        return FetchError("file too large", permanent=True, reason="too_large")
    return FetchError(str(refused), permanent=refused.code == 400)

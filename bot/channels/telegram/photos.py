"""Sends what may have a picture: its file the first time, Telegram's own id for it from then on."""

import asyncio
from collections.abc import Callable, Mapping
from pathlib import Path

import msgspec

from bot.channels.telegram.api import Api
from bot.channels.telegram.errors import Refused, fact_of
from bot.channels.telegram.hearing import largest
from bot.channels.telegram.packing import Call, as_text
from bot.channels.telegram.wire import SentMessage

MOST = 1024
"""Pictures whose ids are kept: more than a centre has."""
UPLOADED = "attach://photo"
"""How a call names the file that is uploaded with it in the field `photo`."""


Find = Callable[[str], Path | None]
"""The file of a picture; None where there is none."""


class Photos:
    """The pictures there are, and what Telegram calls those it has."""

    def __init__(self, api: Api, find: Find) -> None:
        self._api = api
        self._find = find
        self._known: dict[tuple[str, int], str] = {}

    def has(self, name: str) -> bool:
        """Whether there is a picture of that name."""
        return self._find(name) is not None

    async def send(self, call: Call, chat: int) -> None:
        """Send a message, with its picture where it has one that Telegram takes."""
        parameters = {"chat_id": chat, **call.parameters}
        if not call.photo:
            await self._api.call(call.method, parameters)
            return
        try:
            await self._send_photo(call, parameters)
        except Refused as refused:
            if not fact_of(refused).photo:
                raise
            words = as_text(call)
            await self._api.call(words.method, {"chat_id": chat, **words.parameters})

    async def replace(self, call: Call, chat: int, message: int) -> None:
        """Show another picture and its words in a message that has one."""
        shown = {name: call.parameters[name] for name in ("caption", "parse_mode")}
        parameters: dict[str, object] = {
            "chat_id": chat,
            "message_id": message,
            "media": {"type": "photo", **shown},
        }
        if "reply_markup" in call.parameters:
            parameters["reply_markup"] = call.parameters["reply_markup"]
        await self._send_photo(Call("editMessageMedia", parameters, call.photo), parameters)

    async def _send_photo(self, call: Call, parameters: Mapping[str, object]) -> None:
        """By Telegram's id where there is one; where it is not taken any more, the file again."""
        path = self._find(call.photo)
        assert path is not None  # it was there when the call was packed, and none is deleted
        key = (call.photo, path.stat().st_mtime_ns)
        known = self._known.get(key)
        if known:
            try:
                await self._api.call(call.method, _naming(known, call.method, parameters))
                return
            except Refused as refused:
                if not fact_of(refused).photo:
                    raise
                del self._known[key]
        content = await asyncio.to_thread(path.read_bytes)
        named = _naming(UPLOADED, call.method, parameters)
        self._remember(key, await self._api.upload(call.method, named, content))

    def _remember(self, key: tuple[str, int], result: msgspec.Raw) -> None:
        try:
            sent = msgspec.json.decode(result, type=SentMessage)
        except msgspec.DecodeError:  # it is sent all the same
            return
        if sent.photo and len(self._known) < MOST:
            self._known[key] = largest(sent.photo).file_id


def _naming(photo: str, method: str, parameters: Mapping[str, object]) -> Mapping[str, object]:
    """The parameters with the picture where the method has it."""
    if method == "editMessageMedia":
        media = parameters["media"]
        assert isinstance(media, dict)
        return {**parameters, "media": {**media, "media": photo}}
    if photo == UPLOADED:  # the field that carries the file is the parameter itself
        return parameters
    return {**parameters, "photo": photo}

"""Calls Telegram's Bot API over HTTP: a method and its parameters in, the result out.

aiohttp carries the calls and msgspec reads them: python-telegram-bot's own client costs 3 to 5 ms
of CPU a call and its `Update.de_json` about 100 µs an update, these cost a tenth of that. What the
library knows better is taken from it: limits, kinds of updates, deep links; and its types judge
in the tests whether what is read and sent is what Telegram means.
"""

from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from typing import TypeVar

import msgspec
from aiohttp import (
    ClientError,
    ClientSession,
    ClientTimeout,
    DummyCookieJar,
    FormData,
    TCPConnector,
)

from bot.channels.channel import FetchError
from bot.channels.telegram.errors import Refused, Unanswered

ANSWERS_WITHIN = 15.0
"""Seconds for a call: Telegram answers within one, and a send has thirty with its wait."""
UPLOADS_WITHIN = 18.0
"""Seconds for a call that carries a picture."""
DOWNLOADS_WITHIN = 60.0
"""Seconds for a file of up to 20 MB."""
CONNECTS_WITHIN = 5.0
CALLS_AT_ONCE = 100
"""Connections held open: past this a call waits for one that is free."""
CHUNK = 64 * 1024

Parameters = Mapping[str, object]
Result = TypeVar("Result")


class _Advice(msgspec.Struct, frozen=True):
    retry_after: int = 0


class _Answer(msgspec.Struct, frozen=True):
    ok: bool
    result: msgspec.Raw = msgspec.Raw(b"null")
    error_code: int = 0
    description: str = ""
    parameters: _Advice = _Advice()


_read_answer = msgspec.json.Decoder(_Answer).decode
_encode = msgspec.json.Encoder().encode


class Api:
    """One bot's access to the Bot API, open as long as `opened` lasts."""

    def __init__(self, api_url: str, token: str) -> None:
        self._calls = f"{api_url.rstrip('/')}/bot{token}/"
        self._files = f"{api_url.rstrip('/')}/file/bot{token}/"
        self._session: ClientSession | None = None

    @asynccontextmanager
    async def opened(self) -> AsyncIterator[None]:
        """Keep connections for as long as the context lasts."""
        connector = TCPConnector(limit=CALLS_AT_ONCE)
        async with ClientSession(connector=connector, cookie_jar=DummyCookieJar()) as session:
            self._session = session
            try:
                yield
            finally:
                self._session = None

    async def call(
        self, method: str, parameters: Parameters, *, within: float = ANSWERS_WITHIN
    ) -> msgspec.Raw:
        """Make a call; `Refused` or `Unanswered` when it fails."""
        headers = {"Content-Type": "application/json"}
        return await self._post(method, _encode(parameters), headers, within)

    async def ask(
        self, method: str, parameters: Parameters, kind: type[Result], **timing: float
    ) -> Result:
        """Make a call and read its result as a type."""
        result = await self.call(method, parameters, **timing)
        try:
            return msgspec.json.decode(result, type=kind)
        except (msgspec.DecodeError, RecursionError):
            raise Unanswered(f"{method} answered in no known form") from None

    async def upload(self, method: str, parameters: Parameters, photo: bytes) -> msgspec.Raw:
        """Make a call that carries a picture, in the field `photo`."""
        form = FormData()
        for name, value in parameters.items():
            form.add_field(name, value if isinstance(value, str) else _encode(value).decode())
        form.add_field("photo", photo, filename="photo.jpg", content_type="image/jpeg")
        return await self._post(method, form, {}, UPLOADS_WITHIN)

    async def download(self, path: str, most: int) -> bytes:
        """The contents of a file; `FetchError` past `most` bytes, and when it is not to be had."""
        timeout = ClientTimeout(total=DOWNLOADS_WITHIN, connect=CONNECTS_WITHIN)
        content = bytearray()
        try:
            async with self._open().get(self._files + path, timeout=timeout) as response:
                if response.status != 200:
                    is_gone = response.status in (404, 410)
                    raise FetchError(f"file refused with {response.status}", permanent=is_gone)
                async for chunk in response.content.iter_chunked(CHUNK):
                    content += chunk
                    if len(content) > most:
                        raise FetchError("file too large", permanent=True, reason="too_large")
        except (ClientError, TimeoutError, OSError, ValueError) as error:
            raise FetchError(f"file not fetched: {type(error).__name__}") from None
        return bytes(content)

    async def _post(
        self, method: str, data: bytes | FormData, headers: Mapping[str, str], within: float
    ) -> msgspec.Raw:
        timeout = ClientTimeout(total=within, connect=CONNECTS_WITHIN)
        posting = self._open().post(
            self._calls + method, data=data, headers=headers, timeout=timeout
        )
        try:
            async with posting as response:
                body, status = await response.read(), response.status
        except (TimeoutError, ClientError, OSError, ValueError) as error:
            # Its words may hold the address, and with it the token.
            raise Unanswered(f"{method} unanswered: {type(error).__name__}") from None
        return _result(method, status, body)

    def _open(self) -> ClientSession:
        if self._session is None:
            raise RuntimeError("the connection to Telegram is not open")
        return self._session


def _result(method: str, status: int, body: bytes) -> msgspec.Raw:
    try:
        answer = _read_answer(body)
    except (msgspec.DecodeError, RecursionError):  # from something on the way, such as a proxy
        raise Refused(method, status if status >= 400 else 502) from None
    if answer.ok:
        return answer.result
    raise Refused(
        method, answer.error_code or status, answer.description, answer.parameters.retry_after
    )

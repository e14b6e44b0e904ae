"""Calls WeChat's API: bounded, with one token for all, and with nothing secret in its errors."""

import asyncio
import logging
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from http import HTTPStatus
from typing import Annotated, Any, TypeVar

import aiohttp
import msgspec

from bot.channels.wechat.errors import UNKNOWN, ApiError, refusal
from bot.channels.wechat.settings import WeChatSettings
from bot.channels.wechat.tokens import Token, Tokens

log = logging.getLogger(__name__)

STABLE_TOKEN = "/cgi-bin/stable_token"
MEDIA = "/cgi-bin/media/get"
PATIENCE = 7.0
"""Seconds for a call. A message waits for four at most: a token, a call, and both again."""
FILE_PATIENCE = 60.0
CONNECT_SECONDS = 3.0
IN_FLIGHT = 32
"""Connections at once: as many contacts as the deliverer sends to do not wait for each other."""
DOWNLOADS = 4
"""Files fetched at once, so that large ones leave connections to messages."""
LONGEST_ANSWER = 1024 * 1024
LARGEST_FILE = 10 * 1024 * 1024
"""The platform's own limit for a picture."""
UNREADABLE = -2
"""Stands for a code that is no number."""
STOPPED = timedelta(minutes=1)
"""How long an API is left alone that an operator must see to."""

Shape = TypeVar("Shape")

_read = msgspec.json.Decoder(dict[str, Any]).decode


@dataclass(frozen=True, slots=True)
class _Answer:
    """What came with status 200, or why nothing did; `is_too_large` where it was cut off."""

    body: bytes = b""
    fault: str = ""
    is_too_large: bool = False

    @property
    def facts(self) -> dict[str, Any] | None:
        """The answer as an object, if it is one."""
        if not self.body.lstrip().startswith(b"{"):
            return None
        try:
            return _read(self.body)
        except msgspec.DecodeError:
            return None


class Done(msgspec.Struct, frozen=True):
    """The answer to a call that gives nothing back."""


class _Given(msgspec.Struct, frozen=True):
    access_token: Annotated[str, msgspec.Meta(min_length=1)]
    expires_in: int


class Api:
    """One account's API, for as long as it is open."""

    def __init__(
        self, settings: WeChatSettings, now: Callable[[], datetime], patience: float = PATIENCE
    ) -> None:
        self._settings = settings
        self._patience = patience
        self._now = now
        self._tokens = Tokens(self._fetch_token, now)
        self._downloads = asyncio.Semaphore(DOWNLOADS)
        self._session: aiohttp.ClientSession | None = None
        self._stopped: dict[str, tuple[datetime, ApiError]] = {}

    @asynccontextmanager
    async def opened(self) -> AsyncIterator[None]:
        """Keep connections for as long as the context lasts."""
        connector = aiohttp.TCPConnector(limit=IN_FLIGHT)
        async with aiohttp.ClientSession(connector=connector) as session:
            self._session = session
            try:
                yield
            finally:
                await self._tokens.finish()
                self._session = None

    async def get(self, path: str, shape: type[Shape]) -> Shape:
        """Ask for something; `ApiError` when there is no good answer."""
        return _shaped(path, await self._ask(_Call("GET", path)), shape)

    async def post(self, path: str, body: object, shape: type[Shape]) -> Shape:
        """Call with a JSON object; `ApiError` when there is no good answer."""
        # UTF-8 as it is: of \u escapes the person would see the letters
        call = _Call("POST", path, body=msgspec.json.encode(body))
        return _shaped(path, await self._ask(call), shape)

    async def download(self, media_id: str) -> bytes:
        """The contents of a file a contact sent; `ApiError` when they are not to be had."""
        call = _Call("GET", MEDIA, {"media_id": media_id}, None, LARGEST_FILE, FILE_PATIENCE)
        async with self._downloads:
            answer = await self._ask(call)
        if answer.facts is not None:  # of a film only the address comes
            raise ApiError(MEDIA, "the file is no picture", reason="wrong_kind")
        return answer.body

    async def token(self) -> str:
        """The access token, for who looks whether there is one."""
        return await self._tokens.current()

    async def visit(self, url: str, query: Mapping[str, str]) -> str:
        """What an address answers that is none of the platform's; empty when nothing good."""
        answer = await self._exchange(url, _Call("GET", "", query))
        return answer.body.decode("utf-8", "replace")

    async def _ask(self, call: "_Call") -> _Answer:
        """Make a call with the token; when that is refused, once more with a new one."""
        token = await self._tokens.current()
        try:
            return await self._make(call.with_query(access_token=token))
        except ApiError as error:
            if not error.meaning.stale or not self._tokens.refuse(token):
                raise
        token = await self._tokens.current()
        return await self._make(call.with_query(access_token=token))

    async def _fetch_token(self) -> Token:
        """Ask for the token; never for a new one before its time, of which there are few a day."""
        body = {
            "grant_type": "client_credential",
            "appid": self._settings.app_id,
            "secret": self._settings.app_secret,
        }
        call = _Call("POST", STABLE_TOKEN, body=msgspec.json.encode(body))
        given = _shaped(STABLE_TOKEN, await self._make(call), _Given)
        return Token(given.access_token, timedelta(seconds=given.expires_in))

    async def _make(self, call: "_Call") -> _Answer:
        """Make one call, unless its API is stopped; `ApiError` for any code but 0.

        The code is looked for in every answer, also where a file was expected.
        """
        until, stopped_by = self._stopped.get(call.path, (self._now(), None))
        if stopped_by is not None and self._now() < until:
            raise ApiError(call.path, "not tried again yet", stopped_by.code)
        answer = await self._exchange(self._settings.api_url + call.path, call)
        if answer.fault:
            reason = "too_large" if answer.is_too_large else ""
            raise ApiError(call.path, answer.fault, reason=reason)
        facts = answer.facts or {}
        code = facts.get("errcode", 0)
        if code != 0:
            known = code if isinstance(code, int) else UNREADABLE
            error = refusal(call.path, known, str(facts.get("errmsg", "")))
            self._note(call.path, error)
            raise error
        return answer

    def _note(self, path: str, error: ApiError) -> None:
        """Tell operators what concerns them, and leave alone what cannot go well until then."""
        meaning, now = error.meaning, self._now()
        facts = {"path": path, "code": error.code, "rid": error.rid}
        if meaning is UNKNOWN:
            log.warning("platform gave an unknown code", extra=facts)
        if meaning.alarm:
            advice = f"{meaning.advice} {error.ip}".strip()
            log.error("platform wants an operator", extra={**facts, "advice": advice})
            wait = meaning.wait(now) if meaning.wait else STOPPED
            self._stopped[path] = (now + wait, error)

    async def _exchange(self, url: str, call: "_Call") -> _Answer:
        """One request. No exception of the client's gets out: it could quote the address."""
        assert self._session is not None, "the API is not open"
        patience = call.patience or self._patience
        timeout = aiohttp.ClientTimeout(total=patience, sock_connect=CONNECT_SECONDS)
        headers = {"Content-Type": "application/json; charset=utf-8"} if call.body else None
        try:
            async with self._session.request(
                call.method,
                url,
                params=call.query,
                data=call.body,
                headers=headers,
                timeout=timeout,
                allow_redirects=False,
            ) as response:
                if response.status != HTTPStatus.OK:
                    return _Answer(fault=f"HTTP {response.status}")
                return await _read_up_to(call.most, response)
        except (aiohttp.ClientError, OSError, TimeoutError, ValueError) as error:
            return _Answer(fault=type(error).__name__)


@dataclass(frozen=True, slots=True)
class _Call:
    """One request to be made, and how much of an answer is taken."""

    method: str
    path: str
    query: Mapping[str, str] = field(default_factory=dict, repr=False)
    body: bytes | None = field(default=None, repr=False)
    most: int = LONGEST_ANSWER
    patience: float | None = None

    def with_query(self, **more: str) -> "_Call":
        return replace(self, query={**self.query, **more})


async def _read_up_to(most: int, response: aiohttp.ClientResponse) -> _Answer:
    body = bytearray()
    async for chunk in response.content.iter_any():
        body += chunk
        if len(body) > most:
            return _Answer(fault="the answer is too large", is_too_large=True)
    return _Answer(bytes(body))


def _shaped(path: str, answer: _Answer, shape: type[Shape]) -> Shape:
    try:
        return msgspec.json.decode(answer.body, type=shape)
    except msgspec.DecodeError:
        fault = "the answer has another shape"
    raise ApiError(path, fault)

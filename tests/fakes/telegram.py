"""A Bot API on this machine: it keeps chats within Telegram's limits and judges every call."""

import asyncio
import contextlib
import itertools
import json
import time
from collections import defaultdict, deque
from collections.abc import AsyncIterator, Callable, Mapping
from dataclasses import dataclass
from typing import Any, Self

from aiohttp import ClientSession, web

from tests.fakes.telegram_account import Account
from tests.fakes.telegram_chats import Chats, Refusal, Shown
from tests.fakes.telegram_form import read_form
from tests.fakes.telegram_list import published
from tests.fakes.telegram_person import Person, Update

TOKEN = "7000000001:AAE-a-token-that-nobody-may-ever-see-1"
STOPS_WITHIN = 0.1
"""Seconds that calls still held are given when the fake stops."""
WAITS_AT_MOST = 10.0
"""Seconds that a test waits for what it expects."""
SECRET = "X-Telegram-Bot-Api-Secret-Token"
MOST_A_SECOND, MOST_IN_CHAT = 30, 3


@dataclass(frozen=True)
class Fault:
    """What goes wrong with a call: it is refused, held until released, or cut off."""

    code: int = 0
    description: str = ""
    retry_after: int = 0
    held: asyncio.Event | None = None
    is_cut_off: bool = False
    """Carried out, and then the connection is dropped."""


@dataclass(frozen=True)
class Called:
    """A call the bot made."""

    method: str
    parameters: Mapping[str, Any]


class FakeTelegram:
    """One bot's Telegram. Where it is not `checked` it only carries out calls, cheaply."""

    def __init__(self, token: str = TOKEN, *, checked: bool = True, paced: bool = False) -> None:
        self.token = token
        self.url = ""
        self.chats = Chats()
        self.calls: list[Called] = []
        self.violations: list[str] = []
        self._checked = checked
        self._paced = paced
        self._published = published()
        self._faults: dict[str, deque[Fault]] = defaultdict(deque)
        self._updates = itertools.count(100)
        self._stir = asyncio.Condition()
        self.bot = Account(int(token.partition(":")[0]), self.chats, self._stir)
        self._sent: deque[tuple[float, int]] = deque()
        self._session: ClientSession | None = None
        self._methods = self._table()

    @contextlib.asynccontextmanager
    async def open(self) -> AsyncIterator[Self]:
        """Listen on a free port of this machine for as long as the context lasts."""
        app = web.Application(client_max_size=60_000_000)
        app.router.add_route("*", "/bot{token}/{method}", self._called)
        app.router.add_get("/file/bot{token}/{path:.+}", self._fetched)
        runner = web.AppRunner(
            app, access_log=None, handler_cancellation=True, shutdown_timeout=STOPS_WITHIN
        )
        await runner.setup()
        await web.TCPSite(runner, "127.0.0.1", 0).start()
        host, port = runner.addresses[0][:2]
        self.url = f"http://{host}:{port}"
        async with ClientSession() as self._session:
            try:
                yield self
            finally:
                await runner.cleanup()

    # people

    def person(self, id: int = 1001, language_code: str = "en") -> Person:
        """Somebody who uses Telegram, and has the bot's chat open."""
        self.chats.open(id)
        return Person(id, self.chats, self._updates, language_code)

    def shown(self, chat: int) -> list[Shown]:
        """What the bot's messages in a chat look like now."""
        return self.chats.shown(chat)

    async def deliver(self, update: Update, times: int = 1) -> list[int]:
        """Let the bot know: by its webhook where one is set, on asking otherwise."""
        if self.bot.webhook.get("url"):
            return await self.post(update, times)
        async with self._stir:
            self.bot.news += [update] * times
            self._stir.notify_all()
        return []

    async def post(
        self, update: Update, times: int = 1, to: str = "", secret: str | None = None
    ) -> list[int]:
        """Post an update to the webhook, several times at once if need be; the statuses."""
        url = to or self.bot.webhook["url"]
        known = self.bot.webhook.get("secret_token", "") if secret is None else secret
        body = json.dumps(update).encode()
        return await asyncio.gather(*(self._post(url, known, body) for _ in range(times)))

    async def until(self, holds: Callable[[], object]) -> None:
        """Wait until something holds, looked at after every call."""
        async with asyncio.timeout(WAITS_AT_MOST), self._stir:
            await self._stir.wait_for(lambda: bool(holds()))

    def methods(self) -> list[str]:
        """The methods that were called, in order."""
        return [call.method for call in self.calls]

    # trouble

    def refuse(
        self, method: str, code: int, description: str = "", retry_after: int = 0, times: int = 1
    ) -> None:
        """Refuse the next calls of a method."""
        words = description or {429: "Too Many Requests", 403: "Forbidden"}.get(code, "Error")
        self._faults[method] += [Fault(code, words, retry_after)] * times

    def hold(self, method: str) -> asyncio.Event:
        """Keep the next call of a method waiting until the event is set."""
        held = asyncio.Event()
        self._faults[method].append(Fault(held=held))
        return held

    def cut_off(self, method: str, times: int = 1) -> None:
        """Carry out the next calls of a method, and drop the connection instead of answering."""
        self._faults[method] += [Fault(is_cut_off=True)] * times

    # what the bot calls

    async def _called(self, request: web.Request) -> web.StreamResponse:
        if request.match_info["token"] != self.token:
            return _refused(Refusal(401, "Unauthorized"))
        method = request.match_info["method"]
        parameters = await self._parameters(request, method)
        faults = self._faults[method]
        fault = faults.popleft() if faults else None
        try:
            if fault and fault.held:
                await fault.held.wait()
            if fault and fault.code:
                raise Refusal(fault.code, fault.description, fault.retry_after)
            result = await self._carry_out(method, parameters)
        except Refusal as refusal:
            return _refused(refusal)
        if fault and fault.is_cut_off and request.transport:
            request.transport.abort()
        return web.json_response({"ok": True, "result": result})

    async def _parameters(self, request: web.Request, method: str) -> dict[str, Any]:
        if request.content_type == "application/json":
            return dict(await request.json())
        # Not by `request.post()`: aiohttp warns of itself there, as the body happens to come.
        given = read_form(request.headers.get("Content-Type", ""), await request.read())
        return self._published.typed(method, given)

    async def _carry_out(self, method: str, parameters: Mapping[str, Any]) -> Any:
        self.calls.append(Called(method, parameters))
        try:
            if self._checked:
                self._check(method, parameters)
            if self._paced and method.startswith("send"):
                self._keep_pace(parameters["chat_id"])
            made = self._methods[method](parameters)
            return await made if asyncio.iscoroutine(made) else made
        finally:
            async with self._stir:
                self._stir.notify_all()

    def _check(self, method: str, parameters: Mapping[str, Any]) -> None:
        attached = _attached(parameters)
        given = {name: value for name, value in parameters.items() if name not in attached}
        problems = self._published.problems(method, given)
        if method not in self._methods:
            problems.append(f"{method} is not imitated")
        if problems:
            self.violations += problems
            raise Refusal(400, f"Bad Request: {problems[0]}")

    def _keep_pace(self, chat: int) -> None:
        now = time.monotonic()
        while self._sent and self._sent[0][0] <= now - 1:
            self._sent.popleft()
        in_chat = sum(1 for _, other in self._sent if other == chat)
        if len(self._sent) >= MOST_A_SECOND or in_chat >= MOST_IN_CHAT:
            raise Refusal(429, "Too Many Requests: retry after 1", retry_after=1)
        self._sent.append((now, chat))

    def _table(self) -> Mapping[str, Callable[[Mapping[str, Any]], Any]]:
        return {
            "sendMessage": self.chats.send_message,
            "sendPhoto": self.chats.send_photo,
            "sendVenue": self.chats.send_venue,
            "editMessageText": self.chats.edit_text,
            "editMessageMedia": self.chats.edit_media,
            "editMessageReplyMarkup": self.chats.edit_keyboard,
            "deleteMessage": self.chats.delete,
            "leaveChat": self.chats.leave,
            **self.bot.methods(),
        }

    async def _post(self, url: str, secret: str, body: bytes) -> int:
        """Post to the webhook; a call in its answer is carried out, and nobody told the result."""
        assert self._session
        headers = {"Content-Type": "application/json", SECRET: secret}
        async with self._session.post(url, data=body, headers=headers) as response:
            answer = await response.read()
            if response.status == 200 and response.content_type == "application/json" and answer:
                call = json.loads(answer)
                with contextlib.suppress(Refusal):
                    await self._carry_out(call.pop("method"), call)
            return response.status

    async def _fetched(self, request: web.Request) -> web.StreamResponse:
        if request.match_info["token"] != self.token:
            return _refused(Refusal(404, "Not Found"))
        faults = self._faults["file"]
        if faults:
            return _refused(Refusal(faults.popleft().code, "Error"))
        content = self.chats.files.get(request.match_info["path"].removeprefix("documents/"))
        return (
            _refused(Refusal(404, "Not Found")) if content is None else web.Response(body=content)
        )


def _refused(refusal: Refusal) -> web.Response:
    answer: dict[str, Any] = {
        "ok": False,
        "error_code": refusal.code,
        "description": refusal.description,
    }
    if refusal.retry_after:
        answer["parameters"] = {"retry_after": refusal.retry_after}
    return web.json_response(answer, status=refusal.code)


def _attached(parameters: Mapping[str, Any]) -> set[str]:
    """The files that another parameter names."""
    media = parameters.get("media")
    named = media.get("media", "") if isinstance(media, dict) else ""
    return {named.removeprefix("attach://")} if named.startswith("attach://") else set()

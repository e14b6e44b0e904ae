"""WeChat as a real server on this machine: it keeps to the limits and records what it is told."""

import asyncio
import json
import re
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from aiohttp import web

from tests.fakes.wechat_account import OK, Account, Body, Media, Refused
from tests.fakes.wechat_desk import Desk, Seen
from tests.fakes.wechat_shapes import PATHS, problem_with

TOKEN = "/cgi-bin/stable_token"
SEND = "/cgi-bin/message/custom/send"
TYPING = "/cgi-bin/message/custom/typing"
MEDIA = "/cgi-bin/media/get"
TEMPLATES = "/cgi-bin/template/get_all_private_template"
UPLOAD = "/cgi-bin/media/upload"
OUR_IP = "203.0.113.9"
RID = "65f0a1b2-3c4d5e6f-01234567"
WORDS = {
    40001: "invalid credential, access_token is invalid or not latest",
    40125: "invalid appsecret",
    40164: f"invalid ip {OUR_IP} ipv6 ::ffff:{OUR_IP}, not in whitelist",
}
_ESCAPED = re.compile(rb"\\u(?!00[01])")
"""A letter in an escape, where only control characters need one."""


@dataclass(slots=True)
class Fault:
    """What becomes of the next `times` calls, below 0 of all: an error code, an HTTP status, a
    delay, or an answer that is lost after the call was processed (`drops`)."""

    code: int = 0
    status: int = 200
    seconds: float = 0.0
    drops: bool = False
    times: int = 1


@dataclass(frozen=True, slots=True)
class Call:
    """A call as it came in."""

    path: str
    query: Mapping[str, str]
    body: Mapping[str, Any]


class FakeWeChat:
    """One account and its people."""

    def __init__(
        self,
        app_id: str = "wx0123456789abcdef",
        app_secret: str = "not-so-secret",
        kind: str = "service",
        now: Callable[[], datetime] = lambda: datetime.now(UTC),
    ) -> None:
        self._time = now
        self._later = timedelta(0)
        self._faults: dict[tuple[str, str], Fault] = {}
        self.account = Account(app_id, app_secret, self.now)
        self.desk = Desk(kind, self.now)
        self.calls: list[Call] = []
        self.violations: list[str] = []
        self.url = ""

    @asynccontextmanager
    async def opened(self) -> AsyncIterator[None]:
        """Serve on a free port as long as the context lasts."""
        app = web.Application(client_max_size=16 * 1024 * 1024)
        app.router.add_route("*", "/{path:.*}", self._serve)
        runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.1)
        await runner.setup()
        await web.TCPSite(runner, "127.0.0.1", 0).start()
        self.url = f"http://127.0.0.1:{runner.addresses[0][1]}"
        try:
            yield
        finally:
            await runner.cleanup()

    def now(self) -> datetime:
        """The platform's clock."""
        return self._time() + self._later

    def advance(self, **more: float) -> None:
        """Move the platform's clock on, by hours=48 and the like."""
        self._later += timedelta(**more)

    def fail(self, path: str, fault: Fault, openid: str = "") -> None:
        """Let calls to a path go wrong, all of them or those that concern one person."""
        self._faults[path, openid] = fault

    def heal(self) -> None:
        """Nothing goes wrong any more."""
        self._faults.clear()

    def called(self, path: str) -> list[Call]:
        """The calls to a path, in order."""
        return [call for call in self.calls if call.path == path]

    def said(self, openid: str) -> list[Seen]:
        """Everything a person saw, in order."""
        person = self.desk.people.get(openid)
        return person.seen if person else []

    # the server

    async def _serve(self, request: web.Request) -> web.StreamResponse:
        body = await self._body(request)
        self.calls.append(Call(request.path, dict(request.query), body))
        fault = self._fault(request.path, body)
        if fault is None:
            return self._response(request, body)
        await asyncio.sleep(fault.seconds)
        if fault.code:
            return _refusal(fault.code)
        if fault.status != 200:
            return web.Response(status=fault.status, text="<html>bad gateway</html>")
        response = self._response(request, body)
        if fault.drops and request.transport is not None:
            request.transport.close()
        return response

    async def _body(self, request: web.Request) -> Body:
        """The JSON of a call, or the file in it under the name `file`."""
        if request.path == UPLOAD:
            part = (await request.post()).get("media")
            return {"file": part.file.read()} if isinstance(part, web.FileField) else {}
        raw = await request.read()
        if request.method == "GET" or not raw:
            return {}
        if _ESCAPED.search(raw):
            self.violations.append(f"{request.path} has letters in escapes")
        try:
            body = json.loads(raw)
        except ValueError:
            body = None
        return body if isinstance(body, dict) else {}

    def _fault(self, path: str, body: Body) -> Fault | None:
        openid = str(body.get("touser", ""))
        fault = self._faults.get((path, openid)) or self._faults.get((path, ""))
        if fault is None or not fault.times:
            return None
        fault.times -= 1
        return fault

    def _response(self, request: web.Request, body: Body) -> web.Response:
        path, query = request.path, request.query
        problem = problem_with(path, request.method, query, body)
        if problem:
            self.violations.append(problem)
            return _refusal(47001)
        try:
            if PATHS[path].has_token:
                self.account.check_token(query["access_token"])
            if path == MEDIA:
                return _file(self.account.get_media(query["media_id"]))
            return web.json_response(self._answer(path, query, body))
        except Refused as refused:
            return _refusal(refused.code)

    def _answer(self, path: str, query: Mapping[str, str], body: Body) -> Body:
        account, desk = self.account, self.desk
        answers: dict[str, Callable[[], Body]] = {
            TOKEN: lambda: account.stable_token(body),
            SEND: lambda: desk.send(body),
            TYPING: lambda: desk.type(body),
            UPLOAD: lambda: {"type": query["type"], "media_id": account.keep(body["file"])},
            "/cgi-bin/tags/get": lambda: self._granted(account.get_tags),
            "/cgi-bin/tags/create": lambda: account.create_tag(body),
            "/cgi-bin/tags/members/batchtagging": lambda: account.batch_tag(body, is_on=True),
            "/cgi-bin/tags/members/batchuntagging": lambda: account.batch_tag(body, is_on=False),
            "/cgi-bin/menu/get": lambda: self._granted(account.get_menu),
            "/cgi-bin/menu/delete": account.delete_menu,
            "/cgi-bin/menu/create": lambda: account.create_menu(body),
            "/cgi-bin/menu/addconditional": lambda: account.create_menu_for_tag(body),
            "/cgi-bin/menu/delconditional": lambda: account.delete_menu_for_tag(body),
            "/cgi-bin/qrcode/create": lambda: account.create_qr(body),
            "/cgi-bin/user/info": lambda: desk.info(query["openid"]),
            "/cgi-bin/getcallbackip": lambda: {"ip_list": ["203.0.113.1", "203.0.113.2"]},
            TEMPLATES: lambda: self._granted(lambda: {"template_list": []}),
        }
        return answers[path]()

    def _granted(self, answer: Callable[[], Body]) -> Body:
        """The answer to what an account may do only when it is verified."""
        if self.desk.kind == "subscription":
            raise Refused(48001)
        return answer()


def _refusal(code: int) -> web.Response:
    """An error as the platform tells it: with status 200, also where a file was expected."""
    said = {"errcode": code, "errmsg": f"{WORDS.get(code, 'refused')} rid: {RID}"}
    return web.json_response(said if code else OK)


def _file(media: Media) -> web.Response:
    if media.url:
        return web.json_response({"video_url": media.url})
    headers = {"Content-Disposition": 'attachment; filename="photo.jpg"'}
    return web.Response(body=media.content, content_type="image/jpeg", headers=headers)

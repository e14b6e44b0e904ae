"""Doors for platforms: each channel's hook under its path, answered once what it posts is kept."""

import logging

from aiohttp import web

from bot.channels.channel import LONGEST_PUSH, Hook, Posted, Unreadable, Unwanted
from bot.runner.listen import Answer, Listener
from bot.web.request import read_body

log = logging.getLogger(__name__)

FORBIDDEN = 403


class WebhookDoor:
    """The handlers of one channel's hook."""

    def __init__(self, hook: Hook, listener: Listener) -> None:
        self._hook = hook
        self._listener = listener

    def routes(self) -> list[web.RouteDef]:
        """The door's routes."""
        return [web.get(self._hook.path, self.get), web.post(self._hook.path, self.post)]

    async def get(self, request: web.Request) -> web.StreamResponse:
        """A platform asks whether this address is ours."""
        posted = Posted("GET", dict(request.query), _headers(request))
        return await self._take(request, posted)

    async def post(self, request: web.Request) -> web.StreamResponse:
        """A platform tells what happened."""
        unread = Posted("POST", dict(request.query), _headers(request))
        try:
            self._hook.admit(unread)
        except Unwanted as error:
            return self._refused(error)
        try:
            body = await read_body(request, LONGEST_PUSH)
        except web.HTTPRequestEntityTooLarge:
            return self._let_go("too long")
        return await self._take(request, Posted("POST", unread.query, unread.headers, body))

    async def _take(self, request: web.Request, posted: Posted) -> web.StreamResponse:
        try:
            self._hook.admit(posted)
            heard = await self._hook.hear(posted)
        except Unwanted as error:
            return self._refused(error)
        except Unreadable as error:
            return self._let_go(str(error))
        return await _written(request, await self._listener.take(heard))

    def _refused(self, error: Unwanted) -> web.Response:
        """No word of why: whoever tries should not learn what is looked at."""
        told = {"status": FORBIDDEN, "route": self._hook.path, "why": str(error)}
        log.warning("request refused", extra=told)
        return web.Response(status=FORBIDDEN)

    def _let_go(self, why: str) -> web.Response:
        """All is well: it would only be repeated, and never become readable."""
        log.warning("push not readable", extra={"hook": self._hook.path, "why": why})
        return web.Response()


async def _written(request: web.Request, answer: Answer) -> web.StreamResponse:
    """The reply, written here and now: only then is it known whether it went out."""
    response = web.Response(body=answer.reply.body, content_type=answer.reply.content_type)
    try:
        await response.prepare(request)
        await response.write_eof()
    except ConnectionError:
        answer.failed()  # nobody waits for it any more
        return response
    except BaseException:
        answer.failed()
        raise
    answer.went_out()
    return response


def _headers(request: web.Request) -> dict[str, str]:
    return {name.lower(): value for name, value in request.headers.items()}

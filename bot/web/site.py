"""The site: every door under one roof, with the headers and errors all of them share."""

import logging
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from aiohttp import web

from bot.content.photos import Photos
from bot.store.database import Database, Unavailable, is_alive
from bot.web.hub import Hub
from bot.web.request import MOST_BYTES, Malformed

log = logging.getLogger(__name__)

STATIC = Path(__file__).with_name("static")

Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]


class Door(Protocol):
    """Some of the site's routes."""

    def routes(self) -> list[web.RouteDef]:
        """The door's routes."""


@dataclass(frozen=True, slots=True)
class SiteParts:
    """What the site needs."""

    doors: Sequence[Door]
    hub: Hub
    database: Database
    photos: Photos
    embed_on: Sequence[str]


def make_site(parts: SiteParts) -> web.Application:
    """The aiohttp application."""
    site = web.Application(
        middlewares=[_headers(parts.embed_on), _errors], client_max_size=MOST_BYTES
    )
    for door in parts.doors:
        site.add_routes(door.routes())
    site.router.add_static("/chat/static", STATIC)
    site.router.add_get("/chat/photos/{name}", _photo(parts.photos))
    site.router.add_get("/", _front)
    site.router.add_get("/chat/", _front)
    site.router.add_get("/healthz", _health(parts.database))
    site.on_shutdown.append(_stop_waiting(parts.hub))
    return site


def _stop_waiting(hub: Hub) -> Callable[[web.Application], Awaitable[None]]:
    async def stop(site: web.Application) -> None:
        """Answer the pages that wait: a stopping server waits for them."""
        hub.close()

    return stop


async def _front(request: web.Request) -> web.StreamResponse:
    """To the chat, with the language and the flow that a link names."""
    place = request.rel_url.with_path("/chat", keep_query=True)
    return web.Response(status=302, headers={"Location": str(place)})


def _photo(photos: Photos) -> Handler:
    async def photo(request: web.Request) -> web.StreamResponse:
        """A picture of a unit type."""
        file = photos.find(request.match_info["name"])
        if file is None:
            raise web.HTTPNotFound
        return web.FileResponse(file)

    return photo


def _health(database: Database) -> Handler:
    async def health(request: web.Request) -> web.StreamResponse:
        """200 while the database answers, else 503: for load balancers and monitors."""
        try:
            alive = await database.read(is_alive)
        except Exception as error:
            log.error("health check failed", extra={"fault": type(error).__name__})
            alive = False
        return web.json_response({"database": alive}, status=200 if alive else 503)

    return health


@web.middleware
async def _errors(request: web.Request, handler: Handler) -> web.StreamResponse:
    """Turn what goes wrong into a status and a short sentence; never a trace to a person."""
    try:
        return await handler(request)
    except web.HTTPException as error:
        if error.status < 400:
            raise
        response = _problem(request, error.status, error.text or error.reason)
        if "Allow" in error.headers:
            response.headers["Allow"] = error.headers["Allow"]
        return response
    except Malformed as error:
        return _problem(request, 400, str(error))
    except Unavailable:
        response = _problem(request, 503, "the database does not answer")
        response.headers["Retry-After"] = "2"
        return response
    except Exception as error:
        log.error("request failed", extra={"fault": type(error).__name__}, exc_info=error)
        return _problem(request, 500, "something went wrong on our side")


def _problem(request: web.Request, status: int, sentence: str) -> web.Response:
    route = request.match_info.route.resource
    place = route.canonical if route else "unknown"
    log.warning("request refused", extra={"status": status, "route": place, "why": sentence})
    headers = {"Cache-Control": "no-store"}
    return web.json_response({"problem": sentence}, status=status, headers=headers)


def _kept(path: str) -> str:
    """How long a browser keeps an answer: pictures an hour, scripts until they change."""
    if path.startswith("/chat/photos/"):
        return "max-age=3600"
    return "no-cache" if path.startswith("/chat/static/") else "no-store"


def _headers(embed_on: Sequence[str]) -> Callable[..., Awaitable[web.StreamResponse]]:
    """Headers of every answer: nothing from elsewhere runs, nothing personal is cached."""
    framed_by = " ".join(("'self'", *embed_on))
    policy = (
        "default-src 'self'; img-src 'self' data: blob:; base-uri 'none'; object-src 'none'; "
        f"form-action 'self'; frame-ancestors {framed_by}"
    )

    @web.middleware
    async def headers(request: web.Request, handler: Handler) -> web.StreamResponse:
        response = await handler(request)
        response.headers.setdefault("Content-Security-Policy", policy)
        response.headers.setdefault("X-Content-Type-Options", "nosniff")
        response.headers.setdefault("Referrer-Policy", "no-referrer")
        response.headers.setdefault("Cache-Control", _kept(request.path))
        return response

    return headers

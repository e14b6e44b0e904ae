"""Examines how the program is set up: one finding after another, each within a bounded time."""

import asyncio
import contextlib
import threading
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from functools import partial
from tempfile import NamedTemporaryFile
from typing import TypeVar

import aiohttp

from bot.app import now
from bot.channels.channel import Finding, Platform
from bot.content.check import check
from bot.content.load import read_content
from bot.content.photos import Photos
from bot.content.render import Renderer
from bot.content.texts import BrokenTranslations, Translations, read_catalogues
from bot.platforms import make_platforms
from bot.readiness import NotReady, check_key
from bot.runner.reading import Reader
from bot.services.services import make_services, vocabulary
from bot.settings import Settings
from bot.store.database import Database, Unavailable
from bot.store.migrate import current, newest
from bot.store.seal import Sealer

Result = TypeVar("Result")

SECONDS = 10.0
"""Longest time for what lies on this machine or is our own."""
PLATFORM_SECONDS = 45.0
"""Longest time for one platform: several calls, each with a limit of its own."""
FORBIDDEN = 403
"""What a webhook answers a stranger: our request has come through to the program."""


async def examine(settings: Settings) -> AsyncIterator[Finding]:
    """Everything there is to look at; nothing is changed by it."""
    yield Finding("settings", True)
    yield _folder(settings)
    database, sealer = Database(settings.database_url), Sealer(settings.secret_keys)
    with contextlib.closing(database):
        for found in await _tried("database", SECONDS, _in_database(database, sealer)):
            yield found
        for found in await _tried("content", SECONDS * 3, _aside(lambda: _content(settings))):
            yield found
        try:
            platforms = _platforms(settings, Reader(database, sealer))
        except Exception:  # the content has said why
            platforms = []
        for found in await _tried("site", SECONDS * 3, _site(settings, platforms)):
            yield found
        for platform in platforms:
            for found in await _tried(platform.name, PLATFORM_SECONDS, _look_over(platform)):
                yield _named(found, platform.name)


async def _tried(
    what: str, seconds: float, looking: Awaitable[Sequence[Finding]]
) -> Sequence[Finding]:
    """What was found, or that looking came to nothing: that too is found, never raised."""
    try:
        return await asyncio.wait_for(looking, seconds)
    except TimeoutError:
        return [Finding(what, False, "it does not answer in time: try again, then look there")]
    except Exception as error:
        return [Finding(what, False, f"it cannot be looked at ({type(error).__name__})")]


async def _aside(work: Callable[[], Result]) -> Result:
    """Work of a thread that nobody waits for at the end: a dead database may hold it for long."""
    loop = asyncio.get_running_loop()
    done: asyncio.Future[Result] = loop.create_future()

    def tell(settle: Callable[[], None]) -> None:
        if not done.done():
            settle()

    def run() -> None:
        try:
            settle = partial(done.set_result, work())
        except Exception as error:
            settle = partial(done.set_exception, error)
        with contextlib.suppress(RuntimeError):  # the loop is closed: nobody wants it any more
            loop.call_soon_threadsafe(tell, settle)

    threading.Thread(target=run, daemon=True).start()
    return await done


# on this machine


def _folder(settings: Settings) -> Finding:
    what = "data folder"
    try:
        settings.data_dir.mkdir(parents=True, exist_ok=True, mode=0o700)
        with NamedTemporaryFile(dir=settings.data_dir):
            return Finding(what, True)
    except OSError as error:
        return Finding(
            what, False, f"let the program write to {settings.data_dir} ({error.strerror})"
        )


async def _in_database(database: Database, sealer: Sealer) -> Sequence[Finding]:
    """Whether the database is there, is up to date, and was sealed with our key."""
    what, key = "database", "key"
    try:
        version = await _aside(lambda: database.look(current))
        if version != newest():
            return [Finding(what, False, _of_version(database))]
        await _aside(lambda: check_key(database, sealer))
    except Unavailable:
        return [Finding(what, False, "it does not answer: look at BOT_DATABASE_URL")]
    except NotReady as error:
        advice = f"{error}: give the one it was sealed with, or put that behind the new one"
        return [Finding(what, True), Finding(key, False, advice)]
    return [Finding(what, True), Finding(key, True)]


def _of_version(database: Database) -> str:
    if database.is_sqlite:
        return "it is not up to date: start the program, which brings it there"
    return "it is not up to date: run talent-bot db upgrade"


def _content(settings: Settings) -> Sequence[Finding]:
    what = "content"
    try:
        content, _ = read_content(settings.home)
        problems = check(settings.home, vocabulary(make_services(content, Sealer(["look" * 8]))))
    except BrokenTranslations as error:
        return [Finding(what, False, str(error))]
    advice = f"{len(problems)} problems: talent-bot check names them" if problems else ""
    return [Finding(what, not problems, advice)]


def _platforms(settings: Settings, reader: Reader) -> Sequence[Platform]:
    content, _ = read_content(settings.home)
    translations, centre = Translations(read_catalogues(settings.home)), content.centre
    renderer = Renderer(translations, content.catalogue, centre.zone, centre.currency)
    photos = Photos(content.photos, settings.data_dir / "photos")
    return make_platforms(settings, content, photos, renderer, reader, now)


# the site


async def _site(settings: Settings, platforms: Sequence[Platform]) -> Sequence[Finding]:
    """Whether people and platforms reach the program by its address."""
    found = []
    if platforms:
        advice = "let BOT_PUBLIC_URL begin with https://, by a web server with a certificate"
        is_https = settings.public_url.startswith("https://")
        found.append(Finding("BOT_PUBLIC_URL is https", is_https, "" if is_https else advice))
    timeout = aiohttp.ClientTimeout(total=SECONDS)
    async with aiohttp.ClientSession(timeout=timeout) as session:
        trouble = await _trouble(session, settings)
        found.append(Finding(f"{settings.public_url} answers", not trouble, trouble))
        if not trouble:
            for platform in platforms:
                if platform.hook is not None:
                    found.append(await _passed(session, settings, platform.hook.path))
    return found


async def _trouble(session: aiohttp.ClientSession, settings: Settings) -> str:
    """Why the program does not answer under its address; empty where it does."""
    try:
        answer = await _health(session, settings.public_url)
    except aiohttp.ClientConnectorDNSError:
        return "enter the site's name in the DNS"
    except aiohttp.ClientSSLError:
        return "give the site a certificate that browsers trust, with its whole chain"
    except (aiohttp.ClientError, TimeoutError):
        answer = "nothing"
    if answer in ("", "its database does not answer: see the line above"):
        return answer
    with contextlib.suppress(aiohttp.ClientError, TimeoutError):
        if not await _health(session, _own_address(settings)):
            port = f"{settings.host}:{settings.port}"
            return f"the program runs, but this is not it: let the web server pass all on to {port}"
    return "start the program with talent-bot serve"


async def _health(session: aiohttp.ClientSession, url: str) -> str:
    """What is wrong with the health of what answers; empty when nothing is."""
    async with session.get(f"{url}/healthz", allow_redirects=False) as answer:
        if not answer.content_type.endswith("json"):
            return "something else"
        told = await answer.json()
        if not isinstance(told, dict) or "database" not in told:
            return "something else"
        return "" if told["database"] else "its database does not answer: see the line above"


def _own_address(settings: Settings) -> str:
    host = f"[{settings.host}]" if ":" in settings.host else settings.host
    return f"http://{host}:{settings.port}"


async def _passed(session: aiohttp.ClientSession, settings: Settings, path: str) -> Finding:
    """Whether the web server passes on what a platform posts: the program turns us away itself."""
    what = f"{path} reaches the program"
    advice = f"let the web server pass {path} on as it is; and start the program again, if it runs "
    advice += "since before this platform was set up"
    try:
        url = settings.public_url + path
        async with session.post(url, data=b"", allow_redirects=False) as answer:
            is_well = answer.status == FORBIDDEN
    except (aiohttp.ClientError, TimeoutError):
        is_well = False
    return Finding(what, is_well, "" if is_well else advice)


# the platforms


async def _look_over(platform: Platform) -> Sequence[Finding]:
    async with platform.opened():
        return await platform.look_over()


def _named(found: Finding, name: str) -> Finding:
    """A finding under its platform's name, unless it says it already."""
    if found.what.lower().startswith(name):
        return found
    return Finding(f"{name.capitalize()} {found.what}", found.is_well, found.advice)

"""The composition root: builds the parts, starts them in order, stops them in reverse."""

import asyncio
import contextlib
import logging
import secrets
from collections.abc import AsyncIterator, Callable, Coroutine, Iterator, Sequence
from datetime import UTC, datetime
from typing import Any

from aiohttp import web
from jinja2 import Environment, FileSystemLoader, select_autoescape

from bot.channels.channel import Channel, Heard
from bot.channels.fetched import TERMINAL, WEB, Fetched
from bot.content.load import Content
from bot.content.photos import Photos
from bot.content.render import Renderer
from bot.content.texts import Translations, read_catalogues
from bot.platforms import make_platforms
from bot.readiness import check_key, pinned_content, prepare, publish_content, shelf_of
from bot.runner.clock import Clock
from bot.runner.converse import Converser
from bot.runner.deliver import Deliverer
from bot.runner.fetch import Fetcher
from bot.runner.group import Minds
from bot.runner.listen import Listener
from bot.runner.perform import Performer
from bot.runner.reading import Reader
from bot.runner.refresh import Refresh
from bot.runner.spool import Spool
from bot.services.additions import Additions
from bot.services.audit import AuditLog
from bot.services.intake import Intake
from bot.services.papers import Papers
from bot.services.retention import Purge
from bot.services.services import make_services
from bot.services.staff import Staff
from bot.services.visits import Visits
from bot.services.wondering import Wondering
from bot.settings import Settings
from bot.store.database import Database
from bot.store.seal import Sealer
from bot.web.chat import ChatDoor, ChatParts
from bot.web.events import EventsDoor
from bot.web.hub import Hub
from bot.web.session import Guests, Passes, Sessions
from bot.web.site import STATIC, Door, SiteParts, make_site
from bot.web.staff.console import ConsoleParts, make_console
from bot.web.visit import VisitDoor
from bot.web.webhooks import WebhookDoor
from bot.web.words import page_words

PAGES = (Fetched(WEB), Fetched(TERMINAL))
log = logging.getLogger(__name__)


def now() -> datetime:
    """The one clock."""
    return datetime.now(UTC)


class App:
    """The whole program but its site: what every command builds upon."""

    def __init__(
        self,
        settings: Settings,
        channels: Sequence[Channel] = PAGES,
        now: Callable[[], datetime] = now,
    ) -> None:
        self.settings = settings
        self.now = now
        self.failed = asyncio.Event()
        self.sealer = Sealer(settings.secret_keys)
        self.database = Database(settings.database_url)
        self.translations = Translations(read_catalogues(settings.home))
        try:
            self.content = self._content()
        except Exception:
            self.database.close()
            raise
        self._employ()
        self.renderer = self._renderer()
        self.reader = Reader(self.database, self.sealer)
        self.platforms = make_platforms(
            settings, self.content, self.photos, self.renderer, self.reader, now
        )
        self.channels = {channel.name: channel for channel in (*channels, *self.platforms)}
        self.visits = Visits(self.sealer, settings.public_url)
        purge = Purge(self.sealer, self.content.centre.retention)
        self.hub = Hub()
        shared = (self.database, self.sealer, self.channels)
        self.deliverer = Deliverer(*shared, settings.worker, now)
        self.minds = self._minds(purge)
        # The fetcher takes turns by the converser, and is told by it what there is to fetch.
        tell, send = self.hub.tell, self.deliverer.take_over
        watchers = (tell, send, lambda taken: self.fetcher.nudge(taken))
        self.converser = Converser(self.database, self.minds, watchers)
        self.papers = Papers(Intake(), self.database, self.content.centre.uploads, now)
        self.fetcher: Fetcher = Fetcher(*shared, self.papers, self.converser, settings.worker, now)
        self.spool = Spool(settings.data_dir / "spool", self.sealer)
        self.listener = Listener(
            self.converser, self.deliverer, self.channels, self.sealer, self.spool
        )
        self.clock = Clock(self.database, self.converser, self.services, purge, self.sealer, now)

    def _employ(self) -> None:
        """The services, the staff who use them, and the photos that staff keep."""
        self.services = make_services(self.content, self.sealer, self.settings.public_url)
        self.photos = Photos(self.content.photos, self.settings.data_dir / "photos")
        self.audit = AuditLog(self.sealer)
        self.wondering = Wondering(self.sealer)
        self.additions = Additions(self.wondering, self.audit)
        self.staff = Staff(self.sealer, self.audit, lambda: secrets.token_urlsafe(32))

    def _minds(self, purge: Purge) -> Minds:
        """What a group of turns needs to think."""
        return Minds(
            catalogue=self.content.catalogue,
            renderer=self.renderer,
            performer=Performer(self.services.actions()),
            sealer=self.sealer,
            wondering=self.wondering,
            channels=self.channels,
            courier=self.deliverer,
            doors=self.visits,
            forgets=purge,
            now=self.now,
        )

    def _content(self) -> Content:
        """The content, published in a database that is ready for it."""
        prepare(self.database)
        check_key(self.database, self.sealer)
        content = pinned_content(self.settings, self.database, self.translations)
        self.database.transact(lambda tx: publish_content(tx, content, self.now()))
        if content.indexes is not None:
            content.indexes.keep_in(shelf_of(self.settings).make)
        self.refresh = Refresh(self.database, content, self.translations, self._answer_with)
        return self.refresh.begin()

    def _answer_with(self, content: Content) -> None:
        """Answer the next person with other answers."""
        self.content = content
        self.minds.catalogue = content.catalogue

    def warm(self) -> None:
        """Make what answers are found by; on the first start it takes some seconds."""
        if self.content.indexes is not None:
            self.content.indexes.warm()

    def _renderer(self) -> Renderer:
        catalogue, centre = self.content.catalogue, self.content.centre
        return Renderer(self.translations, catalogue, centre.zone, centre.currency)

    @contextlib.asynccontextmanager
    async def running(self) -> AsyncIterator[None]:
        """Converse, deliver, fetch and watch the clock; on the way out finish what is under way."""
        async with contextlib.AsyncExitStack() as stack:
            for platform in self.platforms:
                await stack.enter_async_context(platform.opened())
            tasks = [self._begin(part) for part in self._parts()]
            self.listener.resume()
            try:
                yield
            finally:
                for task in reversed(tasks):
                    task.cancel()
                await asyncio.gather(*tasks, return_exceptions=True)
                await self._finish()

    def _parts(self) -> list[Coroutine[Any, Any, None]]:
        """All that goes on for as long as the program runs."""
        listening = [platform.listen(self._hear) for platform in self.platforms]
        parts = (self.converser, self.deliverer, self.fetcher, self.clock, self.refresh)
        return [*(part.run() for part in parts), *(_for_ever(one) for one in listening)]

    def _begin(self, part: Coroutine[Any, Any, None]) -> asyncio.Task[None]:
        task = asyncio.create_task(part)
        task.add_done_callback(self._ended)
        return task

    async def set_up(self) -> None:
        """Tell the platforms our webhooks and menus."""
        await asyncio.gather(*(platform.set_up() for platform in self.platforms))

    async def _hear(self, heard: Heard) -> None:
        """Take what a platform was asked for; there is no request to answer in."""
        (await self.listener.take(heard)).went_out()

    def _ended(self, task: asyncio.Task[None]) -> None:
        """A part that ends by itself has failed: without it nobody should go on being served."""
        if not task.cancelled():
            fault = task.exception()
            log.critical("a part has ended", extra={"fault": type(fault).__name__}, exc_info=fault)
            self.failed.set()

    async def _finish(self) -> None:
        """Let go of everything, also when the database is out of reach."""
        try:
            await self.listener.finish()
            await self.deliverer.finish()
        finally:
            await self.papers.close()
            self.database.close()

    def site(self) -> web.Application:
        """The web site of this program."""
        templates = Environment(
            loader=FileSystemLoader(STATIC.with_name("templates")),
            autoescape=select_autoescape(),
            auto_reload=False,
        )
        secure = self.settings.public_url.startswith("https://")
        sessions = Sessions(lambda: secrets.token_urlsafe(32), secure=secure)
        passes = Passes(self.visits, self.now, secure)
        words = page_words(self.content.catalogue, self.renderer)

        def door(guests: Guests) -> ChatDoor:
            return ChatDoor(
                ChatParts(
                    converser=self.converser,
                    reader=self.reader,
                    papers=self.papers,
                    hub=self.hub,
                    guests=guests,
                    catalogue=self.content.catalogue,
                    templates=templates,
                    words=words,
                    now=self.now,
                )
            )

        visits = VisitDoor(
            door(passes),
            passes,
            self.visits,
            self.converser,
            self.reader,
            templates,
            words,
            self.now,
        )
        hooks = [platform.hook for platform in self.platforms]
        webhooks = [WebhookDoor(hook, self.listener) for hook in hooks if hook is not None]
        console = self._console(templates)
        doors: list[Door] = [door(sessions), visits, self._events(), *webhooks, *console]
        return make_site(
            SiteParts(doors, self.hub, self.database, self.photos, self.settings.embed_on)
        )

    def _events(self) -> EventsDoor:
        """The door of people's own calendars."""
        zone, catalogue = self.content.centre.zone, self.content.catalogue
        return EventsDoor(self.database, catalogue, self.renderer, zone, self.now)

    def _console(self, templates: Environment) -> Sequence[Door]:
        """The doors of the staff console."""
        return make_console(
            ConsoleParts(
                database=self.database,
                sealer=self.sealer,
                home=self.settings.home,
                content=self.content,
                translations=self.translations,
                renderer=self.renderer,
                templates=templates,
                services=self.services,
                channels=self.channels,
                staff=self.staff,
                audit=self.audit,
                papers=self.papers,
                photos=self.photos,
                refresh=self.refresh,
                additions=self.additions,
                now=self.now,
                public_url=self.settings.public_url,
            )
        )


async def _for_ever(listening: Coroutine[Any, Any, None]) -> None:
    """Listen; where there is nothing to ask for, the part has not failed but is done."""
    await listening
    await asyncio.Event().wait()


@contextlib.contextmanager
def opened(settings: Settings) -> Iterator[App]:
    """The program for one command of staff."""
    app = App(settings)
    try:
        yield app
    finally:
        app.database.close()

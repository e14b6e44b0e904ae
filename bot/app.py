"""The composition root: builds the parts, starts them in order, stops them in reverse."""

import asyncio
import contextlib
import logging
import secrets
from collections.abc import AsyncIterator, Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from aiohttp import web
from jinja2 import Environment, FileSystemLoader, select_autoescape

from bot.channels.channel import Channel
from bot.channels.fetched import TERMINAL, WEB, Fetched
from bot.content.flows import read_flow
from bot.content.load import Content, read_content, with_editions
from bot.content.problem import Problem
from bot.content.render import Renderer
from bot.content.texts import Translations, read_catalogues
from bot.content.vocabulary import Vocabulary
from bot.runner.clock import Clock
from bot.runner.converse import Converser
from bot.runner.deliver import Deliverer, nudging
from bot.runner.group import Minds
from bot.runner.perform import Performer
from bot.runner.reading import Reader
from bot.services.action import Action
from bot.services.cases import Cases, Review
from bot.services.deposits import Deposits
from bot.services.intake import Intake
from bot.services.letterbox import Letterbox
from bot.services.papers import Papers
from bot.services.retention import Purge
from bot.services.seeding import seed
from bot.services.stock import Stock
from bot.services.vocabulary import EVENTS
from bot.settings import Settings
from bot.store.database import Database, Transaction
from bot.store.editions import publish, published
from bot.store.migrate import current, newest, upgrade
from bot.store.seal import Sealer, Unsealable
from bot.store.turns import states_after
from bot.web.chat import ChatDoor, ChatParts
from bot.web.hub import Hub
from bot.web.session import Sessions
from bot.web.site import STATIC, SiteParts, make_site

PAGES = (Fetched(WEB), Fetched(TERMINAL))
log = logging.getLogger(__name__)

PROBED = 100
"""Conversations looked at for one that tells whether the key fits; the newest may be empty."""
PAGE_WORDS = "page_"
"""Phrases whose name begins so are words of the web page."""


class NotReady(Exception):
    """The program cannot start; the message says what to do first."""


class ContentProblems(NotReady):
    """The content has problems."""

    def __init__(self, problems: Sequence[Problem]) -> None:
        super().__init__("\n".join(str(problem) for problem in problems))


def now() -> datetime:
    """The one clock."""
    return datetime.now(UTC)


@dataclass(frozen=True, slots=True)
class Services:
    """Everything that actions and staff's commands do."""

    cases: Cases
    deposits: Deposits
    stock: Stock

    def actions(self) -> Mapping[str, Action]:
        """Every action a flow may name."""
        parts = (self.cases, self.deposits, self.stock)
        return {action.name: action for part in parts for action in part.actions()}


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
        self.channels = {channel.name: channel for channel in channels}
        self.translations = Translations(read_catalogues(settings.home))
        try:
            self.content = self._content()
        except Exception:
            self.database.close()
            raise
        self.services = make_services(self.content, self.sealer)
        self.renderer = self._renderer()
        self.minds = Minds(
            catalogue=self.content.catalogue,
            renderer=self.renderer,
            performer=Performer(self.services.actions()),
            sealer=self.sealer,
            pushes={name: channel.pushes for name, channel in self.channels.items()},
            now=now,
        )
        self.hub = Hub()
        self.deliverer = Deliverer(self.database, self.sealer, self.channels, settings.worker, now)
        watchers = (self.hub.tell, nudging(self.deliverer))
        self.converser = Converser(self.database, self.minds, watchers)
        purge = Purge(self.sealer, self.content.centre.retention)
        self.clock = Clock(
            self.database, self.converser, self.services.stock, purge, self.sealer, now
        )
        self.reader = Reader(self.database, self.sealer)
        self.papers = Papers(Intake(), self.database, self.content.centre.uploads, now)

    def _content(self) -> Content:
        """The content, published in a database that is ready for it."""
        prepare(self.database)
        check_key(self.database, self.sealer)
        content = pinned_content(self.settings, self.database, self.translations)
        self.database.transact(lambda tx: _publish(tx, content, self.now()))
        return content

    def _renderer(self) -> Renderer:
        catalogue, centre = self.content.catalogue, self.content.centre
        return Renderer(self.translations, catalogue, centre.zone, centre.currency)

    @contextlib.asynccontextmanager
    async def running(self) -> AsyncIterator[None]:
        """Converse, deliver and watch the clock; on the way out finish what is under way."""
        parts = (self.converser.run(), self.deliverer.run(), self.clock.run())
        tasks = [asyncio.create_task(part) for part in parts]
        for task in tasks:
            task.add_done_callback(self._ended)
        try:
            yield
        finally:
            for task in reversed(tasks):
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)
            await self._finish()

    def _ended(self, task: asyncio.Task[None]) -> None:
        """A part that ends by itself has failed: without it nobody should go on being served."""
        if not task.cancelled():
            fault = task.exception()
            log.critical("a part has ended", extra={"fault": type(fault).__name__}, exc_info=fault)
            self.failed.set()

    async def _finish(self) -> None:
        """Let go of everything, also when the database is out of reach."""
        try:
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
        door = ChatDoor(
            ChatParts(
                converser=self.converser,
                reader=self.reader,
                papers=self.papers,
                hub=self.hub,
                sessions=Sessions(lambda: secrets.token_urlsafe(32), secure=secure),
                catalogue=self.content.catalogue,
                templates=templates,
                words=self._page_words(),
                now=self.now,
            )
        )
        photos = self.content.photos
        return make_site(SiteParts(door, self.database, photos, self.settings.embed_on))

    def _page_words(self) -> dict[str, dict[str, str]]:
        """The page's own words, by language."""
        catalogue = self.content.catalogue
        names = [name for name in catalogue.phrases if name.startswith(PAGE_WORDS)]
        facts = {"count": "{count}"}
        return {
            language: {
                name.removeprefix(PAGE_WORDS): self.renderer.text(
                    catalogue.phrases[name], language, facts
                )
                for name in names
            }
            for language in catalogue.languages
        }


@contextlib.contextmanager
def opened(settings: Settings) -> Iterator[App]:
    """The program for one command of staff."""
    app = App(settings)
    try:
        yield app
    finally:
        app.database.close()


def make_services(content: Content, sealer: Sealer) -> Services:
    """The services as this centre's content sets them up."""
    letterbox, centre = Letterbox(sealer), content.centre
    policies, hours = content.catalogue.policies, centre.hold_hours
    stock = Stock(letterbox, policies, centre.zone, hours, centre.offer_hours)
    review = Review(centre.review_working_days, content.calendar, centre.zone)
    cases = Cases(sealer, letterbox, stock, review, secrets.randbelow)
    return Services(cases, Deposits(letterbox, secrets.randbelow), stock)


def vocabulary(services: Services) -> Vocabulary:
    """What flows may name of these services."""
    actions = services.actions()
    named = {name: action for name, action in actions.items() if not action.lists}
    return Vocabulary(
        actions={name: action.outcomes for name, action in named.items()},
        events={name: outcomes for name, (outcomes, _) in EVENTS.items()},
        sources=frozenset(actions.keys() - named.keys()),
        facts={
            **{name: action.facts for name, action in named.items()},
            **{name: facts for name, (_, facts) in EVENTS.items()},
        },
        arguments={name: action.arguments for name, action in actions.items()},
    )


def prepare(database: Database) -> None:
    """Migrate SQLite at once; of a shared PostgreSQL ask that an operator did."""
    if database.is_sqlite:
        upgrade(database)
    elif database.look(current) != newest():
        raise NotReady("the database is not up to date: run talent-bot db upgrade first")


def check_key(database: Database, sealer: Sealer) -> None:
    """Refuse to start with a key that does not open what is kept: nobody could be answered."""
    for contact_id, sealed in database.look(lambda tx: states_after(tx, 0, PROBED)):
        if not sealed:
            continue
        try:
            sealer.open(sealed, f"conversation:{contact_id}")
            return
        except Unsealable as error:
            raise NotReady("BOT_SECRET_KEY does not fit the data in the database") from error


def pinned_content(settings: Settings, database: Database, translations: Translations) -> Content:
    """The content in force, with the older versions of flows that conversations may still pin."""
    content, problems = read_content(settings.home)
    if problems:
        raise ContentProblems(problems)
    kept = database.look(published)
    old = (read_flow(text, f"{name}.yaml") for (name, _), text in kept.items())
    flows = [flow for flow, faults in old if flow is not None and not faults]
    return with_editions(content, flows, translations.known)


def _publish(tx: Transaction, content: Content, moment: datetime) -> None:
    """Keep the flows in force, and enter the stock to start with."""
    flows = content.catalogue.flows
    sources = {(name, flows[name].version): text for name, text in content.sources.items()}
    publish(tx, sources, moment)
    seed(tx, content.stock)

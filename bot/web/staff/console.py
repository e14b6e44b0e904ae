"""Puts the console together: its parts, and the doors of its pages."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from jinja2 import Environment

from bot.channels.channel import Channel
from bot.content.load import Content
from bot.content.photos import Photos
from bot.content.render import Renderer
from bot.content.texts import Translations
from bot.runner.refresh import Refresh
from bot.services.additions import Additions
from bot.services.audit import AuditLog
from bot.services.event_desk import EventDesk
from bot.services.event_items import EventRules
from bot.services.inventory import Inventory
from bot.services.papers import Papers
from bot.services.services import Services, vocabulary
from bot.services.staff import Staff
from bot.services.stock_rules import Rules
from bot.services.viewing import Viewing
from bot.store.database import Database
from bot.store.seal import Sealer
from bot.web.site import Door
from bot.web.staff.account import Account
from bot.web.staff.answers import Answers
from bot.web.staff.audit import AuditPages
from bot.web.staff.case import OneCase
from bot.web.staff.cases import CaseList
from bot.web.staff.content import ContentPages
from bot.web.staff.content_files import ContentFiles
from bot.web.staff.deposit import OneDeposit
from bot.web.staff.deposits import DepositList
from bot.web.staff.documents import Documents
from bot.web.staff.event_form import EventDoor
from bot.web.staff.event_import import EventImportDoor
from bot.web.staff.event_list import EventListDoor
from bot.web.staff.event_parts import EventParts
from bot.web.staff.guard import Guard
from bot.web.staff.new_answer import NewAnswer
from bot.web.staff.overview import Overview
from bot.web.staff.page import Pages
from bot.web.staff.people import People
from bot.web.staff.proof import Proof
from bot.web.staff.questions import Nearest, Questions
from bot.web.staff.signing_in import SigningIn
from bot.web.staff.stock import StockDoor
from bot.web.staff.stock_import import ImportDoor
from bot.web.staff.stock_items import ItemDoor
from bot.web.staff.stock_parts import StockParts
from bot.web.staff.stock_upload import PhotoDoor
from bot.web.staff.stock_waiting import WaitingDoor


@dataclass(frozen=True, slots=True)
class ConsoleParts:
    """What the console is made of."""

    database: Database
    sealer: Sealer
    home: Path
    content: Content
    translations: Translations
    renderer: Renderer
    templates: Environment
    services: Services
    channels: Mapping[str, Channel]
    staff: Staff
    audit: AuditLog
    papers: Papers
    photos: Photos
    refresh: Refresh
    additions: Additions
    now: Callable[[], datetime]
    public_url: str

    @property
    def secure(self) -> bool:
        """Whether cookies travel over https only."""
        return self.public_url.startswith("https://")


def make_console(parts: ConsoleParts) -> Sequence[Door]:
    """The doors of the console."""
    centre = parts.content.centre
    pages = Pages(parts.templates, parts.renderer, parts.content.catalogue, centre.zone, parts.now)
    guard = Guard(parts.database, parts.staff, parts.audit, pages, secure=parts.secure)
    database, staff, audit, services = parts.database, parts.staff, parts.audit, parts.services
    catalogue, cases = parts.content.catalogue, services.cases
    proof = Proof(database, staff, parts.now)
    files = ContentFiles(parts.home, vocabulary(services), parts.now)
    return [
        SigningIn(database, staff, parts.sealer, guard, pages, proof),
        Overview(guard, pages, database, catalogue, parts.channels),
        CaseList(guard, pages, database, catalogue, cases, audit),
        OneCase(guard, pages, database, catalogue, parts.content.calendar, cases, audit),
        Documents(guard, pages, Viewing(database, parts.sealer, audit)),
        DepositList(guard, pages, database, audit),
        OneDeposit(guard, pages, database, services.deposits, services.books, audit),
        AuditPages(database, audit, guard, pages),
        People(database, staff, audit, guard, pages, parts.public_url),
        Account(database, staff, guard, pages, proof),
        ContentPages(guard, pages, database, parts.content, parts.translations, files),
        *_answer_doors(parts, guard, pages),
        *_stock_doors(parts, guard, pages),
        *_event_doors(parts, guard, pages),
    ]


def _answer_doors(parts: ConsoleParts, guard: Guard, pages: Pages) -> Sequence[Door]:
    database, refresh, additions = parts.database, parts.refresh, parts.additions
    return [
        Questions(guard, pages, database, refresh, additions, Nearest(refresh)),
        NewAnswer(guard, pages, database, refresh, additions),
        Answers(guard, pages, database, refresh, additions, parts.audit),
    ]


def _stock_doors(parts: ConsoleParts, guard: Guard, pages: Pages) -> Sequence[Door]:
    catalogue = parts.content.catalogue
    stock = StockParts(
        database=parts.database,
        sealer=parts.sealer,
        guard=guard,
        pages=pages,
        audit=parts.audit,
        inventory=Inventory(parts.audit, parts.services.waiting_list),
        rules=Rules(
            catalogue.whole_languages,
            tuple(catalogue.languages),
            catalogue.policies,
            parts.photos.has,
        ),
        services=parts.services,
        papers=parts.papers,
        photos=parts.photos,
        catalogue=catalogue,
    )
    doors = (StockDoor, ImportDoor, WaitingDoor, PhotoDoor, ItemDoor)
    return [door(stock) for door in doors]


def _event_doors(parts: ConsoleParts, guard: Guard, pages: Pages) -> Sequence[Door]:
    catalogue, zone = parts.content.catalogue, parts.content.centre.zone
    events = EventParts(
        database=parts.database,
        sealer=parts.sealer,
        guard=guard,
        pages=pages,
        audit=parts.audit,
        desk=EventDesk(parts.audit, parts.services.events, zone),
        rules=EventRules(tuple(catalogue.languages), zone, parts.photos.has),
        papers=parts.papers,
        photos=parts.photos,
        catalogue=catalogue,
    )
    return [EventListDoor(events), EventImportDoor(events), EventDoor(events)]

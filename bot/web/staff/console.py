"""Puts the console together: its parts, and the doors of its pages."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime

from jinja2 import Environment

from bot.content.load import Content
from bot.content.render import Renderer
from bot.services.audit import AuditLog
from bot.services.services import Services
from bot.services.staff import Staff
from bot.services.viewing import Viewing
from bot.store.database import Database
from bot.store.seal import Sealer
from bot.web.site import Door
from bot.web.staff.case import OneCase
from bot.web.staff.cases import CaseList
from bot.web.staff.deposit import OneDeposit
from bot.web.staff.deposits import DepositList
from bot.web.staff.documents import Documents
from bot.web.staff.guard import Guard
from bot.web.staff.overview import Overview
from bot.web.staff.page import Pages
from bot.web.staff.signing_in import SigningIn


@dataclass(frozen=True, slots=True)
class ConsoleParts:
    """What the console is made of."""

    database: Database
    sealer: Sealer
    content: Content
    renderer: Renderer
    templates: Environment
    services: Services
    staff: Staff
    audit: AuditLog
    now: Callable[[], datetime]
    secure: bool


def make_console(parts: ConsoleParts) -> Sequence[Door]:
    """The doors of the console."""
    centre = parts.content.centre
    pages = Pages(parts.templates, parts.renderer, parts.content.catalogue, centre.zone, parts.now)
    guard = Guard(parts.database, parts.staff, parts.audit, pages, secure=parts.secure)
    database, audit, services = parts.database, parts.audit, parts.services
    catalogue, cases = parts.content.catalogue, services.cases
    return [
        SigningIn(database, parts.staff, parts.sealer, guard, pages),
        Overview(guard, pages),
        CaseList(guard, pages, database, catalogue, cases, audit),
        OneCase(guard, pages, database, catalogue, parts.content.calendar, cases, audit),
        Documents(guard, pages, Viewing(database, parts.sealer, audit)),
        DepositList(guard, pages, database, audit),
        OneDeposit(guard, pages, database, services.deposits, services.books, audit),
    ]

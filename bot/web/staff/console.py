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
from bot.store.database import Database
from bot.store.seal import Sealer
from bot.web.site import Door
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
    return [
        SigningIn(parts.database, parts.staff, parts.sealer, guard, pages),
        Overview(guard, pages),
    ]

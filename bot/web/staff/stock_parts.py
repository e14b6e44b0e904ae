"""What the pages of the stock share."""

from collections.abc import Mapping
from dataclasses import dataclass

from aiohttp import web

from bot.content.photos import Photos
from bot.engine.catalogue import Catalogue
from bot.services.audit import AuditLog
from bot.services.inventory import Inventory
from bot.services.papers import Papers
from bot.services.services import Services
from bot.services.staff import Signed
from bot.services.stock_files import Known
from bot.services.stock_rules import Rules
from bot.store.database import Database, Transaction
from bot.store.inventory import Kind, read_items
from bot.store.seal import Sealer
from bot.web.staff.guard import Guard
from bot.web.staff.page import BASE, SAID, Pages, Said
from bot.web.staff.words import N_, Words

STOCK = f"{BASE}/stock"
SEE, EDIT = "stock", "edit_stock"


@dataclass(frozen=True, slots=True)
class StockParts:
    """What a page of the stock needs."""

    database: Database
    sealer: Sealer
    guard: Guard
    pages: Pages
    audit: AuditLog
    inventory: Inventory
    rules: Rules
    services: Services
    papers: Papers
    photos: Photos
    catalogue: Catalogue

    async def known(self) -> Known:
        """The stock now."""
        return await self.database.read(known)

    def words(self, request: web.Request, signed: Signed) -> Words:
        """The console's words in the language of who looks."""
        return self.pages.words[self.pages.language(request, signed)]


def known(tx: Transaction) -> Known:
    """The stock by kind and id."""
    return {item.key: item for item in read_items(tx)}


def kind_of(request: web.Request) -> Kind:
    """The kind that an address names."""
    named = request.match_info["kind"]
    if named not in set(Kind):
        raise web.HTTPNotFound
    return Kind(named)


KINDS: Mapping[Kind, str] = {
    Kind.BUILDING: N_("Building"),
    Kind.UNIT_TYPE: N_("Unit type"),
    Kind.FLAT: N_("Flat"),
}
STATES: Mapping[str, str] = {
    "free": N_("free"),
    "offered": N_("offered to somebody"),
    "held": N_("held"),
    "let": N_("let"),
    "withheld": N_("withheld"),
    "expired": N_("expired"),
    "released": N_("released"),
    "lapsed": N_("offer lapsed"),
    "declined": N_("offer declined"),
}
LABELS: Mapping[str, str] = {
    "building": N_("Building"),
    "unit_type": N_("Unit type"),
    "name": N_("Public name"),
    "operator": N_("Operator"),
    "address": N_("Address"),
    "metro": N_("Metro"),
    "map": N_("Map (https address)"),
    "deposit.rule": N_("Deposit by"),
    "deposit.amount": N_("How many months, or how many yuan"),
    "deposit.months_of_rent": N_("Deposit in months of rent"),
    "deposit.yuan": N_("Deposit in yuan"),
    "payee.name": N_("Payee"),
    "payee.bank": N_("Payee's bank"),
    "payee.account": N_("Payee's account"),
    "subsidy": N_("Subsidy"),
    "square_metres": N_("Square metres"),
    "rent_fen": N_("Rent a month"),
    "rent_yuan": N_("Rent in yuan a month"),
    "equipment": N_("Equipment"),
    "photo": N_("Photo"),
    "number": N_("Number"),
    "floor": N_("Floor"),
    "available_from": N_("Free from"),
    "offered": N_("Offered"),
}


def label_of(name: str, words: Words, catalogue: Catalogue) -> str:
    """What a field is called: `name.en` is `Name · English`."""
    base, _, last = name.rpartition(".")
    language = catalogue.languages.get(last)
    if language is not None and base in LABELS:
        return f"{words(LABELS[base])} · {language.name}"
    return words(LABELS.get(name) or LABELS.get(base) or name)


SAID.update(
    {
        "in_use": Said(
            N_("This has parts or was held at some time, so it stays. Withhold it instead."),
            is_bad=True,
        ),
        "no_picture": Said(
            N_("This is no JPEG or PNG picture that can be opened, or it is too large."),
            is_bad=True,
        ),
        "import_stale": Said(
            N_("The stock was changed meanwhile. Nothing was done; please look again."),
            is_bad=True,
        ),
    }
)

"""Staff who change the stock, and files of stock, without a browser."""

from datetime import date
from typing import Any

from bot.app import App
from bot.services.audit import Actor
from bot.services.became import Became
from bot.services.inventory import Inventory
from bot.services.stock_files import Known, Read, read_file
from bot.services.stock_proposal import Proposal, propose
from bot.services.stock_rules import Rules
from bot.store.inventory import Item, Kind, read_items

EVA, BEN = Actor("eva", "editor"), Actor("ben", "editor")
HEADER = b"flat,building,unit_type,number,floor,available_from,rent_yuan,offered\n"
ODD = "=1+1 \"quoted\", 'single', no: {x} # ~ \u2028 \u3000 雅座 y"


def stock_of(app: App) -> Known:
    """The stock by kind and id."""
    return {item.key: item for item in app.database.look(read_items)}


def rules_of(app: App) -> Rules:
    """The rules of the toy centre."""
    catalogue = app.content.catalogue
    return Rules(
        catalogue.whole_languages, tuple(catalogue.languages), catalogue.policies, app.photos.has
    )


def proposal_of(app: App, content: bytes) -> Proposal:
    """What a file would do."""
    known = stock_of(app)
    read = read_file(content, known)
    assert isinstance(read, Read), read
    return propose(read.items, read.notes, known, rules_of(app))


def applies(app: App, *items: Item, actor: Actor = EVA) -> Became:
    """Staff change the stock."""
    inventory = Inventory(app.audit, app.services.waiting_list)
    return app.database.transact(lambda tx: inventory.apply(tx, items, actor, app.now()))


def deletes(app: App, kind: Kind, item_id: str, revision: int = 1) -> Became:
    """Staff delete something."""
    inventory = Inventory(app.audit, app.services.waiting_list)
    return app.database.transact(
        lambda tx: inventory.delete(tx, kind, item_id, revision, EVA, app.now())
    )


def flat(n: int, **values: Any) -> Item:
    """A flat of the only unit type."""
    known: dict[str, Any] = {
        "unit_type_id": "alcove",
        "number": f"0{n}",
        "floor": n,
        "available_from": date(2027, 1, n),
        "offered": True,
    }
    return Item(Kind.FLAT, f"alcove_{n}", {**known, **values})


def lines(proposal: Proposal) -> list[tuple[int, str]]:
    """The problems of a proposal with their lines."""
    return [(one.line, one.message) for one in proposal.problems]

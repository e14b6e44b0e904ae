"""Changes the stock for staff: all of what they saw or nothing, each change in the audit log."""

from collections.abc import Sequence
from datetime import datetime

from bot.services.audit import Actor, AuditLog
from bot.services.became import Became
from bot.services.stock_files import Known
from bot.services.stock_items import Shown, fields_of
from bot.services.stock_proposal import Change
from bot.services.waiting import WaitingList
from bot.store import inventory
from bot.store.database import Transaction
from bot.store.holds import lock_stock
from bot.store.inventory import Item, Kind

LONGEST_LOGGED = 500
"""Letters of a value that the audit log keeps: as many as a form takes."""


class Inventory:
    """Adds, changes and deletes what is in the stock."""

    def __init__(self, audit: AuditLog, waiting_list: WaitingList) -> None:
        self._audit = audit
        self._waiting_list = waiting_list

    def apply(self, tx: Transaction, wanted: Sequence[Item], actor: Actor, now: datetime) -> Became:
        """Make the stock like this, each item from the revision it names (0: it is new).

        The whole comes before its parts. What is offered from now on goes to those who wait first.
        """
        lock_stock(tx)
        known = {item.key: item for item in inventory.read_items(tx)}
        if not _fit(wanted, known):
            return Became.CHANGED
        for item in wanted:
            self._put(tx, Change(item, known.get(item.key)), actor, now)
        self._waiting_list.hand_out(tx, now)
        return Became.DONE

    def _put(self, tx: Transaction, change: Change, actor: Actor, now: datetime) -> None:
        item, verb = change.new, "change" if change.old else "add"
        put = inventory.change_item if change.old else inventory.add_item
        assert put(tx, item, now)  # the stock is locked, and it fitted
        details = {name: [_short(old), _short(new)] for name, old, new in change.fields()}
        about = f"{item.kind} {item.id}"
        self._audit.write(tx, actor, f"{verb}_{item.kind}", about, now, changes=details)

    def delete(
        self,
        tx: Transaction,
        kind: Kind,
        item_id: str,
        revision: int,
        actor: Actor,
        now: datetime,
    ) -> Became:
        """Delete one that has no parts and was never held; others are withheld instead."""
        lock_stock(tx)
        item = inventory.find_item(tx, kind, item_id)
        if item is None or item.revision != revision:
            return Became.CHANGED
        if inventory.is_used(tx, kind, item_id):
            return Became.IN_USE
        inventory.delete_item(tx, item)
        was = {name: _short(value) for name, value in fields_of(item).items()}
        self._audit.write(tx, actor, f"delete_{kind}", f"{kind} {item_id}", now, was=was)
        return Became.DONE


def _short(value: Shown | None) -> Shown | None:
    return value[:LONGEST_LOGGED] if isinstance(value, str) else value


def _fit(wanted: Sequence[Item], known: Known) -> bool:
    """Whether each is of the revision that it changes, and part of something that is there."""
    there = {None, *known, *(item.key for item in wanted)}
    revisions = {key: item.revision for key, item in known.items()}
    return all(
        item.revision == revisions.get(item.key, 0) and item.parent in there for item in wanted
    )

"""Contacts: one person on one channel, found by channel and address, reachable or gone."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from itertools import groupby
from operator import itemgetter

from sqlalchemy import bindparam, select, update

from bot.store.database import Transaction, insert_new
from bot.store.tables import contacts, conversations

Address = tuple[str, str]
"""A contact's channel and address on it."""


def contact_ids(
    tx: Transaction, addresses: Mapping[Address, str], now: datetime
) -> dict[Address, int]:
    """The contacts of these addresses; those never seen before are added.

    Each address comes with the platform's guess of a language, which holds until one is chosen.
    """
    wanted = sorted(addresses)
    known = _contact_ids(tx, wanted)
    missing = [address for address in wanted if address not in known]
    if missing:
        rows = [{"channel": c, "address": a, "created_at": now} for c, a in missing]
        tx.execute(insert_new(tx, contacts), rows)
        known = _contact_ids(tx, wanted)
        empty = {"version": 0, "state": b"", "updated_at": now}
        tx.execute(
            insert_new(tx, conversations),
            [{"contact_id": known[one], "language": addresses[one], **empty} for one in missing],
        )
    return known


# Channel by channel: for many pairs of channel and address SQLite would read all contacts.
_on_channel = select(contacts.c.address, contacts.c.id).where(
    contacts.c.channel == bindparam("on"),
    contacts.c.address.in_(bindparam("addresses", expanding=True)),
)


def _contact_ids(tx: Transaction, addresses: Sequence[Address]) -> dict[Address, int]:
    """The contacts there are of these addresses, which are sorted."""
    known = {}
    for channel, theirs in groupby(addresses, key=itemgetter(0)):
        wanted = {"on": channel, "addresses": [address for _, address in theirs]}
        for address, contact in tx.execute(_on_channel, wanted):
            known[channel, address] = contact
    return known


def note_gone(tx: Transaction, contact_ids: Iterable[int], now: datetime) -> None:
    """These contacts cannot be reached."""
    tx.execute(update(contacts).where(contacts.c.id.in_(list(contact_ids))).values(gone_at=now))


_back = (
    update(contacts)
    .where(
        contacts.c.id.in_(bindparam("contacts", expanding=True)), contacts.c.gone_at.is_not(None)
    )
    .values(gone_at=None)
)


def note_back(tx: Transaction, contact_ids: Iterable[int]) -> None:
    """These contacts can be reached."""
    tx.execute(_back, {"contacts": sorted(contact_ids)})

"""Published flows: every version that a conversation may still pin, as it was written."""

from collections.abc import Mapping
from datetime import datetime

from sqlalchemy import select

from bot.store.database import Transaction, insert_new
from bot.store.tables import editions


def publish(tx: Transaction, sources: Mapping[tuple[str, str], str], now: datetime) -> None:
    """Keep the flows in force, by name and version; a version once published never changes."""
    rows = [
        {"flow": flow, "version": version, "source": source, "published_at": now}
        for (flow, version), source in sources.items()
    ]
    if rows:
        tx.execute(insert_new(tx, editions), rows)


def published(tx: Transaction) -> dict[tuple[str, str], str]:
    """Every version ever published, by name and version."""
    rows = tx.execute(select(editions.c.flow, editions.c.version, editions.c.source))
    return {(flow, version): source for flow, version, source in rows}

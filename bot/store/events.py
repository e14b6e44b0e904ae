"""What is on: performances, exhibitions, talks, courses and deadlines, as staff enter them."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, TypeAlias

import msgspec
from sqlalchemy import ColumnElement, Row, delete, func, insert, select, update

from bot.store.database import Transaction
from bot.store.tables import events

Words: TypeAlias = Mapping[str, Mapping[str, str]]
"""By name (title, place, metro, price, spoken, about), then by language."""

_decode = msgspec.json.Decoder(dict[str, dict[str, str]]).decode


@dataclass(frozen=True, slots=True)
class CalendarEvent:
    """One event; `id` 0 is new. All-day ones last from midnight to midnight at the centre."""

    kind: str
    starts_at: datetime
    ends_at: datetime
    words: Words
    is_all_day: bool = False
    is_free: bool = False
    needs_id: bool = False
    link: str = ""
    photo: str = ""
    is_shown: bool = True
    uid: str | None = None
    id: int = 0
    revision: int = 0


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which events staff want: `coming`, `past` or `hidden` ones, of one kind; empty is any."""

    state: str = ""
    kind: str = ""


FIELDS = (
    "kind",
    "starts_at",
    "ends_at",
    "words",
    "is_all_day",
    "is_free",
    "needs_id",
    "link",
    "photo",
    "is_shown",
    "uid",
)
_columns = [events.c[name] for name in (*FIELDS, "id", "revision")]
SORTS = {"starts_at": events.c.starts_at, "kind": events.c.kind}
"""What the list of staff may be sorted by."""


def _event(row: Row[Any]) -> CalendarEvent:
    return CalendarEvent(**{**row._asdict(), "words": _decode(row.words)})


def _row(event: CalendarEvent, now: datetime) -> dict[str, Any]:
    row = {name: getattr(event, name) for name in FIELDS}
    return {**row, "words": msgspec.json.encode(event.words).decode(), "changed_at": now}


def shown_events(
    tx: Transaction,
    begin: datetime,
    end: datetime,
    limit: int,
    *,
    kind: str = "",
    free: bool = False,
) -> list[CalendarEvent]:
    """What is on between two moments and not hidden, of a kind, by when it starts."""
    conditions = [events.c.ends_at > begin, events.c.starts_at < end, events.c.is_shown]
    if kind:
        conditions.append(events.c.kind == kind)
    if free:
        conditions.append(events.c.is_free)
    chosen = select(*_columns).where(*conditions).order_by(events.c.starts_at, events.c.id)
    return [_event(row) for row in tx.execute(chosen.limit(limit))]


def find_event(tx: Transaction, event_id: int) -> CalendarEvent | None:
    """One event, hidden or not."""
    row = tx.execute(select(*_columns).where(events.c.id == event_id)).one_or_none()
    return _event(row) if row else None


def events_of_uids(tx: Transaction, uids: Iterable[str]) -> dict[str, CalendarEvent]:
    """Events that came from files, by what the files call them."""
    chosen = select(*_columns).where(events.c.uid.in_(list(uids)))
    return {row.uid: _event(row) for row in tx.execute(chosen)}


def events_page(
    tx: Transaction,
    wanted: Wanted,
    now: datetime,
    limit: int,
    offset: int = 0,
    sort: str = "starts_at",
    *,
    descending: bool = False,
) -> tuple[list[CalendarEvent], int]:
    """A page of the events staff want; and how many there are."""
    conditions = _conditions(wanted, now)
    total = tx.execute(select(func.count()).select_from(events).where(*conditions)).scalar_one()
    key = SORTS[sort].desc() if descending else SORTS[sort]
    page = select(*_columns).where(*conditions).order_by(key, events.c.id)
    return [_event(row) for row in tx.execute(page.limit(limit).offset(offset))], total


def _conditions(wanted: Wanted, now: datetime) -> Sequence[ColumnElement[bool]]:
    states: dict[str, list[ColumnElement[bool]]] = {
        "coming": [events.c.ends_at > now, events.c.is_shown],
        "past": [events.c.ends_at <= now],
        "hidden": [~events.c.is_shown],
    }
    of_kind = [events.c.kind == wanted.kind] if wanted.kind else []
    return [*states.get(wanted.state, []), *of_kind]


def add_event(tx: Transaction, event: CalendarEvent, now: datetime) -> int:
    """Add an event; its id."""
    adding = insert(events).values(**_row(event, now), revision=1).returning(events.c.id)
    return int(tx.execute(adding).scalar_one())


def change_event(tx: Transaction, event: CalendarEvent, now: datetime) -> bool:
    """Give an event new values; False when it has another revision or is gone."""
    changing = (
        update(events)
        .where(events.c.id == event.id, events.c.revision == event.revision)
        .values(**_row(event, now), revision=event.revision + 1)
    )
    return tx.execute(changing).rowcount == 1


def delete_event(tx: Transaction, event_id: int, revision: int) -> bool:
    """Delete an event with its reminders; False when it has another revision or is gone."""
    gone = delete(events).where(events.c.id == event_id, events.c.revision == revision)
    return tx.execute(gone).rowcount == 1


def delete_past_events(tx: Transaction, before: datetime) -> int:
    """Delete what was over by then; how many."""
    return tx.execute(delete(events).where(events.c.ends_at < before)).rowcount

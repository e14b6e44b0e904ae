"""What a file of events would change, shown before it is done; sealed, so that just that is."""

import zlib
from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from zoneinfo import ZoneInfo

import msgspec

from bot.services.event_desk import changed_fields
from bot.store.events import CalendarEvent
from bot.store.seal import Sealer, Unsealable

LONGEST_SEALED = 180 * 1024
"""Letters of a sealed proposal, so that it fits a form."""

_decode = msgspec.json.Decoder(list[CalendarEvent]).decode


@dataclass(frozen=True, slots=True)
class EventChange:
    """An event as it is to be, of the revision that it changes; `old` is None when it is new."""

    new: CalendarEvent
    old: CalendarEvent | None
    fields: list[tuple[str, str, str]]


def propose(
    wanted: Sequence[CalendarEvent], known: Mapping[str, CalendarEvent], zone: ZoneInfo
) -> list[EventChange]:
    """What differs from the events there are; a picture that staff chose stays."""
    changes = []
    for event in wanted:
        old = known.get(event.uid or "")
        new = event
        if old is not None:
            new = replace(event, revision=old.revision, photo=event.photo or old.photo)
        if fields := changed_fields(old, new, zone):
            changes.append(EventChange(new, old, fields))
    return changes


def seal_events(sealer: Sealer, changes: Sequence[EventChange], who: str) -> str:
    """The changes for a form that only `who` can send back; empty when they are too many."""
    as_json = msgspec.json.encode([change.new for change in changes])
    text = urlsafe_b64encode(sealer.seal(zlib.compress(as_json, 9), _about(who))).decode()
    return text if len(text) <= LONGEST_SEALED else ""


def open_events(sealer: Sealer, text: str, who: str) -> list[CalendarEvent] | None:
    """The events of a sealed proposal; None for one we did not seal for `who`."""
    try:
        packed = zlib.decompress(sealer.open(urlsafe_b64decode(text), _about(who)))
    except (ValueError, Unsealable):
        return None
    return _decode(packed)


def _about(who: str) -> str:
    return f"events proposal {who}"

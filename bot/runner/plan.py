"""Say what new versions of flows would mean for the people who are half-way through them."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field

import msgspec

from bot.engine.carry import carry
from bot.engine.catalogue import Catalogue
from bot.engine.model import Conversation, Frame
from bot.store.database import Transaction
from bot.store.seal import Sealer
from bot.store.turns import states_after

BATCH = 500
"""Conversations read at once, so that memory stays flat."""

_read = msgspec.json.Decoder(Conversation).decode


@dataclass(slots=True)
class FlowPlan:
    """What becomes of the open frames of one flow.

    `same` carry over unchanged, `asks` counts people by how many questions they are asked again,
    `blocked` stay on their version because a milestone forbids moving them.
    """

    current: int = 0
    same: int = 0
    asks: Counter[int] = field(default_factory=Counter)
    blocked: int = 0


def plan(tx: Transaction, sealer: Sealer, catalogue: Catalogue) -> dict[str, FlowPlan]:
    """Go through all conversations and try the flows in force on them; nothing is changed."""
    plans: dict[str, FlowPlan] = {}
    for frame in _frames(tx, sealer):
        _count(plans.setdefault(frame.flow, FlowPlan()), catalogue, frame)
    return plans


def _frames(tx: Transaction, sealer: Sealer) -> Iterator[Frame]:
    last = 0
    while rows := states_after(tx, last, BATCH):
        for contact_id, sealed in rows:
            if sealed:
                plain = sealer.open(sealed, f"conversation:{contact_id}")
                yield from _read(plain).frames
        last = rows[-1][0]


def _count(one: FlowPlan, catalogue: Catalogue, frame: Frame) -> None:
    new = catalogue.flows.get(frame.flow)
    if new is None:
        one.blocked += 1
        return
    if new.version == frame.version:
        one.current += 1
        return
    carried = carry(catalogue.flow(frame), new, frame)
    match carried.fate:
        case "same":
            one.same += 1
        case "asks":
            one.asks[len(carried.lost)] += 1
        case "blocked":
            one.blocked += 1

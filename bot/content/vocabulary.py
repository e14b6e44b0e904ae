"""Names what a flow may ask of the program: actions, events and sources."""

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Vocabulary:
    """The outcomes of each action and each event, and the actions that list live stock.

    `facts` and `arguments` are those of an action, an event or a source, by its name; what is left
    out there is not checked.
    """

    actions: Mapping[str, tuple[str, ...]]
    events: Mapping[str, tuple[str, ...]]
    sources: frozenset[str]
    facts: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    arguments: Mapping[str, tuple[str, ...]] = field(default_factory=dict)

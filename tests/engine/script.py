"""Takes whole turns of the pure engine, with actions that come out as a script says."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime

import msgspec
from msgspec.structs import replace

from bot.engine.catalogue import Catalogue
from bot.engine.effects import Do, Turn
from bot.engine.flow import Ask, Flow, Perform, all_edges
from bot.engine.kinds.stock import Pick
from bot.engine.model import Conversation, Done, Fact, Input, Offer, Text
from bot.engine.talk import placeholders
from bot.engine.turn import take_turn

NOON = datetime(2026, 11, 24, 4, tzinfo=UTC)
"""Noon at both centres, on an ordinary day."""

CONVERSATION = "c1"
OFFERED = 2
"""How many things a scripted source lists."""
MOST_ACTIONS = 20
"""As many as the runner performs in one turn."""

Performs = Callable[[Do], Done]
_read = msgspec.json.Decoder(Conversation).decode
_read_input = msgspec.json.Decoder(Input).decode
_write = msgspec.json.Encoder().encode


def remembered(conversation: Conversation) -> Conversation:
    """The conversation as it comes back from the store."""
    return _read(_write(conversation))


def think(
    catalogue: Catalogue,
    conversation: Conversation,
    given: Input,
    now: datetime,
    perform: Performs,
    here: str = "",
) -> Turn:
    """One whole turn as the runner takes it, with every action performed by a script."""
    turn = take_turn(catalogue, remembered(conversation), _read_input(_write(given)), now, here)
    first = turn
    effects, reached = list(turn.effects), turn.reached
    for _ in range(MOST_ACTIONS):
        do = effects.pop() if effects and isinstance(effects[-1], Do) else None
        if do is None:
            assert not any(isinstance(effect, Do) for effect in effects), "an action is lost"
            return replace(
                turn,
                effects=tuple(effects),
                reached=reached,
                queries=first.queries,
                told=first.told,
                feedback=first.feedback,
            )
        assert isinstance(do, Do)
        done = _read_input(_write(perform(do)))
        turn = take_turn(catalogue, turn.conversation, done, now, here)
        effects.extend(turn.effects)
        reached += turn.reached
    raise AssertionError(f"more than {MOST_ACTIONS} actions in one turn")


# what scripted actions and events come to


def facts_of(flow: Flow, step: str) -> dict[str, Fact]:
    """A fact for everything that some text of the flow shows of a step."""
    names = (name for text in _texts_of(flow) for name in placeholders(text))
    parts = (name.partition(".") for name in names)
    return {part: f"<{part}>" for owner, _, part in parts if owner == step and part}


def _texts_of(flow: Flow) -> list[Text]:
    own = [text for step in flow.steps if (text := getattr(step, "text", None))]
    ways = [edge.text for step in flow.steps for _, edge in all_edges(step) if edge.text]
    return own + ways


def offers_of(kind: Pick) -> tuple[Offer, ...]:
    """A few offers with a fact for every line and link of their cards."""
    shown = {name for line in kind.lines for name in placeholders(line)}
    facts: dict[str, Fact] = {name: f"<{name}>" for name in (*shown, *(x.to for x in kind.links))}
    names = (f"offer_{n}" for n in range(1, OFFERED + 1))
    return tuple(
        Offer(name, {"names": {"en": name.title(), "zh_Hans": f"选项 {name}"}}, facts)
        for name in names
    )


@dataclass(slots=True)
class Script:
    """Performs actions: each comes to the outcome written for it, or to its step's first."""

    catalogue: Catalogue
    outcomes: dict[str, str] = field(default_factory=dict)
    none_left: bool = False
    performed: list[Do] = field(default_factory=list)
    done: list[Done] = field(default_factory=list)

    def __call__(self, do: Do) -> Done:
        self.performed.append(do)
        self.done.append(self._perform(do))
        return self.done[-1]

    def _perform(self, do: Do) -> Done:
        flow = self.catalogue.editions[do.flow, do.version]
        step = flow.by_id.get(do.step)
        if isinstance(step, Ask):
            assert isinstance(step.kind, Pick)
            return Done(
                do.frame, do.step, "", offers=() if self.none_left else offers_of(step.kind)
            )
        known = flow.cancelling.outcomes if flow.cancelling else {}
        if isinstance(step, Perform):
            known = {name: Text("", "") for name in step.outcomes}
        outcome = self.outcomes.get(do.step) or next(iter(known))
        return Done(do.frame, do.step, outcome, facts_of(flow, do.step))

"""One turn in the making: the conversation as it changes, and the effects gathered so far."""

import re
from collections.abc import Iterable, Mapping
from datetime import datetime
from functools import lru_cache
from hashlib import sha256
from typing import Any

from msgspec.structs import replace

from bot.engine.catalogue import OPEN, Catalogue
from bot.engine.effects import Card, Do, Effect, Feedback, Link, Option, Query, Say
from bot.engine.flow import Ask, Flow, Perform, Position, Step, all_edges, walk
from bot.engine.flow import Decide as DecideStep
from bot.engine.kinds.kind import Ground
from bot.engine.match import Labels
from bot.engine.model import Answer, Conversation, Fact, Frame, Text, Value
from bot.engine.policy import basis as policy_basis

NO_LABELS = Labels(())
START, CANCELLED = "start", "cancelled"
"""What a flow reaches, beside its steps and its end: it is begun, it is given up."""
PRIVATE: Fact = {"phrase": "private_answer"}
"""In place of an answer that may not be shown here."""


class Talk:
    """The working copy of one turn. Everything in it is a value; only the references change."""

    def __init__(
        self,
        catalogue: Catalogue,
        conversation: Conversation,
        now: datetime,
        here: str = "",
        unseen: int = 0,
    ) -> None:
        self.catalogue = catalogue
        self.conversation = conversation
        self.now = now
        self.local = catalogue.local(now)
        self.rules = catalogue.channels.get(conversation.channel, OPEN)
        self.here = "" if here == conversation.channel else here
        """Where things are said: on the contact's own channel, or on the page they visit."""
        self.is_unseen = 0 < unseen <= conversation.asked_from
        """Whether the contact has yet to see the open question."""
        self.followed: int | None = None
        """Which effect is the first that followed from an accepted answer."""
        self.shows_private = False
        """Whether private answers may be shown: in a question on the page."""
        self.drafted = False
        """Whether part of an answer was taken: the contact knows how to send the rest."""
        self.effects: list[Effect] = []
        self.asked = False
        self.moved = False
        """Whether the open question is another than the contact was asked."""
        self.reached: list[tuple[str, str]] = []
        """Flows and steps of them that a frame came to for the first time."""
        self.queries: list[Query] = []
        self.told: list[tuple[str, str]] = []
        self.feedback: list[Feedback] = []
        self._positions: dict[int, tuple[Frame, Position]] = {}

    # the conversation

    def change(self, **changes: Any) -> None:
        """Change fields of the conversation."""
        self.conversation = replace(self.conversation, **changes)

    def frame(self, frame_id: int) -> Frame | None:
        """The frame with this id, if it is still open."""
        return next((f for f in self.conversation.frames if f.id == frame_id), None)

    def put(self, frame: Frame) -> None:
        """Replace the frame of the same id."""
        frames = self.conversation.frames
        self.change(frames=tuple(frame if f.id == frame.id else f for f in frames))

    def drop(self, frame: Frame) -> None:
        """Close a frame: its answers go with it."""
        frames = self.conversation.frames
        self.change(frames=tuple(f for f in frames if f.id != frame.id))

    def move(self, frame_id: int, *, to_top: bool) -> None:
        """Make a frame the active one, or put it below all others."""
        one = tuple(f for f in self.conversation.frames if f.id == frame_id)
        rest = tuple(f for f in self.conversation.frames if f.id != frame_id)
        self.change(frames=(*rest, *one) if to_top else (*one, *rest))

    def flow(self, frame: Frame) -> Flow:
        """The flow a frame walks."""
        return self.catalogue.flow(frame)

    def position(self, frame: Frame) -> Position:
        """Where a frame stands now; walked once for each state a frame is in."""
        known = self._positions.get(frame.id)
        if known is None or known[0] is not frame:
            known = (frame, walk(self.flow(frame), frame, self.basis))
            self._positions[frame.id] = known
        return known[1]

    def reach(self, frame: Frame, step: Step) -> None:
        """Note the first time that a frame comes to a step and has to stop there."""
        if step.id in frame.reached:
            return
        position = self.position(frame)
        noted = replace(frame, reached=(*frame.reached, step.id))
        self.reached.append((frame.flow, step.id))
        self.put(noted)
        self._positions[frame.id] = (noted, position)

    def places(self, frames: Iterable[Frame]) -> tuple[str, ...]:
        """Where frames stand, as `flow.step`, sorted."""
        stand = ((frame.flow, self.position(frame).step) for frame in frames)
        return tuple(sorted(f"{flow}.{step.id}" for flow, step in stand if step is not None))

    def foreground(self) -> tuple[Frame, Ask, Position] | None:
        """The active frame with its open question, if the contact has one to answer."""
        if not self.conversation.frames:
            return None
        frame = self.conversation.frames[-1]
        position = self.position(frame)
        return (frame, position.step, position) if isinstance(position.step, Ask) else None

    def basis(self, step: Step, seen: Mapping[str, Answer]) -> str:
        """What a computed step would look at now; empty for steps that are never stale."""
        match step:
            case DecideStep():
                policy = self.catalogue.policies[step.policy]
                return policy_basis(policy, seen, self.local.date())
            case Perform() if not any(edge.milestone for _, edge in all_edges(step)):
                return str(values(step.arguments, seen))
            case _:
                return ""

    def ground(self, frame: Frame, step: Ask, position: Position) -> Ground:
        """What the step's kind may look at."""
        return Ground(
            now=self.local,
            language=self.conversation.language,
            labels=self.catalogue.labels.get((frame.flow, frame.version, step.id), NO_LABELS),
            lists=self.catalogue.lists,
            answers=position.answers(frame),
            draft=frame.drafts.get(step.id),
            offers=frame.offers.get(step.id, ()),
            days=self.catalogue.days,
        )

    @property
    def wants_action(self) -> bool:
        """Whether the turn goes on once an action is performed."""
        return bool(self.effects) and isinstance(self.effects[-1], Do)

    @property
    def guards(self) -> bool:
        """Whether private questions and answers have to stay off the contact's own channel."""
        sensitive = self.rules.sensitive
        if sensitive == "ask":
            return False
        return sensitive == "link" or self.conversation.agreed != self.text_to_agree

    @property
    def text_to_agree(self) -> str:
        """The version of the text by which a contact agrees to be asked on this channel."""
        return text_version(self.catalogue.phrases["abroad_question"])

    # what is said

    def say(
        self, phrase: str, facts: Mapping[str, Fact] | None = None, *, door: bool = False
    ) -> None:
        """Say one of the system's own texts; with a `door` it carries a link to the page."""
        self.say_text(self.catalogue.phrases[phrase], facts or {}, door=door)

    def say_text(
        self,
        text: Text,
        facts: Mapping[str, Fact],
        options: tuple[Option, ...] = (),
        cards: tuple[Card, ...] = (),
        expects: str = "nothing",
        *,
        door: bool = False,
        links: tuple[Link, ...] = (),
        language: str = "",
    ) -> None:
        """Say a text with its facts; those of the centre are added."""
        known = {name: self.catalogue.facts[name] for name in centre_facts(text, self.catalogue)}
        given = {**known, **facts}
        here = self.here
        self.effects.append(Say(text, given, options, cards, expects, here, door, links, language))

    def flow_facts(
        self, text: Text, frame: Frame, answers: Mapping[str, Answer]
    ) -> dict[str, Fact]:
        """The facts a text shows: `{step}` an answer, `{step.fact}` a fact of its outcome."""
        flow = self.flow(frame)
        facts = {}
        for name in placeholders(text):
            step, _, part = name.partition(".")
            if step in answers and step in flow.by_id:
                facts[name] = self._fact(flow.by_id[step], answers, step, part)
        return facts

    def _fact(self, step: Step, answers: Mapping[str, Answer], name: str, part: str) -> Fact:
        value = answers[name].value
        if part:
            facts = value.get("facts", {}) if isinstance(value, dict) else {}
            return facts.get(part, "")
        return self.shown(step, value)

    def shown(self, step: Step, value: Any) -> Fact:
        """How an answer is shown back; a private one only where nobody else can read it."""
        if not isinstance(step, Ask):
            return ""
        if step.sensitive and self.guards and not self.shows_private:
            return PRIVATE
        ground = Ground(self.local, self.conversation.language, NO_LABELS, self.catalogue.lists)
        return step.kind.show(value, ground)


def values(arguments: Mapping[str, str], seen: Mapping[str, Answer]) -> dict[str, Value]:
    """The values of an action's arguments, as far as their steps are answered."""
    return {name: seen[step].value for name, step in arguments.items() if step in seen}


@lru_cache(maxsize=64)
def text_version(text: Text) -> str:
    """The version of a text that people agree to."""
    return sha256(text.source.encode()).hexdigest()[:8]


@lru_cache(maxsize=4096)
def placeholders(text: Text) -> tuple[str, ...]:
    """The names between braces in a text."""
    found = re.findall(r"\{([a-z0-9_.]+)\}", f"{text.source} {text.plural}")
    return tuple(dict.fromkeys((*found, text.count) if text.count else found))


def centre_facts(text: Text, catalogue: Catalogue) -> tuple[str, ...]:
    """The placeholders of a text that are facts of the centre."""
    return tuple(name for name in placeholders(text) if name in catalogue.facts)

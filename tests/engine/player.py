"""Plays one contact against the pure engine."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from bot.engine.catalogue import Catalogue
from bot.engine.effects import Option, Say, Turn
from bot.engine.flow import Position, Step, walk
from bot.engine.model import (
    AskedAgain,
    Conversation,
    Event,
    File,
    Frame,
    Input,
    Message,
    Said,
    Start,
    Tapped,
    Uploaded,
    Value,
    Visited,
    Woken,
)
from bot.engine.talk import Talk
from tests.catalogues import Centre
from tests.engine.script import CONVERSATION, NOON, Script, facts_of, think

WEB = "web"


class Player:
    """One contact. `said` is what the last turn led to, `all_said` everything since the start.

    `reached` is what frames came to in the last turn, `places` where they stand after it. `here` is
    where the contact does things: on its own channel, or on the page it visits.
    """

    def __init__(
        self,
        centre: Centre,
        language: str = "en",
        catalogue: Catalogue | None = None,
        channel: str = WEB,
    ) -> None:
        self.centre = centre
        self.catalogue = catalogue or centre.catalogue
        self.script = Script(self.catalogue)
        self.now = NOON
        self.here = ""
        self.conversation = Conversation(CONVERSATION, channel)
        self.said: tuple[Say, ...] = ()
        self.reached: tuple[tuple[str, str], ...] = ()
        self.places: tuple[str, ...] = ()
        self.turn = Turn(self.conversation, ())
        self.all_said: list[Say] = []
        if language:
            self.does(Start(language=language))

    # doing

    def does(self, given: Input) -> tuple[Say, ...]:
        """Apply an input and perform what it leads to."""
        turn = think(self.catalogue, self.conversation, given, self.now, self.script, self.here)
        self.turn = turn
        self.conversation, self.reached, self.places = turn.conversation, turn.reached, turn.places
        self.said = tuple(effect for effect in turn.effects if isinstance(effect, Say))
        self.all_said.extend(self.said)
        return self.said

    def opens(self, flow: str = "", language: str = "") -> tuple[Say, ...]:
        """Open the chat, perhaps by a link."""
        return self.does(Start(flow, language))

    def says(self, *texts: str) -> tuple[Say, ...]:
        """Type something, or several things one after the other."""
        for text in texts:
            self.does(Said(text))
        return self.said

    def taps(self, option: str) -> tuple[Say, ...]:
        """Tap the newest button of an option."""
        return self.does(Tapped(self.token(option)))

    def sends(self, *names: str, refused: tuple[str, ...] = ()) -> tuple[Say, ...]:
        """Send documents."""
        return self.does(Uploaded(tuple(File(name, "jpeg") for name in names), refused))

    def visits(self, link: str = "") -> tuple[Say, ...]:
        """Open the page by the newest link, or by that of an earlier question, and stay there."""
        self.here = WEB
        return self.does(Visited(link or self.conversation.question))

    def returns(self) -> None:
        """Go on in the chat on the contact's own channel."""
        self.here = ""

    def hears(self, name: str, outcome: str, frame: int = 0) -> tuple[Say, ...]:
        """Somebody else answers."""
        self.here = ""
        at = next(
            (f for f in reversed(self.conversation.frames) if not frame or f.id == frame), None
        )
        facts = facts_of(self.catalogue.flow(at), self.position(at).step_id) if at else {}
        return self.does(Event(name, at.id if at else frame, outcome, facts))

    def is_asked_again(self, step: str, again: str = "place", frame: int = 0) -> tuple[Say, ...]:
        """Staff ask for one answer of the newest frame, or of another, once more."""
        self.here = ""
        chosen = frame or self.conversation.frames[-1].id
        return self.does(AskedAgain(chosen, step, again, "It is blurred."))

    def waits(self, **time: float) -> tuple[Say, ...]:
        """Let time pass; whatever wanted to be woken by then is woken."""
        self.now += timedelta(**time)
        self.here = ""
        for wake in self.conversation.wakes:
            if wake.at <= self.now:
                return self.does(Woken(wake.name, wake.frame, wake.turn))
        return ()

    def remembers(self, catalogue: Catalogue) -> None:
        """Go on with other content, as after a deployment."""
        self.catalogue = catalogue
        self.script.catalogue = catalogue

    # looking

    def token(self, option: str) -> str:
        """What the newest button of an option carries."""
        for say in reversed(self.all_said):
            for button in buttons(say):
                if button.token.rpartition(".")[2] == option:
                    return button.token
        raise AssertionError(f"no button {option!r}")

    @property
    def frame(self) -> Frame:
        """The active frame."""
        return self.conversation.frames[-1]

    def position(self, frame: Frame | None = None) -> "Where":
        """Where a frame stands, the active one unless said otherwise."""
        chosen = frame or self.frame
        return where(self.catalogue, chosen, self.now)

    @property
    def step(self) -> str:
        """The step at which the active frame stands."""
        return self.position().step_id if self.conversation.frames else ""

    @property
    def path(self) -> tuple[str, ...]:
        """The steps the active frame passed."""
        return self.position().path

    @property
    def answers(self) -> dict[str, Value]:
        """What was answered on the path of the active frame."""
        return {step: self.frame.answers[step].value for step in self.path}

    def heard(self) -> tuple[str, ...]:
        """The contexts of the last turn's texts: `flow.step` or `system.phrase`."""
        return tuple(say.text.context for say in self.said)

    def read(self, place: str = "") -> tuple[str, ...]:
        """Those that were said on the contact's own channel, or on the page."""
        return tuple(say.text.context for say in self.said if say.channel == place)

    @property
    def door(self) -> str:
        """What was said with a link to the page, in the last turn."""
        return "".join(say.text.context for say in self.said if say.door)

    def shown(self, language: str = "") -> tuple[Message, ...]:
        """The last turn in words."""
        chosen = language or self.conversation.language
        return tuple(self.centre.renderer.message(say, chosen) for say in self.said)

    def everything(self) -> tuple[Message, ...]:
        """All that was said since the start, in words."""
        language = self.conversation.language
        return tuple(self.centre.renderer.message(say, language) for say in self.all_said)

    @property
    def question(self) -> tuple[str, tuple[str, ...]]:
        """The words of the last message and of its buttons."""
        last = self.shown()[-1]
        cards = tuple(card.button.label for card in last.cards if card.button)
        return last.text, (*cards, *(button.label for button in last.buttons))


@dataclass(frozen=True, slots=True)
class Where:
    """Where a frame stands, flat."""

    path: tuple[str, ...]
    step: Step | None

    @property
    def step_id(self) -> str:
        """The step's id; nothing at the end."""
        return self.step.id if self.step else ""


def where(catalogue: Catalogue, frame: Frame, now: datetime) -> Where:
    """Where a frame stands, stale decisions considered."""
    talk = Talk(catalogue, Conversation("", ""), now)
    position: Position = walk(catalogue.flow(frame), frame, talk.basis)
    return Where(position.path, position.step)


def buttons(say: Say) -> tuple[Option, ...]:
    """Everything that can be tapped on a message."""
    return (*(card.option for card in say.cards), *say.options)

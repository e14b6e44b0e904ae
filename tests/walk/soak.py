"""Contacts who do whatever comes to mind, and what must hold whatever they do."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from random import Random

from bot.content.render import MISSING
from bot.engine.catalogue import Catalogue
from bot.engine.effects import Do, Say
from bot.engine.flow import Ask, Await, Perform
from bot.engine.model import (
    AskedAgain,
    Conversation,
    Done,
    Event,
    File,
    Input,
    Notice,
    Said,
    Start,
    Tapped,
    Unreadable,
    Uploaded,
    Visited,
    Woken,
)
from tests.catalogues import Centre
from tests.engine.player import WEB, buttons, where
from tests.engine.script import CONVERSATION, NOON, Script, facts_of, think
from tests.walk.inputs import TAP, inputs
from tests.walk.losses import assert_nothing_is_lost
from tests.walk.secrets import assert_keeps_secrets, is_guarded, private_answers
from tests.walk.walker import assert_next_thing

LONGEST_LIFE = 300
"""Turns after which another contact begins."""
TEXTS = (
    *("", " ", "?", "yes", "no", "1", "2", "3", "1,2", "9", "第二个", "12345678901234567890"),
    *("今天", "2026-09-01", "31/12/2026", "soon", "keep", "Order tea", "Join the tea club"),
    *("Ana María Núñez", "Мария", "محمد علي", "प्रिया", "王小明", "👩‍🎨🍵😀", "\u202eabc\u202c"),
    *("ana@example.org", "+44 20 7946 0958", "13812345678", "E12345678", "melbourne"),
    *("<script>alert(1)</script>", "{answers} {x.y}", "%s %d", "a.b.c.d", "\x00\x07", "\n\n\n"),
    *("ﷺ" * 50, "x" * 1001, "好" * 5000, "7" * 5000, "a b " * 2000),
)
TOKENS = ("", "...", "c1", "c1.1.milk.yes", "c1.999.~menu.x", f"c1.{'9' * 5000}.a.b", "x.1.a.b")


@dataclass(slots=True)
class Fickle:
    """Performs actions with whatever outcome chance picks."""

    script: Script
    chance: Random
    done: list[Do] = field(default_factory=list)

    def __call__(self, do: Do) -> Done:
        self.done.append(do)
        flow = self.script.catalogue.editions[do.flow, do.version]
        step = flow.by_id.get(do.step)
        outcomes = tuple(step.outcomes) if isinstance(step, Perform) else ()
        if do.step == "~cancel" and flow.cancelling:
            outcomes = tuple(flow.cancelling.outcomes)
        self.script.outcomes = {do.step: self.chance.choice(outcomes)} if outcomes else {}
        self.script.none_left = self.chance.random() < 0.2
        return self.script(do)


@dataclass(frozen=True, slots=True)
class Heard:
    """One turn as it was taken: what was done where and when, and what its actions came to."""

    catalogue: Catalogue
    given: Input
    now: datetime
    here: str
    done: tuple[Done, ...]


class Soak:
    """One contact after the other, each doing whatever comes to mind."""

    def __init__(
        self,
        centre: Centre,
        catalogues: tuple[Catalogue, ...],
        seed: int,
        channel: str = WEB,
    ) -> None:
        self.channel = channel
        self.centre = centre
        self.catalogues = catalogues
        self.catalogue = catalogues[0]
        self.chance = Random(seed)
        self.counts: Counter[str] = Counter()
        self.fresh()

    def fresh(self) -> None:
        """Another contact comes in."""
        self.now = NOON
        self.conversation = Conversation(CONVERSATION, self.channel)
        self.shown: list[str] = []
        self.place = ""
        self.heard: list[Heard] = []

    def goes_on_from(self, conversation: Conversation, said: Iterable[Say]) -> None:
        """The contact has come some way already, and was told all this."""
        self.fresh()
        self.conversation = conversation
        for say in said:
            self._look((say,))
            self.place = say.channel

    def turn(self) -> None:
        """Do something and check what every contact relies on."""
        if self.chance.random() < 0.005:
            self.catalogue = self.chance.choice(self.catalogues)
        self.now += timedelta(minutes=self.chance.choice((0, 1, 1, 5, 60, 60 * 24 * 3)))
        given = self.something()
        before = self.conversation
        performs = Fickle(Script(self.catalogue), self.chance)
        here = self._where(given)
        turn = think(self.catalogue, before, given, self.now, performs, here)
        after = turn.conversation
        said = tuple(effect for effect in turn.effects if isinstance(effect, Say))
        done = tuple(performs.script.done)
        self.heard.append(Heard(self.catalogue, given, self.now, here, done))
        self.conversation = after
        self.place = said[-1].channel if said else self.place
        self.counts[type(given).__name__] += 1
        self._look(said)
        if isinstance(given, Notice):
            assert said
        elif said or not isinstance(given, Woken | Event | AskedAgain):
            assert_next_thing(self.catalogue, after, said, self.now)
        else:
            assert after.frames == before.frames
        assert_nothing_is_lost(self.catalogue, before, after, given, performs.done, self.now)
        assert_keeps_secrets(self.catalogue, before, after, said)
        if is_guarded(self.catalogue, before) and not here:
            assert private_answers(self.catalogue, after) <= private_answers(self.catalogue, before)

    def _where(self, given: Input) -> str:
        """The place where something is done: mostly the one where the contact was asked last."""
        match given:
            case Woken() | Event() | AskedAgain() | Notice():
                return ""
            case Visited():
                return WEB
            case _ if self.channel == WEB:
                return WEB
            case _:
                return self.place if self.chance.random() < 0.8 else self.chance.choice(("", WEB))

    def _look(self, said: tuple[Say, ...]) -> None:
        for say in said:
            self.shown.extend(button.token for button in buttons(say))
            language = self.conversation.language or "en"
            message = self.centre.renderer.message(say, language)
            assert MISSING not in message.text, (say.text.context, say.facts)
        del self.shown[:-60]

    # what is done

    def something(self) -> Input:
        """Anything a contact, staff or the clock may do."""
        acts = (
            *[self.forward] * 10,
            *[self.words] * 3,
            *[self.command] * 2,
            *[self.tap] * 4,
            self.documents,
            self.unreadable,
            self.start,
            *[self.event, self.ask_again] * 2,
            self.notice,
            self.wake,
            *([self.visit] * 2 if self.channel != WEB else []),
        )
        return self.chance.choice(acts)()

    def forward(self) -> Input:
        """What may be right at the open question."""
        if not self.conversation.frames or self.conversation.aside:
            return self.tap()
        frame = self.conversation.frames[-1]
        flow = self.catalogue.flow(frame)
        step = where(self.catalogue, frame, self.now).step
        if not isinstance(step, Ask | Await):
            return Said("help")
        given = self.chance.choice(list(inputs(self.catalogue, flow, frame, self.now)))
        if not isinstance(given, str):
            return given
        ending = "." + given.removeprefix(TAP)
        return next((Tapped(t) for t in reversed(self.shown) if t.endswith(ending)), Said("1"))

    def words(self) -> Input:
        """Words that may fit nothing."""
        labels = [words for found in self.catalogue.labels.values() for words, _ in found.pairs]
        return Said(self.chance.choice((*TEXTS, *self.chance.sample(labels, 5))))

    def command(self) -> Input:
        """A command in any language."""
        return Said(self.chance.choice(tuple(self.catalogue.words)))

    def tap(self) -> Input:
        """A button, fresh, old or broken."""
        newest = self.shown[-4:] * 8
        return Tapped(self.chance.choice((*newest, *self.shown, *TOKENS)))

    def documents(self) -> Input:
        """Documents, some of them refused."""
        files = tuple(File(f"f{n}", "jpeg") for n in range(self.chance.randint(0, 6)))
        return Uploaded(files, self.chance.choice(((), ("heic",), ("empty", "too_large"))))

    def unreadable(self) -> Input:
        """What no step can read."""
        return Unreadable(self.chance.choice(("sticker", "voice", "video", "too_long", "other")))

    def start(self) -> Input:
        """The chat opened anew, perhaps by a link."""
        flows = ("", "", "nowhere", *self.catalogue.flows)
        return Start(self.chance.choice(flows), self.chance.choice(("", "", "xx", "zh_Hans")))

    def visit(self) -> Input:
        """The page opened, by the newest link or by an older one."""
        return Visited(self.chance.choice((self.conversation.question, "1.card")))

    def event(self) -> Input:
        """Something others did, awaited or not."""
        frames = self.conversation.frames
        if not frames:
            return Event("nothing", 1, "none")
        frame = self.chance.choice(frames)
        flow = self.catalogue.flow(frame)
        waiting = [step for step in flow.steps if isinstance(step, Ask | Await) and step.waits]
        step = where(self.catalogue, frame, self.now).step
        if not isinstance(step, Ask | Await) or not step.waits:
            step = self.chance.choice(waiting) if waiting else None
        if not isinstance(step, Ask | Await):
            return Event("nothing", frame.id, "none")
        outcome = self.chance.choice(tuple(step.outcomes))
        return Event(step.waits, frame.id, outcome, facts_of(flow, step.id))

    def ask_again(self) -> Input:
        """One answer asked for once more, mostly one that was handed in."""
        if not self.conversation.frames:
            return AskedAgain(1, "guest", "place", "")
        frame = self.chance.choice(self.conversation.frames)
        steps = self.catalogue.flow(frame).steps
        done = [step.id for step in steps if isinstance(step, Perform)]
        given = [step for step in frame.answers if step not in done] or ["intro"]
        return AskedAgain(frame.id, self.chance.choice(given), (done or ["none"])[0], "Blurred.")

    def notice(self) -> Input:
        """Words of staff."""
        facts = {"title": "Tea", "reference": "T-1", "words": "Hello."}
        return Notice("staff_message", facts)

    def wake(self) -> Input:
        """A wake that is due, or one that is not."""
        wakes = self.conversation.wakes
        if not wakes or self.chance.random() < 0.2:
            return Woken("remind", self.chance.randint(0, 3), self.chance.randint(0, 50))
        self.now = max(self.now, wakes[0].at)
        return Woken(wakes[0].name, wakes[0].frame, wakes[0].turn)


def soaked(
    centre: Centre, catalogues: tuple[Catalogue, ...], turns: int, seed: int, channel: str = WEB
) -> Soak:
    soak = Soak(centre, catalogues, seed, channel)
    for n in range(turns):
        if n % LONGEST_LIFE == 0:
            soak.fresh()
        soak.turn()
    return soak

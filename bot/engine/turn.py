"""Apply one input to one conversation: the whole of what the program thinks."""

from datetime import datetime, timedelta

from msgspec.structs import replace

from bot.engine.advance import (
    advance,
    ask,
    record,
)
from bot.engine.asides import (
    ask_aside,
    open_language,
    open_menu,
)
from bot.engine.carry import carry
from bot.engine.catalogue import Catalogue
from bot.engine.flow import Ask, Await, Perform
from bot.engine.hearing import hear, is_parked
from bot.engine.kinds.kind import label
from bot.engine.kinds.stock import Pick
from bot.engine.model import (
    Conversation,
    Do,
    Done,
    Event,
    Frame,
    Input,
    Turn,
    Wake,
    Woken,
)
from bot.engine.talk import Talk

REMIND = "remind"


def take_turn(
    catalogue: Catalogue, conversation: Conversation, given: Input, now: datetime
) -> Turn:
    """Apply an input and say what follows: the conversation after it, and the effects wanted.

    When the last effect is `Do`, the runner performs it and calls again with `Done` at once.
    """
    talk = Talk(catalogue, conversation, now)
    if not isinstance(given, Done):
        talk.change(turn=conversation.turn + 1)
        _carry_over(talk)
    match given:
        case Done():
            _done(talk, given)
        case Woken():
            if not _woken(talk, given):
                return Turn(without_wake(conversation, given), ())
        case Event():
            if not _event(talk, given):
                return Turn(conversation, ())
        case _:
            hear(talk, given)
    _settle(talk)
    return Turn(talk.conversation, tuple(talk.effects))


def _settle(talk: Talk) -> None:
    """Leave the contact with a next thing to do: the open question, or the menu."""
    if talk.effects and isinstance(talk.effects[-1], Do):
        return
    if not talk.asked:
        _ask_open_question(talk)
    _set_reminder(talk)


def _ask_open_question(talk: Talk) -> None:
    if not talk.conversation.language:
        open_language(talk)
        return
    if talk.conversation.aside is not None:
        ask_aside(talk)
        return
    front = talk.foreground()
    if front is not None:
        frame, step, position = front
        if isinstance(step.kind, Pick) and step.id not in frame.offers:
            advance(talk, frame.id)
        else:
            ask(talk, frame, step, position)
    elif not any(is_parked(talk, frame) for frame in talk.conversation.frames):
        open_menu(talk)


def _set_reminder(talk: Talk) -> None:
    others = tuple(wake for wake in talk.conversation.wakes if wake.name != REMIND)
    front = talk.foreground()
    hours = talk.flow(front[0]).remind_hours if front else 0
    if front is not None and hours:
        at = talk.now + timedelta(hours=hours)
        others = (*others, Wake(at, REMIND, front[0].id, talk.conversation.turn))
    if others != talk.conversation.wakes:
        talk.change(wakes=others)


def _carry_over(talk: Talk) -> None:
    """Move frames of older versions to the flow in force, where no milestone forbids it."""
    for frame in talk.conversation.frames:
        new = talk.catalogue.flows.get(frame.flow)
        if new is None or new.version == frame.version:
            continue
        carried = carry(talk.flow(frame), new, frame)
        talk.put(carried.frame)
        if carried.fate == "asks":
            talk.say("flow_updated", {"title": label(new.title), "count": len(carried.lost)})


# what the clock, the program and others did


def _woken(talk: Talk, given: Woken) -> bool:
    """Remind of an open question, unless the conversation has moved on."""
    talk.conversation = without_wake(talk.conversation, given)
    front = talk.foreground()
    moved_on = given.turn != talk.conversation.turn - 1
    if moved_on or front is None or front[0].id != given.frame:
        return False
    talk.say("reminder", {"title": label(talk.flow(front[0]).title)})
    ask(talk, *front)
    return True


def without_wake(conversation: Conversation, given: Woken) -> Conversation:
    """The conversation once a wake has rung."""
    rung = (given.name, given.frame, given.turn)
    left = tuple(w for w in conversation.wakes if (w.name, w.frame, w.turn) != rung)
    return replace(conversation, wakes=left)


def _event(talk: Talk, given: Event) -> bool:
    """Take somebody else's answer to the step that waits for it; False when none does."""
    frame = talk.frame(given.frame)
    step = talk.position(frame).step if frame else None
    if frame is None or not isinstance(step, Ask | Await):
        return False
    if step.waits != given.name or given.outcome not in step.outcomes:
        return False
    front = talk.foreground()
    busy = front is not None and front[0].id != frame.id
    record(talk, frame, step, {"outcome": given.outcome, "facts": given.facts}, "staff")
    if not busy:
        talk.move(frame.id, to_top=True)
        talk.change(aside=None)
    advance(talk, frame.id, quiet=busy)
    if busy:
        talk.say("more_later", {"title": label(talk.flow(frame).title)})
    return True


def _done(talk: Talk, given: Done) -> None:
    """Go on with what an action came to."""
    frame = talk.frame(given.frame)
    if frame is None:
        return
    if given.step == "~cancel":
        _cancelled(talk, frame, given)
        return
    position = talk.position(frame)
    step = position.step
    if isinstance(step, Ask) and isinstance(step.kind, Pick):
        _offered(talk, frame, step, given)
    elif isinstance(step, Perform):
        value = {"outcome": given.outcome, "facts": given.facts}
        basis = talk.basis(step, position.answers(frame))
        record(talk, frame, step, value, "program", basis)
    advance(talk, frame.id)


def _offered(talk: Talk, frame: Frame, step: Ask, given: Done) -> None:
    assert isinstance(step.kind, Pick)
    if given.offers or not step.kind.none:
        talk.put(replace(frame, offers={**frame.offers, step.id: given.offers}))
    else:
        record(talk, frame, step, {"outcome": step.kind.none}, "program")


def _cancelled(talk: Talk, frame: Frame, given: Done) -> None:
    flow = talk.flow(frame)
    assert flow.cancelling is not None
    text = flow.cancelling.outcomes[given.outcome]
    talk.say_text(text, {**given.facts, "title": label(flow.title)})
    if given.outcome == "cancelled":
        talk.drop(frame)

"""Apply one input to one conversation: the whole of what the program thinks."""

from datetime import datetime, timedelta

from msgspec.structs import replace

from bot.engine import news
from bot.engine.advance import advance, is_parked, record, stay_handed_in, tell_parked
from bot.engine.answers import CONTACT, question_name
from bot.engine.asides import ask_aside, open_language, open_menu
from bot.engine.asking import ask
from bot.engine.catalogue import Catalogue
from bot.engine.effects import Turn
from bot.engine.flow import Ask, Await, Perform
from bot.engine.freshen import catch_up, forget_unsound_aside, freshen, resting
from bot.engine.hearing import hear
from bot.engine.kinds.kind import label
from bot.engine.kinds.stock import Pick
from bot.engine.model import (
    AskedAgain,
    Conversation,
    Done,
    Event,
    Frame,
    Input,
    Notice,
    Uploaded,
    Wake,
    Woken,
)
from bot.engine.privacy import is_guarded, leave_page, say_the_rest_at_home
from bot.engine.talk import CANCELLED, Talk

REMIND = "remind"


def take_turn(
    catalogue: Catalogue,
    conversation: Conversation,
    given: Input,
    now: datetime,
    here: str = "",
    unseen: int = 0,
) -> Turn:
    """Apply an input and say what follows: the conversation after it, and the effects wanted.

    `here` is the channel the input came by, where that is not the contact's own: on a visit.
    `unseen` is the first message that had not reached the contact by then, if there is one. When
    the last effect is `Do`, the runner performs it and calls again with `Done` at once.
    """
    kept = resting(catalogue, conversation)
    if not kept:
        return _take(Talk(catalogue, conversation, now, here, unseen), given)
    known = tuple(frame for frame in conversation.frames if frame not in kept)
    turn = _take(Talk(catalogue, replace(conversation, frames=known), now, here, unseen), given)
    after = replace(turn.conversation, frames=(*kept, *turn.conversation.frames))
    return replace(turn, conversation=after)


def _take(talk: Talk, given: Input) -> Turn:
    before = talk.conversation
    if isinstance(given, Done):
        talk.followed = 0
        _done(talk, given)
    else:
        talk.change(turn=before.turn + 1)
        if not _concerns(talk, given):
            kept = news.without_wake(before, given) if isinstance(given, Woken) else before
            return Turn(kept, (), places=talk.places(kept.frames))
    _settle(talk)
    if talk.wants_action:
        say_the_rest_at_home(talk)  # where the turn ends is known only once the action is done
    if not isinstance(given, Woken):
        _set_reminder(talk)
    places = talk.places(talk.conversation.frames)
    return Turn(
        talk.conversation,
        tuple(talk.effects),
        tuple(talk.reached),
        places,
        tuple(talk.queries),
        tuple(talk.told),
        tuple(talk.feedback),
    )


def _concerns(talk: Talk, given: Input) -> bool:
    """Apply an input; False when the conversation has moved on and it changes nothing."""
    match given:
        case Woken():
            return news.woken(talk, given)
        case Event():
            return news.event(talk, given)
        case AskedAgain():
            return news.asked_again(talk, given)
        case Notice():
            return news.notice(talk, given)
        case Uploaded(sent=datetime() as sent) if _is_too_late(talk, given, sent):
            return False
        case _:
            freshen(talk)
            if not talk.wants_action:
                hear(talk, given)
            return True


def _settle(talk: Talk) -> None:
    """Leave the contact with a next thing to do: the open question, or the menu."""
    if not talk.asked and not talk.wants_action:
        catch_up(talk)
        forget_unsound_aside(talk)
        if not talk.wants_action:
            _ask_open_question(talk)
            if not talk.asked and talk.conversation.aside is not None:
                ask_aside(talk)  # where to answer, which had to be asked before the question


def _ask_open_question(talk: Talk) -> None:
    if talk.conversation.aside is not None:
        ask_aside(talk)
        return
    if not talk.conversation.language:
        open_language(talk)
        return
    front = talk.foreground()
    if front is not None:
        frame, step, position = front
        if isinstance(step.kind, Pick) and step.id not in frame.offers:
            advance(talk, frame.id)
        else:
            ask(talk, frame, step, position)
        return
    if talk.here:
        leave_page(talk)
    if any(is_parked(talk, frame) for frame in talk.conversation.frames):
        _remember_parked(talk)
    else:
        open_menu(talk)


def _remember_parked(talk: Talk) -> None:
    """Say again what is waited for, once something else is over."""
    waiting = ((frame, talk.position(frame).step) for frame in talk.conversation.frames)
    names = [question_name(frame, step) for frame, step in waiting if isinstance(step, Await)]
    if talk.conversation.question not in names:
        tell_parked(talk)


def _set_reminder(talk: Talk) -> None:
    if talk.wants_action:
        return
    others = tuple(wake for wake in talk.conversation.wakes if wake.name != REMIND)
    front = talk.foreground()
    hours = talk.flow(front[0]).remind_hours if front else 0
    if front is not None and hours:
        at = talk.now + timedelta(hours=hours)
        others = (*others, Wake(at, REMIND, front[0].id, talk.conversation.turn))
    if others != talk.conversation.wakes:
        talk.change(wakes=others)


def _is_too_late(talk: Talk, given: Uploaded, sent: datetime) -> bool:
    """Whether the contact has gone on since files were sent, or nobody asks for them any more."""
    frames = talk.conversation.frames
    answers = [one for frame in frames for one in frame.answers.values() if one.who == CONTACT]
    done = (*(frame.started for frame in frames), *(one.when for one in answers))
    front = talk.foreground()
    is_asked = front is not None and front[1].kind.expects == "upload" and not is_guarded(talk)
    return any(when > sent for when in done) or (bool(given.files) and not is_asked)


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
    advance(talk, frame.id, quiet=_is_busy(talk, frame))


def _is_busy(talk: Talk, frame: Frame) -> bool:
    """Whether the contact has a question to answer in another frame."""
    front = talk.foreground()
    return front is not None and front[0].id != frame.id


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
    if given.outcome == CANCELLED:
        talk.reached.append((frame.flow, CANCELLED))
        talk.drop(frame)
    elif frame.redo and talk.position(frame).step is None:
        stay_handed_in(talk, frame)

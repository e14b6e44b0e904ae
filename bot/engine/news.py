"""What others than the contact did: the clock, staff, somebody whose answer is waited for."""

from msgspec.structs import replace

from bot.engine.advance import advance, record
from bot.engine.answers import contact_answers
from bot.engine.flow import Ask, Await, Decide, Perform, Step, Tell, as_handed_in
from bot.engine.freshen import carry_over, catch_up, forget_unsound_aside
from bot.engine.kinds.kind import label
from bot.engine.model import AskedAgain, Conversation, Event, Frame, Notice, Woken
from bot.engine.talk import Talk


def woken(talk: Talk, given: Woken) -> bool:
    """Remind of an open question, unless the conversation has moved on."""
    talk.conversation = without_wake(talk.conversation, given)
    carry_over(talk)
    front = talk.foreground()
    moved_on = given.turn != talk.conversation.turn - 1
    if moved_on or front is None or front[0].id != given.frame:
        return False
    talk.change(aside=None)
    talk.say("reminder", {"title": label(talk.flow(front[0]).title)})
    return True


def without_wake(conversation: Conversation, given: Woken) -> Conversation:
    """The conversation once a wake has rung."""
    rung = (given.name, given.frame, given.turn)
    left = tuple(w for w in conversation.wakes if (w.name, w.frame, w.turn) != rung)
    return replace(conversation, wakes=left)


def event(talk: Talk, given: Event) -> bool:
    """Take somebody else's answer to the step that waits for it; False when none does."""
    carry_over(talk)
    frame = talk.frame(given.frame)
    if frame is None:
        return False
    waiting = _waiting(talk, frame, given)
    if waiting is None:
        return False
    frame, step = waiting
    record(talk, frame, step, {"outcome": given.outcome, "facts": given.facts}, "staff")
    advance(talk, frame.id, quiet=not _turn_to(talk, frame))
    return True


def _waiting(talk: Talk, frame: Frame, given: Event) -> tuple[Frame, Step] | None:
    """The frame as it waits for this, and the step that does.

    It waits while an earlier answer is looked at, or asked again; what was answered since and not
    handed in yet is dropped then.
    """
    for one in (as_handed_in(frame), replace(frame, reopened="")):
        step = talk.position(one).step
        if step is not None and _waits_for(step, given):
            return one, step
    return None


def _waits_for(step: Step, given: Event) -> bool:
    return (
        isinstance(step, Ask | Await)
        and step.waits == given.name
        and given.outcome in step.outcomes
    )


def _turn_to(talk: Talk, frame: Frame) -> bool:
    """Make a frame the active one; not before the contact is done with another, who is told so."""
    front = talk.foreground()
    talk.move(frame.id, to_top=True)
    if front is None or front[0].id == frame.id:
        talk.change(aside=None)
        return True
    talk.move(front[0].id, to_top=True)
    talk.say("more_later", {"title": label(talk.flow(frame).title)})
    return False


def asked_again(talk: Talk, given: AskedAgain) -> bool:
    """Ask for one earlier answer once more; False where the frame waits for nobody to look at it.

    What was handed in stands until the action that did it is done anew.
    """
    carry_over(talk)
    frame = talk.frame(given.frame)
    if frame is None:
        return False
    renamed = talk.flow(frame).renamed
    step, again = (renamed.get(name, name) for name in (given.step, given.again))
    standing = as_handed_in(frame)
    if not _may_be_asked_again(talk, standing, step, again):
        return False
    frame = replace(frame, reopened=step, redo=again, handed_in=standing.answers)
    talk.put(frame)
    talk.say("asked_again", {"title": label(talk.flow(frame).title), "reason": given.reason})
    advance(talk, frame.id, quiet=not _turn_to(talk, frame))
    return True


def _may_be_asked_again(talk: Talk, frame: Frame, step: str, again: str) -> bool:
    """Whether the contact answered a step, an action handed it in for good, and that was all."""
    position, by_id = talk.position(frame), talk.flow(frame).by_id
    if not isinstance(position.step, Await) or again not in frame.milestones.values():
        return False
    if again not in position.path or not isinstance(by_id[again], Perform):
        return False
    at = position.path.index(again)
    given = {one.id for one, _ in contact_answers(talk, frame, position)}
    after = (by_id[name] for name in position.path[at + 1 :])
    is_last = all(isinstance(one, Tell | Decide) for one in after)
    return is_last and step in given.intersection(position.path[:at])


def notice(talk: Talk, given: Notice) -> bool:
    """Tell the contact something; an open question is asked again, but nobody is shown a menu."""
    if given.phrase not in talk.catalogue.phrases:
        return False
    carry_over(talk)
    talk.say(given.phrase, given.facts)
    catch_up(talk)
    forget_unsound_aside(talk)
    aside = talk.conversation.aside
    is_asked = talk.foreground() is not None or (aside is not None and aside.kind != "menu")
    talk.asked = not is_asked
    return True

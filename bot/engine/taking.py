"""Act on what the contact chose or gave for the open question."""

from msgspec.structs import replace

from bot.engine.advance import advance, record
from bot.engine.answering import choose_around
from bot.engine.answers import CONTACT
from bot.engine.asides import answer_aside, open_aside, open_change
from bot.engine.asking import CHANGE, KEEP
from bot.engine.kinds.kind import Accepted, Drafted, Reading, Refusal, Unsure
from bot.engine.privacy import is_guarded
from bot.engine.talk import Talk

STUCK_AFTER = 2
"""Wrong answers in a row after which the ways out are said as well."""


def is_refused_here(talk: Talk) -> bool:
    """Refuse what was sent for a private question on a channel that is not private."""
    if not is_guarded(talk):
        return False
    talk.say("private_here")
    return True


def take_aside(talk: Talk, option: str) -> None:
    """Take an option of the open system question."""
    aside = talk.conversation.aside
    assert aside is not None
    talk.followed = len(talk.effects)
    if aside.kind == "unsure":
        talk.change(aside=None)
        _choose_meant(talk, option, aside.about)
    else:
        answer(talk, aside.kind, option, aside.about)


def answer(talk: Talk, kind: str, option: str, about: str) -> None:
    """Do what the option of a system question says."""
    if kind == "faq":
        choose_around(talk, option)
    else:
        answer_aside(talk, kind, option, about)


def _choose_meant(talk: Talk, option: str, typed: str) -> None:
    """Take what the contact meant by words that resembled several options."""
    front = talk.foreground()
    if option != "neither":
        choose_option(talk, option)
    elif front is not None and typed:
        frame, step, position = front
        reading = step.kind.neither(typed, talk.ground(frame, step, position))
        if reading is not None:
            take(talk, reading)


def choose_option(talk: Talk, option: str) -> None:
    """Take an option of the open question."""
    front = talk.foreground()
    if front is None:
        return
    frame, step, position = front
    if option == KEEP and frame.reopened == step.id:
        drafts = {name: draft for name, draft in frame.drafts.items() if name != step.id}
        talk.put(replace(frame, reopened="", drafts=drafts))
        advance(talk, frame.id)
    elif option == CHANGE:
        open_change(talk)
    else:
        reading = step.kind.chosen(option, talk.ground(frame, step, position))
        take(talk, reading or Refusal("choose_one"))


def take(talk: Talk, reading: Reading) -> None:
    """Act on what the open question made of an input."""
    front = talk.foreground()
    assert front is not None
    frame, step, _ = front
    match reading:
        case Accepted(value, phrase):
            talk.change(refusals=0)
            if phrase:
                talk.say(phrase)
            talk.followed = len(talk.effects)
            record(talk, frame, step, value, CONTACT)
            advance(talk, frame.id)
        case Drafted(value, phrase, facts):
            talk.drafted = True
            talk.put(replace(frame, drafts={**frame.drafts, step.id: value}))
            if phrase:
                talk.say(phrase, facts)
        case Unsure(options, typed):
            open_aside(talk, "unsure", (*options, "neither"), typed)
        case Refusal(phrase, facts):
            talk.change(refusals=talk.conversation.refusals + 1)
            talk.say(phrase, facts)
            if talk.conversation.refusals == STUCK_AFTER:
                talk.say("stuck")

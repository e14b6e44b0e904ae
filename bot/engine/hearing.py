"""Understand what the contact did: words, taps, documents, commands."""

from msgspec.structs import replace

from bot.engine.advance import advance, is_parked, record, tell_parked
from bot.engine.answers import CONTACT
from bot.engine.asides import (
    ASIDE,
    STANDING,
    answer_aside,
    open_aside,
    open_change,
    read_aside,
    start_flow,
)
from bot.engine.asking import CHANGE, KEEP, extra_options
from bot.engine.commands import SPEAK, obey
from bot.engine.flow import Ask, Position
from bot.engine.kinds.kind import Accepted, Drafted, Reading, Refusal, Unsure
from bot.engine.kinds.words import Number
from bot.engine.match import Maybe, Sure, choose, fold, ordinal
from bot.engine.model import Frame, Input, Said, Start, Tapped, Unreadable, Uploaded, Visited
from bot.engine.opening import choose_language, start
from bot.engine.privacy import arrive, is_guarded
from bot.engine.talk import Talk

STUCK_AFTER = 2
"""Wrong answers in a row after which the ways out are said as well."""
FORGOTTEN = "~forgotten"
"""In place of an open question: its answers were kept long enough and are deleted."""
LONGEST_TURN = 9
"""Digits of the turn in a button: a thousand million turns are more than any contact takes."""


def hear(talk: Talk, given: Input) -> None:
    """Apply an input of the contact."""
    if isinstance(given, Start):
        _is_told_of_forgotten_draft(talk)
        start(talk, given)
    elif _is_told_of_forgotten_draft(talk):
        return
    elif not talk.conversation.language:
        choose_language(talk, given)
    else:
        _hear(talk, given)


def _hear(talk: Talk, given: Input) -> None:
    match given:
        case Tapped(token):
            _tapped(talk, token)
        case Said(text):
            _said(talk, text)
        case Uploaded():
            _uploaded(talk, given)
        case Visited(question):
            arrive(talk, question)
        case Unreadable():
            _unreadable(talk, given)


def _unreadable(talk: Talk, given: Unreadable) -> None:
    if _is_refused_here(talk):
        return
    front = talk.foreground()
    wants_files = front is not None and front[1].kind.expects == "upload"
    if wants_files and talk.conversation.aside is None and given.kind != "file":
        talk.say("send_file")
    else:
        talk.say(f"unreadable_{given.kind}")


def _is_told_of_forgotten_draft(talk: Talk) -> bool:
    """Tell the contact, once, that what was begun is deleted; False when nothing was."""
    if talk.conversation.question != FORGOTTEN:
        return False
    talk.change(question="")
    talk.say("draft_deleted")
    return True


def _tapped(talk: Talk, token: str) -> None:
    conversation, turn, step, option = (*token.split("."), "", "", "", "")[:4]
    mine = conversation == talk.conversation.id and turn.isdecimal() and len(turn) <= LONGEST_TURN
    if mine and step.startswith(ASIDE):
        _tapped_aside(talk, step.removeprefix(ASIDE), option, int(turn))
        return
    front = talk.foreground()
    if not mine or front is None or step != front[1].id or int(turn) < talk.conversation.asked:
        _stale(talk)
        return
    talk.change(aside=None)
    if not _is_refused_here(talk):
        _choose(talk, option)


def _is_refused_here(talk: Talk) -> bool:
    """Refuse what was sent for a private question on a channel that is not private."""
    if not is_guarded(talk):
        return False
    talk.say("private_here")
    return True


def _tapped_aside(talk: Talk, kind: str, option: str, turn: int) -> None:
    aside = talk.conversation.aside
    if aside and aside.kind == kind and turn >= aside.turn and option in aside.options:
        _take_aside(talk, option)
    elif kind in STANDING:
        answer_aside(talk, kind, option, "") if _is_known(talk, kind, option) else _stale(talk)
    else:
        _stale(talk)


def _is_known(talk: Talk, kind: str, option: str) -> bool:
    known = talk.catalogue.languages if kind == "language" else talk.catalogue.flows
    return option in known or (kind == "menu" and option in ("language", "help"))


def _stale(talk: Talk) -> None:
    talk.say("stale_button")
    parked = [frame for frame in talk.conversation.frames if is_parked(talk, frame)]
    if parked and talk.foreground() is None:
        tell_parked(talk)


def _take_aside(talk: Talk, option: str) -> None:
    aside = talk.conversation.aside
    assert aside is not None
    talk.followed = len(talk.effects)
    if aside.kind == "unsure":
        talk.change(aside=None)
        _choose_meant(talk, option, aside.about)
    else:
        answer_aside(talk, aside.kind, option, aside.about)


def _choose_meant(talk: Talk, option: str, typed: str) -> None:
    """Take what the contact meant by words that resembled several options."""
    front = talk.foreground()
    if option != "neither":
        _choose(talk, option)
    elif front is not None and typed:
        frame, step, position = front
        reading = step.kind.neither(typed, talk.ground(frame, step, position))
        if reading is not None:
            _take(talk, reading)


def _choose(talk: Talk, option: str) -> None:
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
        _take(talk, reading or Refusal("choose_one"))


def _said(talk: Talk, text: str) -> None:
    command = talk.catalogue.words.get(fold(text))
    aside = talk.conversation.aside
    option = read_aside(talk, text) if aside else None
    if option is None and command is not None and _is_answer(talk, command):
        command = None
    if option is not None:
        _take_aside(talk, option)
    elif command is not None and command != "keep":
        talk.change(aside=None)
        obey(talk, command)
    elif aside is not None and aside.kind != "unsure":
        _said_to_aside(talk, text)
    else:
        talk.change(aside=None)
        _said_to_flow(talk, text)


def _is_answer(talk: Talk, command: str) -> bool:
    """Whether the name of a language is meant as words: “English” is a subject, and a surname."""
    if not command.startswith(SPEAK) or is_guarded(talk):
        return False
    front = talk.foreground()
    is_open = front is not None and talk.conversation.aside is None
    return is_open and front is not None and front[1].kind.is_free()


def _said_to_aside(talk: Talk, text: str) -> None:
    """Words that fit no option of a system question: from a menu, the flow's question is meant."""
    aside = talk.conversation.aside
    assert aside is not None
    if talk.foreground() is None or aside.kind not in STANDING:
        if ordinal(text) is not None:
            talk.say("no_such_number", {"count": len(aside.options)})
        else:
            talk.say("choose_one")
        return
    talk.change(aside=None)
    _said_to_flow(talk, text)


def _said_to_flow(talk: Talk, text: str) -> None:
    front = talk.foreground()
    if front is not None and talk.is_unseen:
        talk.asked = True  # it reaches the contact now: these words cannot answer it
        return
    if _is_refused_here(talk):
        return
    if front is not None:
        _said_to_question(talk, text, *front)
        return
    match choose(text, talk.catalogue.titles):
        case Sure(flow):
            start_flow(talk, flow)
        case Maybe() | None if talk.conversation.frames:
            tell_parked(talk)
        case _:
            talk.say("welcome" if talk.conversation.turn == 1 else "not_understood")


def _said_to_question(talk: Talk, text: str, frame: Frame, step: Ask, position: Position) -> None:
    if talk.moved:
        return
    ground = talk.ground(frame, step, position)
    added = [option for option, _ in extra_options(talk, frame, step)]
    number = (ordinal(text) or 0) - len(step.kind.shown_options(ground))
    if KEEP in added and talk.catalogue.words.get(fold(text)) == "keep":
        _choose(talk, KEEP)
    elif 1 <= number <= len(added) and not isinstance(step.kind, Number):
        _choose(talk, added[number - 1])
    else:
        _take(talk, _counting(step.kind.read(Said(text), ground), len(added)))


def _counting(reading: Reading, added: int) -> Reading:
    """Of a number too high, the highest: the options that the engine added count as well."""
    match reading:
        case Refusal("no_such_number", {"count": int(count)}):
            return Refusal("no_such_number", {"count": count + added})
        case _:
            return reading


def _uploaded(talk: Talk, given: Uploaded) -> None:
    front = talk.foreground()
    if front is None:
        talk.say("no_files_here")
        return
    talk.change(aside=None)
    if _is_refused_here(talk):
        return
    frame, step, position = front
    for reason in given.refused if given.files else ():
        talk.say(f"file_{reason}")
    if not talk.moved:
        _take(talk, step.kind.read(given, talk.ground(frame, step, position)))


def _take(talk: Talk, reading: Reading) -> None:
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

"""Understand what the contact did: words, taps, documents, commands."""

from bot.engine.advance import is_parked, tell_parked
from bot.engine.asides import ASIDE, STANDING
from bot.engine.faq import is_option
from bot.engine.model import Input, Said, Start, Tapped, Unreadable, Uploaded, Visited
from bot.engine.opening import choose_language, start
from bot.engine.privacy import arrive
from bot.engine.taking import answer, choose_option, is_refused_here, take, take_aside
from bot.engine.talk import Talk
from bot.engine.typed import said

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
            said(talk, text)
        case Uploaded():
            _uploaded(talk, given)
        case Visited(question):
            arrive(talk, question)
        case Unreadable():
            _unreadable(talk, given)


def _unreadable(talk: Talk, given: Unreadable) -> None:
    if is_refused_here(talk):
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
    if not is_refused_here(talk):
        choose_option(talk, option)


def _tapped_aside(talk: Talk, kind: str, option: str, turn: int) -> None:
    aside = talk.conversation.aside
    if aside and aside.kind == kind and turn >= aside.turn and option in aside.options:
        take_aside(talk, option)
    elif kind in STANDING:
        answer(talk, kind, option, "") if _is_known(talk, kind, option) else _stale(talk)
    else:
        _stale(talk)


def _is_known(talk: Talk, kind: str, option: str) -> bool:
    match kind:
        case "language":
            return option in talk.catalogue.languages
        case "faq":
            return is_option(talk.catalogue.faq, option, talk.catalogue.flows)
        case _:
            return option in talk.catalogue.flows or option in ("services", "language", "help")


def _stale(talk: Talk) -> None:
    talk.say("stale_button")
    parked = [frame for frame in talk.conversation.frames if is_parked(talk, frame)]
    if parked and talk.foreground() is None:
        tell_parked(talk)


def _uploaded(talk: Talk, given: Uploaded) -> None:
    front = talk.foreground()
    if front is None:
        talk.say("no_files_here")
        return
    talk.change(aside=None)
    if is_refused_here(talk):
        return
    frame, step, position = front
    for reason in given.refused if given.files else ():
        talk.say(f"file_{reason}")
    if not talk.moved:
        take(talk, step.kind.read(given, talk.ground(frame, step, position)))

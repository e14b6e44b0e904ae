"""Understand what the contact typed: a command, an option, an answer, a question of their own."""

from bot.engine.advance import tell_parked
from bot.engine.answering import asks, find, reply
from bot.engine.asides import STANDING, answer_aside, read_aside
from bot.engine.asking import KEEP, extra_options
from bot.engine.commands import SPEAK, obey
from bot.engine.flow import Ask, Position
from bot.engine.heard import hear, start_heard
from bot.engine.kinds.kind import Accepted, Drafted, Reading, Refusal
from bot.engine.kinds.lookup import Lookup
from bot.engine.kinds.words import Number
from bot.engine.match import Sure, choose, fold, ordinal
from bot.engine.model import Frame, Said
from bot.engine.privacy import is_guarded
from bot.engine.retrieval.finder import Found
from bot.engine.taking import choose_option, is_refused_here, take, take_aside
from bot.engine.talk import Talk

CERTAIN = 0.9
"""The chance from which words interrupt that do not look like a question."""
MANY_WORDS = 1
"""One word alone is more likely a wrong answer; two Han characters count as one."""


def said(talk: Talk, text: str) -> None:
    """Apply what the contact typed."""
    command = talk.catalogue.words.get(fold(text))
    aside = talk.conversation.aside
    option = read_aside(talk, text) if aside else None
    if option is None and command is not None and _is_answer(talk, command):
        command = None
    if option is not None:
        take_aside(talk, option)
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
    """Words that fit no option of a system question: a question, or meant for what lies below."""
    aside = talk.conversation.aside
    assert aside is not None
    if aside.kind in STANDING and (talk.foreground() is not None or ordinal(text) is None):
        talk.change(aside=None)
        _said_to_flow(talk, text)
    elif ordinal(text) is not None:
        talk.say("no_such_number", {"count": len(aside.options)})
    elif not _answers(talk, text):
        talk.say("choose_one")


def _answers(talk: Talk, text: str) -> bool:
    """Answer a question that interrupts another one, if there is an answer."""
    found = find(talk, text)
    if found.outcome != "answer":
        return False
    reply(talk, text, found)
    return True


def _said_to_flow(talk: Talk, text: str) -> None:
    front = talk.foreground()
    if front is not None and talk.is_unseen:
        talk.asked = True  # it reaches the contact now: these words cannot answer it
    elif is_guarded(talk):
        if not (asks(talk, text) and _answers(talk, text)):
            is_refused_here(talk)
    elif front is not None:
        _said_to_question(talk, text, *front)
    else:
        _said_to_nothing(talk, text)


def _said_to_nothing(talk: Talk, text: str) -> None:
    """Words while nothing is asked: what there is to do, by its name or in a sentence, or a
    question."""
    heard = hear(talk.catalogue, text)
    if heard is not None and heard.options:
        start_heard(talk, heard)
        return
    match choose(text, talk.catalogue.titles):
        case Sure(option):
            answer_aside(talk, "menu", option, "")
        case _ if heard is not None:
            start_heard(talk, heard)
        case _ if talk.catalogue.faq.entries:
            reply(talk, text, find(talk, text))
        case _ if talk.conversation.frames:
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
        choose_option(talk, KEEP)
    elif 1 <= number <= len(added) and not isinstance(step.kind, Number):
        choose_option(talk, added[number - 1])
    else:
        reading = _counting(step.kind.read(Said(text), ground), len(added))
        if not (_starts_anew(talk, text, frame, reading) or _interrupts(talk, text, step, reading)):
            take(talk, reading)


def _starts_anew(talk: Talk, text: str, frame: Frame, reading: Reading) -> bool:
    """Begin the open flow again where its answers are no answer, but a sentence that starts it."""
    heard = hear(talk.catalogue, text) if not isinstance(reading, Accepted | Drafted) else None
    if heard is None or heard.flow != frame.flow or frame.milestones:
        return False
    start_heard(talk, heard)
    return True


def _interrupts(talk: Talk, text: str, step: Ask, reading: Reading) -> bool:
    """Answer words that are a question of the contact's own rather than an answer to ours.

    What is an answer stays one. Where any words are (a name, an address), and where names are
    looked up, only what has the form of a question and an answer of its own interrupts.
    """
    if isinstance(reading, Drafted) or not talk.catalogue.faq.entries:
        return False
    takes_names = step.kind.is_free() or isinstance(step.kind, Lookup)
    if isinstance(reading, Accepted) and not takes_names:
        return False
    form = asks(talk, text)
    if takes_names and not form:
        return False
    found = find(talk, text)
    offers = isinstance(reading, Refusal) and form and found.outcome == "choices"
    answers = found.outcome == "answer" and (form or _is_plain(text, found))
    if not answers and not offers:
        return False
    reply(talk, text, found)
    return True


def _is_plain(text: str, found: Found) -> bool:
    """Whether words without the form of a question can hardly mean anything else."""
    length = sum(c > "\u2e7f" for c in text) / 2 + len(text.split())
    return length > MANY_WORDS and found.entries[0].p >= CERTAIN


def _counting(reading: Reading, added: int) -> Reading:
    """Of a number too high, the highest: the options that the engine added count as well."""
    match reading:
        case Refusal("no_such_number", {"count": int(count)}):
            return Refusal("no_such_number", {"count": count + added})
        case _:
            return reading

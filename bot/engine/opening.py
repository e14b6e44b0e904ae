"""The beginning of a conversation: the welcome, and the language to speak."""

from bot.engine.answering import find, reply
from bot.engine.asides import answer_aside, open_language, read_aside, start_flow
from bot.engine.match import fold
from bot.engine.model import Input, Said, Start, Tapped
from bot.engine.talk import Talk


def start(talk: Talk, given: Start) -> None:
    """Welcome the contact, and go where the link leads that was opened."""
    flow = given.flow if given.flow in talk.catalogue.flows else ""
    if given.language in talk.catalogue.languages:
        talk.change(language=given.language)
    if not talk.conversation.language:
        open_language(talk, flow)
        return
    is_new = talk.conversation.turn == 1
    if is_new or not flow:
        talk.say("welcome" if is_new else "welcome_back")
    if flow:
        talk.change(aside=None)
        start_flow(talk, flow)


def choose_language(talk: Talk, given: Input) -> None:
    """Hear which language to speak before anything else."""
    if talk.conversation.aside is None:
        open_language(talk)
    aside = talk.conversation.aside
    option = None
    match given:
        case Tapped(token):
            option = token.rpartition(".")[2]
        case Said(text):
            option = read_aside(talk, text)
            if option is None and _is_answered(talk, text):
                return
    if aside is not None and option in talk.catalogue.languages and option:
        talk.effects.clear()
        talk.asked = False
        answer_aside(talk, "language", option, aside.about)


def _is_answered(talk: Talk, text: str) -> bool:
    """Answer a question that is asked before anything else: its language is the one to speak."""
    if fold(text) in talk.catalogue.words:
        return False
    found = find(talk, text)
    if found.outcome != "answer" or found.language not in talk.catalogue.languages:
        return False
    talk.effects.clear()
    talk.asked = False
    talk.change(language=found.language, aside=None)
    talk.say("welcome")
    reply(talk, text, found)
    return True

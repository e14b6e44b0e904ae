"""The commands people type at any time: back, change, cancel, language, menu, status …"""

from collections.abc import Callable

from msgspec.structs import replace

from bot.engine.advance import tell_parked
from bot.engine.answers import changeable, contact_answers
from bot.engine.asides import (
    answer_aside,
    open_cancel,
    open_categories,
    open_change,
    open_language,
    open_menu,
)
from bot.engine.talk import Talk

SPEAK = "speak "
"""Before a language's code: the command to speak it from now on."""


def obey(talk: Talk, command: str) -> None:
    """Do what a command says, whatever is open."""
    acts: dict[str, Callable[[Talk], None]] = {
        "back": _back,
        "change": open_change,
        "cancel": open_cancel,
        "language": open_language,
        "menu": open_menu,
        "services": _open_services,
        "status": tell_parked,
        "greeting": _greet,
    }
    if command in acts:
        acts[command](talk)
    elif command.startswith(SPEAK):
        answer_aside(talk, "language", command.removeprefix(SPEAK), "")
    else:
        talk.say(command)


def _open_services(talk: Talk) -> None:
    """Say what there are answers to; where there are none, what else there is."""
    if talk.catalogue.faq.categories:
        open_categories(talk)
    else:
        open_menu(talk)


def _greet(talk: Talk) -> None:
    talk.say("welcome" if talk.conversation.turn == 1 else "greeting")


def _back(talk: Talk) -> None:
    front = talk.foreground()
    if front is None:
        talk.say("nothing_to_go_back_to")
        return
    frame, _, position = front
    earlier = changeable(talk, frame, position)
    if not earlier:
        handed_in = contact_answers(talk, frame, position)
        talk.say("change_too_late" if handed_in else "first_question")
        return
    talk.put(replace(frame, reopened=earlier[-1][0].id))
    talk.change(question="")

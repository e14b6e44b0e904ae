"""The commands people type at any time: back, change, cancel, language, menu, status …"""

from msgspec.structs import replace

from bot.engine.advance import tell_parked
from bot.engine.answers import changeable, contact_answers
from bot.engine.asides import answer_aside, open_cancel, open_change, open_language, open_menu
from bot.engine.talk import Talk

SPEAK = "speak "
"""Before a language's code: the command to speak it from now on."""


def obey(talk: Talk, command: str) -> None:
    """Do what a command says, whatever is open."""
    match command:
        case "back":
            _back(talk)
        case "change":
            open_change(talk)
        case "cancel":
            open_cancel(talk)
        case "language":
            open_language(talk)
        case "menu":
            open_menu(talk)
        case "status":
            tell_parked(talk)
        case _ if command.startswith(SPEAK):
            answer_aside(talk, "language", command.removeprefix(SPEAK), "")
        case _:
            talk.say(command)


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

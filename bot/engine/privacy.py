"""Where a question may be asked: on the contact's own channel, or on the centre's web page.

A step is private where its answer, or one it shows, is sensitive. On a channel whose messages leave
the country private questions are answered on the page: the contact visits it by a one-time link.
"""

from msgspec.structs import replace

from bot.engine.answers import contact_answers, question_name
from bot.engine.effects import Say
from bot.engine.flow import Ask, Position
from bot.engine.kinds.choice import Review
from bot.engine.model import Fact, Frame
from bot.engine.talk import Talk

PAGE = "page "
"""Before the text's version: the contact has chosen the page."""


def is_private(talk: Talk, frame: Frame, step: Ask, position: Position) -> bool:
    """Whether a question or what it shows must not be seen on a guarded channel."""
    if isinstance(step.kind, Review):
        return any(asked.sensitive for asked, _ in contact_answers(talk, frame, position))
    return step.sensitive


def is_guarded(talk: Talk) -> bool:
    """Whether the open question is private, and this is not the place to answer it."""
    if talk.here or not talk.guards:
        return False
    front = talk.foreground()
    return front is not None and is_private(talk, *front)


def wants_consent(talk: Talk) -> bool:
    """Whether the contact has yet to choose where to answer private questions."""
    asks = talk.rules.sensitive == "consent"
    return asks and talk.conversation.agreed.removeprefix(PAGE) != talk.text_to_agree


def choose_place(talk: Talk, *, here: bool) -> None:
    """Remember where the contact answers private questions."""
    talk.change(agreed=talk.text_to_agree if here else PAGE + talk.text_to_agree)


def channel_name(talk: Talk) -> Fact:
    """What people call the contact's own channel."""
    phrase = f"channel_{talk.conversation.channel}"
    return {"phrase": phrase} if phrase in talk.catalogue.phrases else talk.conversation.channel


# visits


def belongs_on_page(talk: Talk, frame: Frame, step: Ask, position: Position) -> bool:
    """Whether a question is asked on the page during this visit."""
    if talk.guards and is_private(talk, frame, step, position):
        return True
    return takes_files_on_page(talk, step) and talk.conversation.visiting == question_name(
        frame, step
    )


def takes_files_on_page(talk: Talk, step: Ask) -> bool:
    """Whether files for a step may also be sent on the page."""
    return talk.rules.files == "link" and step.kind.expects == "upload"


def arrive(talk: Talk, question: str) -> None:
    """Begin a visit with the open question, or say that there is nothing to answer here."""
    front = talk.foreground()
    if front is not None:
        name = question_name(front[0], front[1])
        talk.change(visiting=name if name == question else talk.conversation.visiting)
        if belongs_on_page(talk, *front):
            talk.change(aside=None)
            return
    talk.say("visit_over", {"channel": channel_name(talk)})
    talk.asked = True


def say_the_rest_at_home(talk: Talk) -> None:
    """Say on the contact's own channel what followed from what was done on the page."""
    if talk.here and talk.followed is not None:
        before, after = talk.effects[: talk.followed], talk.effects[talk.followed :]
        moved = [replace(one, channel="") if isinstance(one, Say) else one for one in after]
        talk.effects[:] = [*before, *moved]


def leave_page(talk: Talk) -> None:
    """End a visit: from here on everything is said on the contact's own channel."""
    say_the_rest_at_home(talk)
    talk.say("visit_over", {"channel": channel_name(talk)})
    talk.here = ""
    talk.change(visiting="")

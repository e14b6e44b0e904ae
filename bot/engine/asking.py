"""Ask a question: its words, its options, its cards, on the channel where it may be asked."""

from bot.engine.answers import question_name, review_lines
from bot.engine.effects import Card, Link, Option
from bot.engine.flow import Ask, Position
from bot.engine.kinds.choice import Review
from bot.engine.kinds.kind import label, options_with_tokens
from bot.engine.kinds.stock import Pick
from bot.engine.model import Aside, Fact, Frame
from bot.engine.privacy import (
    belongs_on_page,
    is_private,
    leave_page,
    takes_files_on_page,
    wants_consent,
)
from bot.engine.talk import Talk

KEEP = "~keep"
CHANGE = "~change"


def ask(talk: Talk, frame: Frame, step: Ask, position: Position) -> None:
    """Ask a step's question, where it may be asked; again, it is the same words, fresh buttons.

    So is the link to the page for files: the one before is soon over.
    """
    talk.reach(frame, step)
    name = question_name(frame, step)
    if talk.conversation.question != name:
        now = talk.conversation
        talk.change(question=name, asked=now.turn, asked_from=now.said + 1, refusals=0)
    if talk.here and not belongs_on_page(talk, frame, step, position):
        leave_page(talk)
    if not talk.here and talk.guards and is_private(talk, frame, step, position):
        _send_to_page(talk)
        return
    _put(talk, frame, step, position)
    if not talk.here and takes_files_on_page(talk, step) and not talk.drafted:
        talk.say("upload_page", door=True)


def _send_to_page(talk: Talk) -> None:
    """Ask to answer on the page, or first where the contact wants to answer."""
    if wants_consent(talk):
        turn = talk.conversation.turn
        talk.change(aside=Aside("abroad", ("here", "page"), turn, about=talk.text_to_agree))
        return
    talk.say("private_page", door=True)
    talk.asked = True


def _put(talk: Talk, frame: Frame, step: Ask, position: Position) -> None:
    """Put a question into words, buttons and cards."""
    talk.shows_private = bool(talk.here)
    ground = talk.ground(frame, step, position)
    shown = (*step.kind.shown_options(ground), *extra_options(talk, frame, step))
    options = options_with_tokens(shown, talk.conversation.id, talk.conversation.turn, step.id)
    facts = talk.flow_facts(step.text, frame, position.answers(frame))
    if isinstance(step.kind, Review):
        facts["answers"] = {"lines": review_lines(talk, frame, position)}
    talk.shows_private = False
    cards = _cards(frame, step, options)
    talk.say_text(step.text, facts, options[len(cards) :], cards, step.kind.expects)
    talk.asked = True


def extra_options(talk: Talk, frame: Frame, step: Ask) -> tuple[tuple[str, Fact], ...]:
    """Options the engine adds: keep the earlier answer; change one of those reviewed."""
    if isinstance(step.kind, Review):
        return ((CHANGE, {"phrase": "change_button"}),)
    if frame.reopened == step.id and step.id in frame.answers:
        answer = talk.shown(step, frame.answers[step.id].value)
        return ((KEEP, {"phrase": "keep_button", "facts": {"answer": answer}}),)
    return ()


def _cards(frame: Frame, step: Ask, options: tuple[Option, ...]) -> tuple[Card, ...]:
    if not isinstance(step.kind, Pick):
        return ()
    button = step.kind.button
    return tuple(
        Card(
            title=offer.title,
            lines=step.kind.lines,
            facts=offer.facts,
            photo=offer.photo,
            links=tuple(
                Link(link.text, offer.facts[link.to])
                for link in step.kind.links
                if link.to in offer.facts
            ),
            option=Option(option.token, label(button)) if button else option,
        )
        for offer, option in zip(frame.offers.get(step.id, ()), options, strict=False)
    )

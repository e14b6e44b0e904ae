"""Bring a conversation up to date with the catalogue before it hears an input."""

from typing import TypeAlias

from bot.engine.advance import advance
from bot.engine.aside_words import frame_of
from bot.engine.carry import carry
from bot.engine.catalogue import Catalogue
from bot.engine.faq import is_option
from bot.engine.flow import Ask, Await, Position, walk
from bot.engine.kinds.choice import Consent
from bot.engine.kinds.kind import Kind, label
from bot.engine.kinds.stock import Pick
from bot.engine.model import Aside, Conversation, Frame
from bot.engine.privacy import is_guarded
from bot.engine.talk import Talk


def resting(catalogue: Catalogue, conversation: Conversation) -> tuple[Frame, ...]:
    """The frames of flows that are gone altogether: kept as they are until they come back."""
    return tuple(frame for frame in conversation.frames if not catalogue.knows(frame))


def freshen(talk: Talk) -> None:
    """Go on where a new version or a new table leaves nobody to answer.

    What the contact said before seeing the question that is open now is no answer to it.
    """
    if not all(_is_fresh(talk, frame) for frame in talk.conversation.frames):
        before = _asked_before(talk)
        carry_over(talk)
        catch_up(talk)
        talk.moved = before is not None and before != _asked_now(talk)
    if talk.moved:
        talk.change(aside=None, question="", asked=_buttons_since(talk))
    forget_unsound_aside(talk)


def _buttons_since(talk: Talk) -> int:
    """The turn since which buttons count: an agreement is to the words it was given to."""
    front = talk.foreground()
    conversation = talk.conversation
    agreed = front is not None and isinstance(front[1].kind, Consent)
    return conversation.turn if agreed else conversation.asked


def _is_fresh(talk: Talk, frame: Frame) -> bool:
    new = talk.catalogue.flows.get(frame.flow)
    same = new is None or new.version == frame.version
    return same and isinstance(talk.position(frame).step, Ask | Await)


def carry_over(talk: Talk) -> None:
    """Move frames of older versions to the flow in force, where no milestone forbids it."""
    for frame in talk.conversation.frames:
        new = talk.catalogue.flows.get(frame.flow)
        if new is None or new.version == frame.version:
            continue
        carried = carry(talk.flow(frame), new, frame)
        talk.put(carried.frame)
        if carried.fate == "asks":
            talk.say("flow_updated", {"title": label(new.title), "count": len(carried.lost)})


def catch_up(talk: Talk) -> None:
    """Go on in every frame that stands at a step which the program itself answers."""
    for frame in talk.conversation.frames:
        if talk.wants_action:
            return
        if not isinstance(talk.position(frame).step, Ask | Await):
            advance(talk, frame.id, quiet=True)


Asked: TypeAlias = tuple[int, str, type[Kind], tuple[str, ...], str]
"""An open question: its frame, its step, and what a number or a yes to it would mean."""

UNKNOWN: Asked = (0, "", Kind, (), "")
"""What was asked by a version that is no longer kept."""


def _asked_before(talk: Talk) -> Asked | None:
    """The question the contact saw last, by the name it has now; a stale table does not hide it."""
    if not talk.conversation.frames:
        return None
    frame = talk.conversation.frames[-1]
    if (frame.flow, frame.version) not in talk.catalogue.editions:
        return UNKNOWN
    position = walk(talk.flow(frame), frame)
    new = talk.catalogue.flows.get(frame.flow)
    return _named(frame, position, new.renamed if new else {})


def _asked_now(talk: Talk) -> Asked | None:
    front = talk.foreground()
    if front is None or (isinstance(front[1].kind, Pick) and front[1].id not in front[0].offers):
        return None
    return _named(front[0], front[2], {})


def _named(frame: Frame, position: Position, renamed: dict[str, str]) -> Asked | None:
    step = position.step
    if not isinstance(step, Ask):
        return None
    options = tuple(choice.option for choice in step.kind.options)
    words = step.kind.text_version if isinstance(step.kind, Consent) else ""
    return frame.id, renamed.get(step.id, step.id), type(step.kind), options, words


def forget_unsound_aside(talk: Talk) -> None:
    """Close a system question that speaks of what is gone since it was asked."""
    aside = talk.conversation.aside
    if aside is not None and not _is_sound(talk, aside):
        talk.change(aside=None)


def _is_sound(talk: Talk, aside: Aside) -> bool:
    catalogue = talk.catalogue
    match aside.kind:
        case "language":
            return all(option in catalogue.languages for option in aside.options)
        case "menu":
            known = (*catalogue.flows, "services", "language", "help")
            return all(option in known for option in aside.options)
        case "faq":
            return all(
                is_option(catalogue.faq, option, catalogue.flows) for option in aside.options
            )
        case "cancel" | "resume":
            return frame_of(talk, aside.about) is not None
        case "change":
            front = talk.foreground()
            known = (*front[0].answers, "none") if front else ()
            return all(option in known for option in aside.options)
        case "unsure" if is_guarded(talk):
            return False
        case "abroad" if aside.about != talk.text_to_agree:
            return False  # nobody agrees to words they have not seen
        case _:
            return talk.foreground() is not None

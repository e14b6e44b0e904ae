"""System questions above the flow: language, menu, services, cancel, change, resume, which one."""

from collections.abc import Callable

from msgspec.structs import replace

from bot.engine.advance import advance, give_up, tell_parked
from bot.engine.answers import changeable
from bot.engine.aside_words import aside_label, facts, frame_of, language_of, question
from bot.engine.catalogue import ANSWERS
from bot.engine.faq import CATEGORY
from bot.engine.flow import Ask
from bot.engine.kinds.kind import label, options_with_tokens
from bot.engine.match import Labels, Maybe, Sure, choose, fold, ordinal
from bot.engine.model import Aside, Frame
from bot.engine.privacy import choose_place
from bot.engine.talk import CANCELLED, START, Talk

FRAMES_PER_CONTACT = 8
"""More open flows than anybody can keep in mind; the oldest unfinished one makes room."""
ASIDE = "~"
"""Marks the step part of a token as an aside's."""
STANDING = ("menu", "language", "faq")
"""Asides whose old buttons still make sense: tapping one opens what it says."""


def open_aside(talk: Talk, kind: str, options: tuple[str, ...], about: str = "") -> None:
    """Open a system question and ask it."""
    talk.change(aside=Aside(kind, options, talk.conversation.turn, about))
    ask_aside(talk)


def ask_aside(talk: Talk) -> None:
    """Ask the open system question."""
    aside = talk.conversation.aside
    assert aside is not None
    talk.shows_private = bool(talk.here)
    shown = tuple((option, aside_label(talk, aside, option)) for option in aside.options)
    talk.shows_private = False
    place = (talk.conversation.id, talk.conversation.turn, ASIDE + aside.kind)
    options = options_with_tokens(shown, *place)
    words, given = question(talk, aside), facts(talk, aside)
    talk.say_text(words, given, options, expects="choice", language=language_of(talk, aside))
    talk.asked = True


def read_aside(talk: Talk, text: str) -> str | None:
    """The option of the open aside that a typed text means, if any."""
    aside = talk.conversation.aside
    assert aside is not None
    number = ordinal(text)
    if number is not None and 1 <= number <= len(aside.options):
        return aside.options[number - 1]
    match choose(text, _aside_labels(talk, aside)):
        case Sure(option):
            return option
        case Maybe() | None:
            return None


def _aside_labels(talk: Talk, aside: Aside) -> Labels:
    """What may be typed for the options: their words in every language."""
    if aside.kind == "menu":
        return talk.catalogue.titles
    if aside.kind == "faq":
        return Labels(
            tuple(pair for pair in talk.catalogue.answers.pairs if pair[1] in aside.options)
        )
    if aside.kind == "language":
        names = [
            (fold(words), code)
            for code, language in talk.catalogue.languages.items()
            for words in (language.name, *language.also, code)
        ]
        return Labels((*names, *_asides_in_system(talk, aside)))
    return Labels((*_labels_of_answers(talk, aside), *_asides_in_system(talk, aside)))


def _labels_of_answers(talk: Talk, aside: Aside) -> tuple[tuple[str, str], ...]:
    """The short names of the answers that may be changed, in every language."""
    front = talk.foreground()
    if aside.kind != "change" or front is None:
        return ()
    names = talk.catalogue.labels.get((front[0].flow, front[0].version, ANSWERS), Labels(()))
    return tuple(pair for pair in names.pairs if pair[1] in aside.options)


def _asides_in_system(talk: Talk, aside: Aside) -> tuple[tuple[str, str], ...]:
    system = talk.catalogue.labels.get(("system", "", aside.kind), Labels(()))
    return tuple(pair for pair in system.pairs if pair[1] in aside.options)


def answer_aside(talk: Talk, kind: str, option: str, about: str) -> None:
    """Do what the chosen option of an aside says."""
    talk.change(aside=None)
    acts: dict[str, Callable[[Talk, str, str], None]] = {
        "language": _language,
        "menu": _menu,
        "cancel": _cancel,
        "change": _change,
        "resume": _resume,
        "abroad": _abroad,
    }
    acts[kind](talk, option, about)


def _language(talk: Talk, option: str, about: str) -> None:
    talk.say("language_changed" if talk.conversation.language else "welcome")
    talk.change(language=option, wondered_in="")
    if about:
        start_flow(talk, about)


def _menu(talk: Talk, option: str, about: str) -> None:
    if option in talk.catalogue.flows:
        go_on(talk, option)
    elif option == "services":
        open_categories(talk)
    elif option == "language":
        open_language(talk)
    elif option == "help":
        talk.say("help")


def _cancel(talk: Talk, option: str, about: str) -> None:
    front = talk.foreground()
    frame = front[0] if front else frame_of(talk, about)
    if option != "yes" or frame is None:
        talk.say("cancel_kept")
        if front is None and frame is not None:
            tell_parked(talk)  # there is no question to go on with
        return
    flow = talk.flow(frame)
    if not frame.milestones:
        talk.reached.append((frame.flow, CANCELLED))
        talk.drop(frame)
        talk.say("cancelled", {"title": label(flow.title)})
    elif flow.cancelling is None:
        talk.say("cancel_too_late", {"title": label(flow.title)})
    else:
        give_up(talk, frame, flow.cancelling)


def _change(talk: Talk, option: str, about: str) -> None:
    front = talk.foreground()
    if front is None:
        talk.say("nothing_to_change")
        return
    frame, _, position = front
    if any(step.id == option for step, _ in changeable(talk, frame, position)):
        talk.put(replace(frame, reopened=option))


def _resume(talk: Talk, option: str, about: str) -> None:
    frame = frame_of(talk, about)
    if option == "again" and not (frame and frame.milestones):
        if frame is not None:
            talk.drop(frame)
        begin(talk, about)
    elif frame is not None:
        talk.move(frame.id, to_top=True)
        talk.change(question="")


def _abroad(talk: Talk, option: str, about: str) -> None:
    choose_place(talk, here=option == "here")


def open_language(talk: Talk, about: str = "") -> None:
    """Ask which language to speak."""
    open_aside(talk, "language", tuple(talk.catalogue.languages), about)


def open_menu(talk: Talk) -> None:
    """Show what can be done here."""
    flows = [flow for flow in talk.catalogue.flows.values() if flow.menu]
    names = tuple(flow.name for flow in sorted(flows, key=lambda flow: flow.menu))
    services = ("services",) if talk.catalogue.faq.categories else ()
    open_aside(talk, "menu", (*names, *services, "language", "help"))


def open_categories(talk: Talk) -> None:
    """Ask what the contact wants to know about."""
    talk.change(wondered_in="")
    options = tuple(CATEGORY + name for name in talk.catalogue.faq.categories)
    open_aside(talk, "faq", options, about="categories")


def open_change(talk: Talk) -> None:
    """Ask which answer to change."""
    front = talk.foreground()
    answers = changeable(talk, front[0], front[2]) if front else []
    if answers:
        open_aside(talk, "change", (*(step.id for step, _ in answers), "none"))
    elif _has_handed_in(talk):
        talk.say("change_too_late")
    else:
        talk.say("nothing_to_change")


def _has_handed_in(talk: Talk) -> bool:
    """Whether something was answered that only staff can change now."""
    return any(frame.milestones for frame in talk.conversation.frames)


def open_cancel(talk: Talk) -> None:
    """Ask whether to give the active flow up, or the one that is waited for."""
    if not talk.conversation.frames:
        talk.say("nothing_to_cancel")
        return
    open_aside(talk, "cancel", ("yes", "no"), talk.conversation.frames[-1].flow)


def start_flow(talk: Talk, flow: str) -> None:
    """Start a flow; where it stands half-way, ask whether to go on."""
    frame = frame_of(talk, flow)
    if frame is None:
        begin(talk, flow)
    elif isinstance(talk.position(frame).step, Ask) and frame.answers and not frame.milestones:
        open_aside(talk, "resume", ("continue", "again"), flow)
    else:
        go_on(talk, flow)


def go_on(talk: Talk, flow: str) -> None:
    """Go on with a flow where it stands, or begin it."""
    frame = frame_of(talk, flow)
    if frame is None:
        begin(talk, flow)
    else:
        talk.move(frame.id, to_top=True)
        talk.change(question="")
        advance(talk, frame.id)


def begin(talk: Talk, flow: str) -> None:
    """Open a new frame and go to its first question."""
    advance(talk, open_frame(talk, flow).id)


def open_frame(talk: Talk, flow: str) -> Frame:
    """Open a new frame."""
    conversation = talk.conversation
    frame = Frame(conversation.next_frame, flow, talk.catalogue.flows[flow].version, talk.now)
    kept = conversation.frames
    if len(kept) >= FRAMES_PER_CONTACT:
        loose = next((f for f in kept if not f.milestones), kept[0])
        kept = tuple(f for f in kept if f is not loose)
    talk.change(frames=(*kept, frame), next_frame=frame.id + 1)
    talk.reached.append((flow, START))
    return frame

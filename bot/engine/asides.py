"""System questions above the flow: language, menu, cancel, change, resume, did you mean."""

from collections.abc import Callable

from msgspec.structs import replace

from bot.engine.advance import advance, give_up, tell_parked
from bot.engine.answers import changeable, step_label
from bot.engine.catalogue import ANSWERS
from bot.engine.flow import Ask
from bot.engine.kinds.kind import label, options_with_tokens
from bot.engine.match import Labels, Maybe, Sure, choose, fold, ordinal
from bot.engine.model import Aside, Fact, Frame, Text
from bot.engine.privacy import channel_name, choose_place
from bot.engine.talk import CANCELLED, PRIVATE, START, Talk

FRAMES_PER_CONTACT = 8
"""More open flows than anybody can keep in mind; the oldest unfinished one makes room."""
ASIDE = "~"
"""Marks the step part of a token as an aside's."""
STANDING = ("menu", "language")
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
    talk.say_text(_question(talk, aside), _facts(talk, aside), options, expects="choice")
    talk.asked = True


def _question(talk: Talk, aside: Aside) -> Text:
    """An aside's question; a flow that was handed in says itself what giving it up means."""
    frame = frame_of(talk, aside.about) if aside.kind == "cancel" else None
    if frame is not None and frame.milestones and (given_up := talk.flow(frame).cancelling):
        return given_up.text
    return talk.catalogue.phrases[f"{aside.kind}_question"]


def _facts(talk: Talk, aside: Aside) -> dict[str, Fact]:
    if aside.kind == "unsure":
        return {"count": len(aside.options) - 1}
    if aside.kind == "abroad":
        return {"channel": channel_name(talk)}
    if aside.kind not in ("cancel", "resume"):
        return {}
    frame = frame_of(talk, aside.about)
    flow = talk.flow(frame) if frame else talk.catalogue.flows[aside.about]
    return {"title": label(flow.title)}


def aside_label(talk: Talk, aside: Aside, option: str) -> Fact:
    """The words of an aside's option."""
    catalogue = talk.catalogue
    match aside.kind:
        case "language":
            return catalogue.languages[option].name
        case "menu" if option in catalogue.flows:
            return _menu_label(talk, option)
        case "change":
            return _change_label(talk, option)
        case "unsure":
            return _unsure_label(talk, option)
        case _:
            return {"phrase": f"{aside.kind}_{option}"}


def _menu_label(talk: Talk, flow: str) -> Fact:
    title = label(talk.catalogue.flows[flow].title)
    if frame_of(talk, flow):
        return {"phrase": "menu_continue", "facts": {"title": title}}
    return title


def _change_label(talk: Talk, option: str) -> Fact:
    front = talk.foreground()
    steps = talk.flow(front[0]).by_id if front else {}
    step = steps.get(option)
    if front is None or not isinstance(step, Ask):
        return {"phrase": f"change_{option}"}
    answer = talk.shown(step, front[0].answers[option].value)
    if answer == PRIVATE:
        return step_label(step)
    return {"phrase": "answer_line", "facts": {"label": step_label(step), "answer": answer}}


def _unsure_label(talk: Talk, option: str) -> Fact:
    front = talk.foreground()
    if front is None or option == "neither":
        return {"phrase": "unsure_neither"}
    frame, step, position = front
    ground = talk.ground(frame, step, position)
    shown = dict(step.kind.shown_options(ground))
    return shown.get(option) or step.kind.show(option, ground)


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
    talk.change(language=option)
    if about:
        start_flow(talk, about)


def _menu(talk: Talk, option: str, about: str) -> None:
    if option in talk.catalogue.flows:
        go_on(talk, option)
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
    open_aside(talk, "menu", (*names, "language", "help"))


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


def frame_of(talk: Talk, flow: str) -> Frame | None:
    """The open frame of a flow, if there is one."""
    return next((f for f in talk.conversation.frames if f.flow == flow), None)


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
    conversation = talk.conversation
    frame = Frame(conversation.next_frame, flow, talk.catalogue.flows[flow].version, talk.now)
    kept = conversation.frames
    if len(kept) >= FRAMES_PER_CONTACT:
        loose = next((f for f in kept if not f.milestones), kept[0])
        kept = tuple(f for f in kept if f is not loose)
    talk.change(frames=(*kept, frame), next_frame=frame.id + 1)
    talk.reached.append((flow, START))
    advance(talk, frame.id)

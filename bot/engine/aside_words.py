"""The words of the system's own questions: what they ask, and what stands on their options."""

from bot.engine.answers import step_label
from bot.engine.faq import CATEGORY, CHOICES, FLOW, option_label
from bot.engine.flow import Ask
from bot.engine.kinds.kind import label
from bot.engine.model import Aside, Fact, Frame, Text
from bot.engine.privacy import channel_name
from bot.engine.talk import PRIVATE, Talk


def frame_of(talk: Talk, flow: str) -> Frame | None:
    """The open frame of a flow, if there is one."""
    return next((f for f in talk.conversation.frames if f.flow == flow), None)


def question(talk: Talk, aside: Aside) -> Text:
    """An aside's question; a flow that was handed in says itself what giving it up means."""
    frame = frame_of(talk, aside.about) if aside.kind == "cancel" else None
    if frame is not None and frame.milestones and (given_up := talk.flow(frame).cancelling):
        return given_up.text
    if aside.kind == "faq":
        return talk.catalogue.phrases[_faq_phrase(aside)]
    return talk.catalogue.phrases[f"{aside.kind}_question"]


def language_of(talk: Talk, aside: Aside) -> str:
    """The language to ask in; the conversation's when empty. Which one is meant, is asked as it was
    wondered."""
    return talk.conversation.wondered_in if aside.about == CHOICES else ""


def _faq_phrase(aside: Aside) -> str:
    """What is asked around answers: which category, which entry, which one is meant, what else."""
    match aside.about[:2]:
        case "c-":
            return "faq_category_question"
        case "e-":
            return "faq_more_question"
        case _:
            return f"faq_{aside.about}_question"


def facts(talk: Talk, aside: Aside) -> dict[str, Fact]:
    if aside.kind == "unsure":
        return {"count": len(aside.options) - 1}
    if aside.kind == "abroad":
        return {"channel": channel_name(talk)}
    if aside.about.startswith(CATEGORY):
        return {"title": option_label(talk.catalogue.faq, aside.about)}
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
            return flow_label(talk, option)
        case "faq":
            return faq_label(talk, option)
        case "change":
            return _change_label(talk, option)
        case "unsure":
            return _unsure_label(talk, option)
        case _:
            return {"phrase": f"{aside.kind}_{option}"}


def faq_label(talk: Talk, option: str) -> Fact:
    """The words of an option around answers."""
    if option.startswith(FLOW):
        return flow_label(talk, option.removeprefix(FLOW))
    return option_label(talk.catalogue.faq, option)


def flow_label(talk: Talk, flow: str) -> Fact:
    """A flow's title, or that it goes on where it is begun."""
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

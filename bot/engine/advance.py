"""Go forward in a frame: record answers, compute what needs nobody, stop at the next question."""

from collections.abc import Mapping
from typing import TypeVar

from msgspec.structs import replace

from bot.engine.answers import question_name
from bot.engine.asking import ask
from bot.engine.effects import Do
from bot.engine.flow import (
    Ask,
    Await,
    Cancelling,
    Decide,
    Perform,
    Position,
    Step,
    Tell,
    as_handed_in,
    edge_taken,
)
from bot.engine.kinds.stock import Pick
from bot.engine.model import Answer, Frame, Value
from bot.engine.policy import decide
from bot.engine.rules import END, Edge
from bot.engine.talk import Talk, values

T = TypeVar("T")

STEPS_PER_TURN = 100
"""A turn that passes more steps than any sensible flow has is a loop: it is stopped as a fault."""


class EndlessTurn(Exception):
    """A turn passed too many steps."""


def advance(talk: Talk, frame_id: int, *, quiet: bool = False) -> None:
    """Go on until the contact, an action or somebody else is needed; `quiet` asks nothing."""
    for _ in range(STEPS_PER_TURN):
        frame = talk.frame(frame_id)
        if frame is None:
            return
        position = talk.position(frame)
        step = position.step
        match step:
            case Tell():
                _tell(talk, frame, step, position)
            case Decide():
                _decide(talk, frame, step, position)
            case _:
                _stop(talk, frame, step, position, quiet=quiet)
                return
    raise EndlessTurn(f"a frame passed {STEPS_PER_TURN} steps in one turn")


def _stop(
    talk: Talk,
    frame: Frame,
    step: Ask | Perform | Await | None,
    position: Position,
    *,
    quiet: bool,
) -> None:
    match step:
        case None:
            _end(talk, frame)
        case Perform():
            _do(talk, frame, step, position)
        case Await():
            _wait(talk, frame, step, position, quiet=quiet)
        case Ask():
            _ask_or_list(talk, frame, step, position, quiet=quiet)


def _end(talk: Talk, frame: Frame) -> None:
    """Close a frame; one that was handed in, and is not any more, is given up."""
    cancelling = talk.flow(frame).cancelling
    if not frame.redo:
        talk.reached.append((frame.flow, END))
        talk.drop(frame)
    elif cancelling is not None:
        give_up(talk, frame, cancelling)
    else:
        stay_handed_in(talk, frame)


def give_up(talk: Talk, frame: Frame, how: Cancelling) -> None:
    """Have that done by which a flow is given up behind a milestone."""
    at = (frame.id, frame.flow, frame.version, "~cancel")
    talk.effects.append(Do(how.action, *at, {}, talk.position(frame).answers(frame)))


def stay_handed_in(talk: Talk, frame: Frame) -> None:
    """Go back to the answers that were handed in, and wait as before."""
    talk.put(as_handed_in(frame))
    talk.move(frame.id, to_top=False)


def _tell(talk: Talk, frame: Frame, step: Tell, position: Position) -> None:
    talk.say_text(step.text, talk.flow_facts(step.text, frame, position.answers(frame)))
    record(talk, frame, step, "told", "program")


def _decide(talk: Talk, frame: Frame, step: Decide, position: Position) -> None:
    answers = position.answers(frame)
    policy = talk.catalogue.policies[step.policy]
    verdict = decide(policy, answers, talk.local.date())
    record(talk, frame, step, verdict.value(), "table", talk.basis(step, answers))


def _do(talk: Talk, frame: Frame, step: Perform, position: Position) -> None:
    answers = position.answers(frame)
    given = values(step.arguments, answers)
    at = (frame.id, frame.flow, frame.version, step.id)
    talk.effects.append(Do(step.action, *at, given, answers))


def _wait(talk: Talk, frame: Frame, step: Await, position: Position, *, quiet: bool) -> None:
    talk.reach(frame, step)
    if talk.conversation.question != question_name(frame, step):
        tell_waiting(talk, frame, step, position)
    if not quiet:
        talk.change(question=question_name(frame, step))
    talk.move(frame.id, to_top=False)


def tell_waiting(talk: Talk, frame: Frame, step: Await, position: Position) -> None:
    """Say what is waited for."""
    talk.say_text(step.text, talk.flow_facts(step.text, frame, position.answers(frame)))


def tell_parked(talk: Talk) -> None:
    """Say what is waited for in every frame that waits."""
    told = ""
    for frame in reversed(talk.conversation.frames):
        position = talk.position(frame)
        if isinstance(position.step, Await):
            tell_waiting(talk, frame, position.step, position)
            told = question_name(frame, position.step)
    if not told:
        talk.say("nothing_awaited")
    elif talk.foreground() is None:
        talk.change(question=told)


def is_parked(talk: Talk, frame: Frame) -> bool:
    """Whether a frame waits for somebody other than the contact."""
    return isinstance(talk.position(frame).step, Await)


def _ask_or_list(talk: Talk, frame: Frame, step: Ask, position: Position, *, quiet: bool) -> None:
    if quiet:
        return
    if isinstance(step.kind, Pick) and step.id not in frame.offers:
        at = (frame.id, frame.flow, frame.version, step.id)
        answers = position.answers(frame)
        given = values(step.kind.arguments, answers)
        talk.effects.append(Do(step.kind.source, *at, given, answers))
    else:
        ask(talk, frame, step, position)


def record(talk: Talk, frame: Frame, step: Step, value: Value, who: str, basis: str = "") -> None:
    """Keep an answer, say what its edge says, and reach its milestone; or lead back."""
    position = talk.position(frame)
    answer = Answer(value, who, talk.now, basis)
    answers = {**position.answers(frame), step.id: answer}
    edge = edge_taken(step, value, answers)
    if edge is None:
        raise KeyError(f"step {step.id!r} has no edge for {value!r}")
    if talk.conversation.question == question_name(frame, step):
        talk.change(question="")
    if edge.text is not None and not _is_known(frame, step, value):
        kept = replace(frame, answers={**frame.answers, step.id: answer})
        talk.say_text(edge.text, talk.flow_facts(edge.text, kept, answers))
    frame = _answered(frame, step)
    if edge.again:
        talk.put(_without(frame, _from(edge.go, position, step)))
    else:
        talk.put(_with(frame, answers, step, edge))


def _is_known(frame: Frame, step: Step, value: Value) -> bool:
    """Whether a table decided the same before: then its words need not be said again."""
    before = frame.answers.get(step.id)
    return isinstance(step, Decide) and before is not None and before.value == value


def _answered(frame: Frame, step: Step) -> Frame:
    """The frame once a step is answered for which it was asked again."""
    if frame.redo == step.id:
        return replace(frame, reopened="", redo="", handed_in={}, drafts={}, offers={})
    return replace(frame, reopened="") if frame.reopened == step.id else frame


def _with(frame: Frame, answers: dict[str, Answer], step: Step, edge: Edge) -> Frame:
    """The frame with the step's answer; a milestone leaves no answer that is off the path."""
    milestones = {edge.milestone: step.id} if edge.milestone else {}
    dormant = {} if edge.milestone and not frame.redo else frame.answers
    return replace(
        frame,
        answers={**dormant, **answers},
        milestones={**frame.milestones, **milestones},
        drafts=_less(frame.drafts, (step.id,)),
        offers=_less(frame.offers, (step.id,)),
    )


def _from(target: str, position: Position, step: Step) -> tuple[str, ...]:
    """The steps on the path from `target` up to `step`."""
    path = (*position.path, step.id)
    return path[path.index(target) :] if target in path else (step.id,)


def _without(frame: Frame, steps: tuple[str, ...]) -> Frame:
    """The frame before these steps were answered."""
    return replace(
        frame,
        answers=_less(frame.answers, steps),
        milestones={name: at for name, at in frame.milestones.items() if at not in steps},
        reopened="",
        drafts=_less(frame.drafts, steps),
        offers=_less(frame.offers, steps),
    )


def _less(known: Mapping[str, T], names: tuple[str, ...]) -> dict[str, T]:
    return {name: value for name, value in known.items() if name not in names}

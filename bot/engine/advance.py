"""Go forward in a frame: record answers, compute what needs nobody, stop at the next question."""

from collections.abc import Mapping
from typing import TypeVar

from msgspec.structs import replace

from bot.engine.flow import Ask, Await, Decide, Perform, Position, Step, Tell, edge_taken
from bot.engine.kinds.choice import Review
from bot.engine.kinds.kind import label, options_with_tokens
from bot.engine.kinds.stock import Pick
from bot.engine.model import Answer, Card, Do, Fact, Frame, Link, Option, Value
from bot.engine.policy import decide
from bot.engine.rules import Edge
from bot.engine.talk import Talk, values

T = TypeVar("T")

STEPS_PER_TURN = 100
"""A turn that passes more steps than any sensible flow has is a loop: it is stopped as a fault."""
KEEP = "~keep"
CHANGE = "~change"
CONTACT = "contact"
"""Who gave an answer, when it was the contact."""


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
            talk.drop(frame)
        case Perform():
            _do(talk, frame, step, position)
        case Await():
            _wait(talk, frame, step, position, quiet=quiet)
        case Ask():
            _ask_or_list(talk, frame, step, position, quiet=quiet)


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


def question_name(frame: Frame, step: Step) -> str:
    """The name of an open question within its conversation."""
    return f"{frame.id}.{step.id}"


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
    if edge.again:
        talk.put(_without(frame, _from(edge.go, position, step)))
    else:
        talk.put(_with(frame, answers, step, edge))


def _is_known(frame: Frame, step: Step, value: Value) -> bool:
    """Whether a table decided the same before: then its words need not be said again."""
    before = frame.answers.get(step.id)
    return isinstance(step, Decide) and before is not None and before.value == value


def _with(frame: Frame, answers: dict[str, Answer], step: Step, edge: Edge) -> Frame:
    """The frame with the step's answer; a milestone leaves no answer that is off the path."""
    milestones = {edge.milestone: step.id} if edge.milestone else {}
    dormant = {} if edge.milestone else frame.answers
    return replace(
        frame,
        answers={**dormant, **answers},
        milestones={**frame.milestones, **milestones},
        reopened="" if frame.reopened == step.id else frame.reopened,
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


# asking


def ask(talk: Talk, frame: Frame, step: Ask, position: Position) -> None:
    """Ask a step's question; asked again, it is the same words with fresh buttons."""
    name = question_name(frame, step)
    if talk.conversation.question != name:
        talk.change(question=name, asked=talk.conversation.turn, refusals=0)
    ground = talk.ground(frame, step, position)
    shown = (*step.kind.shown_options(ground), *extra_options(talk, frame, step))
    options = options_with_tokens(shown, talk.conversation.id, talk.conversation.turn, step.id)
    facts = talk.flow_facts(step.text, frame, position.answers(frame))
    if isinstance(step.kind, Review):
        facts["answers"] = {"lines": review_lines(talk, frame, position)}
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


def review_lines(talk: Talk, frame: Frame, position: Position) -> list[Fact]:
    """Each answer of the contact on the path with its label, in order."""
    return [
        {
            "phrase": "answer_line",
            "facts": {"label": step_label(step), "answer": talk.shown(step, answer.value)},
        }
        for step, answer in contact_answers(talk, frame, position)
    ]


def contact_answers(talk: Talk, frame: Frame, position: Position) -> list[tuple[Ask, Answer]]:
    """What the contact answered on the path, reviews apart."""
    by_id = talk.flow(frame).by_id
    found = []
    for name in position.path:
        step = by_id[name]
        answer = frame.answers[name]
        if isinstance(step, Ask) and not isinstance(step.kind, Review) and answer.who == CONTACT:
            found.append((step, answer))
    return found


def step_label(step: Ask) -> Fact:
    """A step's short label, or its question where it has none."""
    return label(step.label or step.text)


def changeable(talk: Talk, frame: Frame, position: Position) -> list[tuple[Ask, Answer]]:
    """The answers the contact may still change: those after the last milestone."""
    reached = [position.path.index(at) for at in frame.milestones.values() if at in position.path]
    allowed = position.path[max(reached, default=-1) + 1 :]
    return [pair for pair in contact_answers(talk, frame, position) if pair[0].id in allowed]

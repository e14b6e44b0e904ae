"""What a contact has answered in a frame: shown back, reviewed, and changed."""

from bot.engine.flow import Ask, Position, Step
from bot.engine.kinds.choice import Review
from bot.engine.kinds.kind import label
from bot.engine.model import Answer, Fact, Frame
from bot.engine.talk import Talk

CONTACT = "contact"
"""Who gave an answer, when it was the contact."""


def question_name(frame: Frame, step: Step) -> str:
    """The name of an open question within its conversation."""
    return f"{frame.id}.{step.id}"


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
    """The answers the contact may still change: those after the last milestone.

    Where staff ask again, it is what was answered since.
    """
    if frame.redo:
        answers = contact_answers(talk, frame, position)
        return [pair for pair in answers if frame.handed_in.get(pair[0].id) != pair[1]]
    reached = [position.path.index(at) for at in frame.milestones.values() if at in position.path]
    allowed = position.path[max(reached, default=-1) + 1 :]
    return [pair for pair in contact_answers(talk, frame, position) if pair[0].id in allowed]

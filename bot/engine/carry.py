"""Carry a half-walked frame over to a new version of its flow."""

from collections.abc import Mapping
from typing import Literal, TypeAlias

from msgspec import Struct
from msgspec.structs import replace

from bot.engine.flow import Ask, Flow, Step, as_handed_in, edge_taken, walk
from bot.engine.model import Answer, Frame

Fate: TypeAlias = Literal["same", "asks", "blocked"]


class Carried(Struct, frozen=True):
    """What becomes of a frame: `same` (nothing to ask again), `asks` (`lost` questions are asked
    again), or `blocked` (a milestone lies behind steps that are gone; it stays on its version)."""

    fate: Fate
    frame: Frame
    lost: tuple[str, ...] = ()


def carry(old: Flow, new: Flow, frame: Frame) -> Carried:
    """Move a frame's answers to the new version by step id, following renames."""
    kept = _kept(new, frame.answers)
    moved = replace(
        frame,
        version=new.version,
        answers=kept,
        milestones={name: new.renamed.get(at, at) for name, at in frame.milestones.items()},
        reopened=_kept_name(new, frame.reopened, kept),
        redo=_kept_name(new, frame.redo, kept),
        handed_in=_kept(new, frame.handed_in),
        reached=tuple(new.renamed.get(name, name) for name in frame.reached),
        drafts={},
        offers={},
    )
    path = walk(new, as_handed_in(moved)).path
    if any(step not in path for step in moved.milestones.values()):
        return Carried("blocked", frame)
    lost = tuple(name for name in _asked(old, frame) if _is_lost(new, name, kept))
    return Carried("asks" if lost else "same", moved, lost)


def _kept(flow: Flow, answers: Mapping[str, Answer]) -> dict[str, Answer]:
    return {
        step.id: adopted
        for name, answer in answers.items()
        if (step := _step(flow, name)) and (adopted := _adopted(step, answer))
    }


def _step(flow: Flow, name: str) -> Step | None:
    return flow.by_id.get(flow.renamed.get(name, name))


def _kept_name(flow: Flow, name: str, kept: Mapping[str, Answer]) -> str:
    step = _step(flow, name)
    return step.id if step and step.id in kept else ""


def _is_lost(flow: Flow, name: str, kept: Mapping[str, Answer]) -> bool:
    """Whether a question is still there, but what was answered is no answer to it."""
    step = _step(flow, name)
    return step is not None and step.id not in kept


def _adopted(step: Step, answer: Answer) -> Answer | None:
    """The answer in the new step's terms, or None when it is no answer to it."""
    value = step.kind.adopt(answer.value) if isinstance(step, Ask) else answer.value
    if value is None or edge_taken(step, value, {}) is None:
        return None
    return replace(answer, value=value)


def _asked(flow: Flow, frame: Frame) -> tuple[str, ...]:
    return tuple(step for step in walk(flow, frame).path if isinstance(flow.by_id[step], Ask))

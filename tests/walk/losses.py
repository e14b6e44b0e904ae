"""What a turn may not lose: open flows, and what was answered in them."""

from collections.abc import Iterable
from datetime import datetime

from bot.engine.catalogue import Catalogue
from bot.engine.effects import Do
from bot.engine.flow import Await, all_edges, as_handed_in, walk
from bot.engine.model import Conversation, Event, Frame, Input
from tests.engine.player import where
from tests.walk.edges import may_end


def assert_nothing_is_lost(
    catalogue: Catalogue,
    before: Conversation,
    after: Conversation,
    given: Input,
    done: Iterable[Do],
    now: datetime,
) -> None:
    """Flows close only where they may, and answers go only where a step leads back."""
    kept = {frame.id: frame for frame in after.frames}
    given_up = any(do.step == "~cancel" for do in done)
    for frame in before.frames:
        standing = as_handed_in(frame) if isinstance(given, Event) else frame
        if frame.id not in kept:
            may_close = given_up or _may_close(catalogue, before, standing, now)
            assert may_close, (given, frame)
        elif kept[frame.id].version == frame.version:
            _assert_answers_are_kept(catalogue, frame, kept[frame.id], given, now)


def _assert_answers_are_kept(
    catalogue: Catalogue, before: Frame, after: Frame, given: Input, now: datetime
) -> None:
    if after.redo:
        assert isinstance(where(catalogue, as_handed_in(after), now).step, Await), after
    if before.redo and not after.redo:  # handed in anew, decided meanwhile, or left as it was
        if after.answers == before.handed_in:
            return
        before = as_handed_in(before) if isinstance(given, Event) else before
    flow = catalogue.flow(before)
    position = where(catalogue, before, now)
    asked = walk(flow, before).step
    for step, known in after.answers.items():
        if known.who == "contact" and known != before.answers.get(step):
            assert asked is not None
            assert step == asked.id, f"{step!r} was answered, {asked.id!r} was asked"
    lost = [step for step in position.path if step not in after.answers]
    back_to = {edge.go for step in flow.steps for _, edge in all_edges(step) if edge.again}
    anew = [step for step in position.path if after.answers.get(step) != before.answers[step]]
    assert not lost or back_to.intersection(anew), lost


def _may_close(catalogue: Catalogue, before: Conversation, frame: Frame, now: datetime) -> bool:
    """Whether a frame was given up, started again, or came to its end."""
    asked = before.aside.kind if before.aside else ""
    if asked in ("cancel", "resume"):
        return True
    step = where(catalogue, frame, now).step
    flow = catalogue.flow(frame)
    new = catalogue.flows.get(frame.flow, flow)
    return step is not None and any(may_end(one, step.id) for one in (flow, new))

"""Hear in one sentence which flow is meant and what its first questions would be answered with."""

import re
from collections.abc import Iterable, Iterator

from msgspec import Struct

from bot.engine.advance import advance, record
from bot.engine.answers import CONTACT
from bot.engine.aside_words import frame_of
from bot.engine.asides import open_frame
from bot.engine.catalogue import Catalogue
from bot.engine.flow import Ask, Flow
from bot.engine.kinds.choice import Choice
from bot.engine.kinds.kind import label
from bot.engine.match import LONGEST, fold
from bot.engine.model import Fact
from bot.engine.talk import Talk

MEANT = 0.6
"""Which share of a sentence's letters, but for small words, has to be about the flow."""


class Heard(Struct, frozen=True):
    """A flow, and the options a sentence names of its steps."""

    flow: str
    options: dict[str, str]


def hear(catalogue: Catalogue, text: str) -> Heard | None:
    """The flow a sentence names and says little else beside; None when it says more or less."""
    folded = fold(text)
    if not folded or len(folded) > LONGEST:
        return None
    for name, words in catalogue.hears.items():
        flow, named = catalogue.flows[name], list(_spans(folded, words))
        if not named:
            continue
        options, spans = _options(catalogue, flow, folded)
        if _is_all(folded, [*named, *spans], catalogue.small):
            return Heard(name, options)
    return None


Span = tuple[int, int]


def _spans(text: str, words: Iterable[str]) -> Iterator[Span]:
    """Where words stand in a text: whole words, and anywhere where none has blanks."""
    for word in words:
        edge = "" if word[0] > "\u2e7f" else r"\b"
        found = re.finditer(f"{edge}{re.escape(word)}{edge}", text) if word in text else ()
        yield from (one.span() for one in found)


def _options(catalogue: Catalogue, flow: Flow, text: str) -> tuple[dict[str, str], list[Span]]:
    """The option each step is answered with, the first in its order that is named; where."""
    options, spans = dict[str, str](), list[Span]()
    for step in flow.steps:
        if isinstance(step, Ask) and type(step.kind) is Choice:
            labels = catalogue.labels.get((flow.name, flow.version, step.id))
            found = _longest(text, labels.pairs if labels else ())
            spans += [span for span, _ in found]
            order = [choice.option for choice in step.kind.options]
            if found:
                options[step.id] = min((option for _, option in found), key=order.index)
    return options, spans


def _longest(text: str, pairs: Iterable[tuple[str, str]]) -> list[tuple[Span, str]]:
    """The labels that occur in a text, but for those that are part of a longer one there."""
    found = [(span, option) for words, option in pairs for span in _spans(text, (words,))]
    found.sort(key=lambda one: one[0][0] - one[0][1])
    kept: list[tuple[Span, str]] = []
    for span, option in found:
        if not any(one[0] < span[1] and span[0] < one[1] and one != span for one, _ in kept):
            kept.append((span, option))
    return kept


def _is_all(text: str, spans: list[Span], small: frozenset[str]) -> bool:
    """Whether what is named is most of a text, small words left aside."""
    named = {at for begin, end in spans for at in range(begin, end)}
    spare = {at for begin, end in _spans(text, small) for at in range(begin, end)} - named
    letters = {at for at, letter in enumerate(text) if letter != " "} - spare
    return len(letters & named) >= MEANT * len(letters)


def start_heard(talk: Talk, heard: Heard) -> None:
    """Begin a flow anew with what was heard, and show how it was understood."""
    before = frame_of(talk, heard.flow)
    if before is not None and not before.milestones:
        talk.drop(before)
    frame_id = open_frame(talk, heard.flow).id
    answers: list[Fact] = []
    while (step := _answerable(talk, frame_id, heard)) is not None:
        value = heard.options[step.id]
        answers.append(talk.shown(step, value))
        frame = talk.frame(frame_id)
        assert frame is not None
        record(talk, frame, step, value, CONTACT)
    action = talk.effects.pop() if talk.wants_action else None
    if answers:
        title = label(talk.catalogue.flows[heard.flow].title)
        talk.say("heard", {"title": title, "answers": {"lines": answers}})
    if action is not None:
        talk.effects.append(action)
    else:
        advance(talk, frame_id)


def _answerable(talk: Talk, frame_id: int, heard: Heard) -> Ask | None:
    """The question a frame comes to, if what was heard answers it."""
    advance(talk, frame_id, quiet=True)
    frame = talk.frame(frame_id)
    step = talk.position(frame).step if frame is not None else None
    return step if isinstance(step, Ask) and step.id in heard.options else None

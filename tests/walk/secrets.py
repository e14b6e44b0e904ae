"""What must not be said on a channel whose messages leave the country."""

from collections.abc import Iterator
from hashlib import sha256
from typing import Any

from bot.engine.catalogue import Catalogue
from bot.engine.effects import Say
from bot.engine.flow import Ask
from bot.engine.kinds.kind import Ground
from bot.engine.match import Labels
from bot.engine.model import Conversation, Fact
from tests.engine.script import NOON

FEWEST = 5
"""Characters of a typed answer that can be recognised in a text, some of them digits or “@”."""


def assert_keeps_secrets(
    catalogue: Catalogue, before: Conversation, after: Conversation, said: tuple[Say, ...]
) -> None:
    """No private answer, as it was given or as it is shown, stands on the contact's own channel.

    Where a channel asks first, that holds until the contact agreed to the text as it is now.
    """
    if not is_guarded(catalogue, after):
        return
    hidden = [secret for one in (before, after) for secret in secrets(catalogue, one)]
    for say in said:
        if say.channel:
            continue
        shown = (say.facts, [option.label for option in say.options], [c.facts for c in say.cards])
        for part in parts(shown):
            for secret in hidden:
                assert not _gives_away(part, secret), f"{say.text.context} shows {secret!r}"


def is_guarded(catalogue: Catalogue, conversation: Conversation) -> bool:
    """Whether private answers have to stay off the contact's own channel."""
    rules = catalogue.channels.get(conversation.channel)
    if rules is None or rules.sensitive == "ask":
        return False
    words = catalogue.phrases["abroad_question"].source
    return (
        rules.sensitive == "link" or conversation.agreed != sha256(words.encode()).hexdigest()[:8]
    )


def secrets(catalogue: Catalogue, conversation: Conversation) -> Iterator[Fact]:
    """Each private answer of a conversation: as it is shown, and what of it was typed or sent."""
    ground = Ground(catalogue.local(NOON), conversation.language, Labels(()), catalogue.lists)
    for frame in conversation.frames:
        flow = catalogue.flow(frame)
        for step in flow.steps:
            if isinstance(step, Ask) and step.sensitive and step.id in frame.answers:
                value = frame.answers[step.id].value
                yield step.kind.show(value, ground)
                known = step.kind.closed_options() or ()
                yield from (p for p in parts(value) if _is_typed(p) and p not in known)


def private_answers(catalogue: Catalogue, conversation: Conversation) -> set[tuple[object, ...]]:
    """The private answers that the contact gave, with the moment of each."""
    return {
        (frame.id, step.id, answer.when)
        for frame in conversation.frames
        for step in catalogue.flow(frame).steps
        if isinstance(step, Ask) and step.sensitive
        for answer in (frame.answers.get(step.id), frame.handed_in.get(step.id))
        if answer is not None and answer.who == "contact"
    }


def _is_typed(part: Any) -> bool:
    if not isinstance(part, str) or len(part) < FEWEST:
        return False
    return "@" in part or any(char.isdecimal() for char in part)


def _gives_away(part: Any, secret: Fact) -> bool:
    if part == secret:
        return True
    return isinstance(part, str) and _is_typed(secret) and secret in part


def parts(fact: Any) -> Iterator[Any]:
    """A fact and everything in it; the words of a flow's own texts are nobody's answer."""
    yield fact
    if isinstance(fact, dict) and "text" not in fact:
        for value in fact.values():
            yield from parts(value)
    elif isinstance(fact, list | tuple):
        for value in fact:
            yield from parts(value)

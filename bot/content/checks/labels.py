"""Checks that what people type can mean only one thing."""

from collections.abc import Iterable, Iterator

from bot.content.checks.subject import Subject, wordings
from bot.content.problem import Problem
from bot.engine.flow import Ask, Flow
from bot.engine.match import fold
from bot.engine.model import Text


def problems(subject: Subject) -> Iterator[Problem]:
    """Labels two options share, and labels that are a command."""
    for flow in subject.flows:
        for step in flow.steps:
            if isinstance(step, Ask):
                yield from _of_step(subject, flow, step)
        yield from _commands(subject, flow.title, f"flow {flow.name!r}", flow.name)
    yield from _heard_twice(subject)


def _heard_twice(subject: Subject) -> Iterator[Problem]:
    """Names by which a sentence would start one of two flows."""
    known: dict[str, str] = {}
    for flow, names in subject.content.catalogue.hears.items():
        for words in names:
            other = known.setdefault(words, flow)
            if other != flow:
                message = f"flows {other!r} and {flow!r} are both called {words!r}"
                yield subject.problem(message, flow)


def _of_step(subject: Subject, flow: Flow, step: Ask) -> Iterator[Problem]:
    for language in (subject.content.centre.source_language, *subject.languages()):
        known = dict(_said_for_yes_and_no(subject, step))
        for choice in step.kind.options:
            also = choice.also if language == subject.content.centre.source_language else ()
            for words in (*_words(subject, choice.text, language), *also):
                other = known.setdefault(fold(words), choice.option)
                if other != choice.option:
                    message = (
                        f"options {other!r} and {choice.option!r} of step {step.id!r} "
                        f"are both called {words!r} ({language})"
                    )
                    yield subject.problem(message, flow.name, step.id, choice.option)
    for choice in step.kind.options:
        what = f"option {choice.option!r} of step {step.id!r}"
        yield from _commands(subject, choice.text, what, flow.name, step.id, choice.option)


def _said_for_yes_and_no(subject: Subject, step: Ask) -> Iterator[tuple[str, str]]:
    options = {choice.option for choice in step.kind.options}
    for option, words in subject.content.system.typed.yes_no.items():
        if option in options:
            yield from ((fold(word), option) for word in words)


def _commands(subject: Subject, text: Text, what: str, *at: str) -> Iterator[Problem]:
    """A label that is a command would never be taken for an answer."""
    commands = subject.content.catalogue.words
    for language in (subject.content.centre.source_language, *subject.languages()):
        for words in _words(subject, text, language):
            command = commands.get(fold(words))
            if command:
                message = f"{what} is called {words!r} ({language}), the command {command!r}"
                yield subject.problem(message, *at)


def _words(subject: Subject, text: Text, language: str) -> Iterable[str]:
    if language == subject.content.centre.source_language:
        return (text.source,)
    return wordings(subject.message(text, language))

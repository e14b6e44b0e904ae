"""Gathers what may be typed for each option, in every language."""

from collections.abc import Iterable, Iterator, Mapping
from typing import TypeAlias

from bot.content.hears import Spoken
from bot.content.phrases import ASIDES, System
from bot.content.typed import YES_NO
from bot.engine.catalogue import ANSWERS
from bot.engine.flow import Ask, Flow
from bot.engine.kinds.choice import FINISHED, Choices
from bot.engine.kinds.papers import Upload
from bot.engine.match import Labels, fold
from bot.engine.model import Text

Translations: TypeAlias = Mapping[str, Mapping[tuple[str, str], str | tuple[str, ...]]]
"""By language, then by context and source: the words, or their plural forms."""


def in_every_language(text: Text, translations: Translations) -> tuple[str, ...]:
    """A text's source and its translations."""
    found = [text.source]
    for known in translations.values():
        words = known.get((text.context, text.source), ())
        found.extend((words,) if isinstance(words, str) else words)
    return tuple(words for words in dict.fromkeys(found) if words)


NOTHING_SPOKEN = Spoken()


def labels_of(
    flows: Iterable[Flow],
    system: System,
    translations: Translations,
    spoken: Spoken = NOTHING_SPOKEN,
) -> dict[tuple[str, str, str], Labels]:
    """The labels of every step with options, by flow, version and step."""
    labels = {}
    for flow in flows:
        for step in flow.steps:
            if not isinstance(step, Ask):
                continue
            pairs = (*_of_step(step, system, translations), *_also(flow, step, spoken))
            if pairs:
                labels[flow.name, flow.version, step.id] = _labels(pairs)
        labels[flow.name, flow.version, ANSWERS] = _labels(_of_answers(flow, translations))
    return labels


def _of_answers(flow: Flow, translations: Translations) -> Iterator[tuple[str, str]]:
    for step in flow.steps:
        if isinstance(step, Ask) and step.label is not None:
            for words in in_every_language(step.label, translations):
                yield words, step.id


def _of_step(step: Ask, system: System, translations: Translations) -> Iterator[tuple[str, str]]:
    for choice in step.kind.options:
        for words in in_every_language(choice.text, translations):
            yield words, choice.option
        yield from _yes_or_no(choice.option, system)
    if isinstance(step.kind, Choices | Upload):
        for words in _said_by("enough", system, translations):
            yield words, FINISHED


def _also(flow: Flow, step: Ask, spoken: Spoken) -> Iterator[tuple[str, str]]:
    """What else the options are called, in the flow's language and in others."""
    for choice in step.kind.options:
        others = spoken.options.get((flow.name, step.id, choice.option), ())
        for words in (*choice.also, *others):
            yield words, choice.option


def hears_of(
    flows: Iterable[Flow], translations: Translations, spoken: Spoken = NOTHING_SPOKEN
) -> dict[str, tuple[str, ...]]:
    """The names, folded, of each flow that a sentence may start."""
    hears = {}
    for flow in flows:
        if flow.hears:
            titles = in_every_language(flow.title, translations)
            named = (*flow.hears, *titles, *spoken.flows.get(flow.name, ()))
            hears[flow.name] = tuple(dict.fromkeys(fold(words) for words in named if fold(words)))
    return hears


def _yes_or_no(option: str, system: System) -> Iterator[tuple[str, str]]:
    if option in YES_NO:
        yield from ((words, option) for words in system.typed.yes_no.get(option, ()))


def _said_by(phrase: str, system: System, translations: Translations) -> tuple[str, ...]:
    text = system.phrases.get(phrase)
    return in_every_language(text, translations) if text else ()


def labels_of_asides(
    system: System, translations: Translations
) -> dict[tuple[str, str, str], Labels]:
    """The labels of the system's own questions."""
    return {
        ("system", "", kind): _labels(
            pair
            for option in options
            for pair in (
                *((words, option) for words in _said_by(f"{kind}_{option}", system, translations)),
                *_yes_or_no(option, system),
            )
        )
        for kind, options in ASIDES.items()
    }


def titles_of(flows: Iterable[Flow], system: System, translations: Translations) -> Labels:
    """What may be typed for each entry of the menu."""
    pairs = [
        (words, flow.name)
        for flow in flows
        if flow.menu
        for words in in_every_language(flow.title, translations)
    ]
    for option in ("language", "help"):
        pairs += ((words, option) for words in _said_by(f"menu_{option}", system, translations))
    return _labels(pairs)


def _labels(pairs: Iterable[tuple[str, str]]) -> Labels:
    folded = ((fold(words), option) for words, option in pairs)
    return Labels(tuple(dict.fromkeys(pair for pair in folded if pair[0])))

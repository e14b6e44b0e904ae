"""Reads what else people call flows and options in each language, beside their labels."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field

from bot.content.form import Form, form_of, hint
from bot.content.node import Fields, Node
from bot.content.notes import Notes
from bot.engine.flow import Ask, Flow
from bot.engine.match import fold

FLOWS, NAMES = "flows", "words"
"""Under which a language's words for flows stand, and of these the flow's own names."""
SMALL = "small"
"""Words that add nothing to what is meant, such as “the” or “please”."""


@dataclass(frozen=True, slots=True)
class Spoken:
    """Names of flows, by flow, and of options, by flow, step and option, in other languages."""

    flows: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    options: Mapping[tuple[str, str, str], tuple[str, ...]] = field(default_factory=dict)


def spoken_of(nodes: Iterable[Node], flows: Mapping[str, Flow], notes: Notes) -> Spoken:
    """What the words' files of all languages say of the flows."""
    names: dict[str, tuple[str, ...]] = {}
    options: dict[tuple[str, str, str], tuple[str, ...]] = {}
    for node in nodes:
        for form, flow in _flows(node, flows, notes):
            names[flow.name] = (*names.get(flow.name, ()), *form.words(NAMES))
            for key, words in _of_steps(form, flow):
                options[key] = (*options.get(key, ()), *words)
    return Spoken(names, options)


def _flows(node: Node, flows: Mapping[str, Flow], notes: Notes) -> Iterator[tuple[Form, Flow]]:
    of_file = node.nodes.get(FLOWS) if isinstance(node, Fields) else None
    written = form_of(of_file, repr(FLOWS), notes) if of_file else None
    for name in _known(written, flows, "flow"):
        assert written is not None
        form = written.form(name, f"flow {name!r}")
        if form is not None:
            yield form, flows[name]


def _of_steps(form: Form, flow: Flow) -> Iterator[tuple[tuple[str, str, str], tuple[str, ...]]]:
    asked = {step.id: step for step in flow.steps if isinstance(step, Ask) and step.kind.options}
    for name in _known(form, (NAMES, *asked), "step"):
        step = form.form(name, f"step {name!r}") if name != NAMES else None
        options = [choice.option for choice in asked[name].kind.options] if step else []
        meant: dict[str, str] = {}
        for option in _known(step, options, "option"):
            assert step is not None
            words = step.words(option)
            _note_shared(step, option, words, meant)
            yield (flow.name, name, option), words


def _note_shared(step: Form, option: str, words: Iterable[str], meant: dict[str, str]) -> None:
    for word in words:
        other = meant.setdefault(fold(word), option)
        if other != option:
            said = f"{step.what}: {other!r} and {option!r} are both called {word!r}"
            step.notes.add(step.place_of(option), said)


def _known(form: Form | None, known: Iterable[str], what: str) -> Iterator[str]:
    """The fields of a form that are called like something there is; others are noted."""
    names = tuple(known)
    for name in form.node.nodes if form else ():
        assert form is not None
        if name in names:
            yield name
        else:
            place = form.place_of(name)
            form.notes.add(place, f"{form.what}: there is no {what} {name!r}{hint(name, names)}")

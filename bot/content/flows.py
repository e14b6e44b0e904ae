"""Reads a flow: its steps in the order of the file, each with its ways on."""

from dataclasses import dataclass
from hashlib import sha256

from bot.content.conditions import NEVER, read_condition
from bot.content.form import Form, form_of
from bot.content.kinds import fields_of, read_arguments, read_kind
from bot.content.node import Node, Word, read_node
from bot.content.notes import Notes
from bot.content.problem import Problem, in_order
from bot.engine.flow import Ask, Await, Cancelling, Decide, Flow, Perform, Step, Tell
from bot.engine.kinds.kind import Choosable
from bot.engine.model import Text
from bot.engine.rules import END, Edge, Rule

VERSION_DIGITS = 12
FLOW_FIELDS = ("menu", "remind_hours", "cancel", "hears")
TEXT, LABEL = " text", " label"
"""Under which the places of a step's texts are noted: no option can be called so."""
WAYS = ("go", "again", "milestone")


def read_flow(source: str, path: str) -> tuple[Flow | None, tuple[Problem, ...]]:
    """A flow as it was published, with what is wrong with it; None when it cannot be read."""
    notes = Notes()
    node = read_node(source, path, notes)
    flow = node and flow_of(node, version_of(source), path, notes)
    return flow or None, in_order(notes.problems)


def version_of(source: str) -> str:
    """The version of a published text: a hash that does not depend on how its lines end."""
    plain = source.removeprefix("\ufeff").replace("\r\n", "\n").replace("\r", "\n")
    return sha256(plain.encode()).hexdigest()[:VERSION_DIGITS]


def flow_of(node: Node, version: str, path: str, notes: Notes) -> Flow | None:
    """The flow that a file's node describes."""
    form = form_of(node, "the flow", notes)
    if form is None:
        return None
    form.check_names(("flow", "title", "steps"), FLOW_FIELDS)
    name = form.word("flow")
    if not name or not notes.is_new(name, form.place_of("flow"), f"flow {name!r}"):
        return None
    return Flow(
        name=name,
        version=version,
        title=form.text("title", name, "label"),
        steps=_steps(form, name),
        menu=form.number("menu"),
        remind_hours=form.number("remind_hours"),
        cancelling=_cancelling(form, name),
        path=path,
        hears=form.words("hears") if form.has("hears") else (),
    )


def _cancelling(form: Form, flow: str) -> Cancelling | None:
    cancel = form.form("cancel", "'cancel'")
    if cancel is None:
        return None
    cancel.check_names(("text", "do", "outcomes"))
    form.notes.put(f"{flow}.cancel", form.place_of("cancel"))
    outcomes = cancel.form("outcomes")
    texts: dict[str, Text] = {}
    for name in outcomes.node.nodes if outcomes else ():
        assert outcomes is not None
        form.notes.put(f"{flow}.cancel.{name}", outcomes.place_of(name))
        texts[name] = outcomes.text(name, f"{flow}.cancel.{name}")
    question = cancel.text("text", f"{flow}.cancel")
    return Cancelling(question, cancel.word("do"), texts)


@dataclass(frozen=True, slots=True)
class _Draft:
    """A step being read: its fields, its context `flow.step`, and the step after it."""

    form: Form
    id: str
    context: str
    after: str

    @property
    def was(self) -> str:
        return self.form.word("was")

    @property
    def line(self) -> int:
        return self.form.place.line


def _steps(form: Form, flow: str) -> tuple[Step, ...]:
    forms = {name: step for step in form.forms("steps", "step") if (name := _new_id(step, flow))}
    after = (*tuple(forms)[1:], END)
    return tuple(
        _step(_Draft(step, name, f"{flow}.{name}", then))
        for (name, step), then in zip(forms.items(), after, strict=False)
    )


def _new_id(step: Form, flow: str) -> str:
    """The id of a step that no earlier one has; else empty, which is then noted."""
    if not isinstance(step.node.nodes.get("step"), Word):
        step.notes.add(step.place, "a step needs a field 'step', its id")
        return ""
    name = step.word("step")
    is_new = step.notes.is_new(f"{flow}.{name}", step.place_of("step"), step.what)
    return name if is_new else ""


def _step(draft: _Draft) -> Step:
    has = draft.form.has
    if has("ask"):
        return _ask(draft)
    if has("decide"):
        draft.form.check_names(("step", "decide", "outcomes"), ("was",))
        policy = draft.form.word("decide")
        return Decide(draft.id, policy, _outcomes(draft), draft.was, draft.line)
    if has("do"):
        draft.form.check_names(("step", "do", "outcomes"), ("with", "was"))
        given = read_arguments(draft.form)
        action = draft.form.word("do")
        return Perform(draft.id, action, given, _outcomes(draft), draft.was, draft.line)
    if has("await"):
        draft.form.check_names(("step", "await", "text", "outcomes"), ("was",))
        waits = draft.form.word("await")
        return Await(draft.id, _text(draft), waits, _outcomes(draft), draft.was, draft.line)
    return _tell(draft)


def _tell(draft: _Draft) -> Step:
    draft.form.check_names(("step", "text"), ("go", "rules", "was"))
    edge = Edge(_target(draft.form, draft.after))
    return Tell(draft.id, _text(draft), edge, _rules(draft), draft.was, draft.line)


ASK_FIELDS = ("label", "sensitive", "go", "rules", "await", "outcomes", "was")


def _ask(draft: _Draft) -> Step:
    form = draft.form
    kind = form.word("ask")
    required, optional = fields_of(kind)
    form.check_names(("step", "ask", "text", *required), (*optional, *ASK_FIELDS))
    options, edges = _options(draft)
    if "options" in required and form.has("options") and not options:
        form.notes.add(form.place_of("options"), f"{form.what} has no options")
    return Ask(
        id=draft.id,
        text=_text(draft),
        kind=read_kind(kind, form, options, draft.context),
        edge=Edge(_target(form, draft.after)),
        edges=edges,
        rules=_rules(draft),
        waits=form.word("await"),
        outcomes=_outcomes(draft),
        label=form.text("label", f"{draft.context}.label", "label") if form.has("label") else None,
        sensitive=form.flag("sensitive"),
        was=draft.was,
        line=draft.line,
    )


def _text(draft: _Draft) -> Text:
    for field in (TEXT, LABEL):
        if draft.form.has(field.strip()):
            draft.form.notes.put(f"{draft.context}.{field}", draft.form.place_of(field.strip()))
    return draft.form.text("text", draft.context)


def _options(draft: _Draft) -> tuple[tuple[Choosable, ...], dict[str, Edge]]:
    options, edges = [], {}
    for form in draft.form.forms("options", "option"):
        form.check_names(("option", "text"), (*WAYS, "was", "also"))
        option = form.word("option")
        context = f"{draft.context}.{option}"
        if not form.notes.is_new(context, form.place, f"{form.what} of step {draft.id!r}"):
            continue
        also = form.words("also") if form.has("also") else ()
        text = form.text("text", context, "label")
        options.append(Choosable(option, text, form.word("was"), also))
        if any(form.has(way) for way in WAYS):
            edges[option] = _edge(form, draft.after)
    return tuple(options), edges


def _outcomes(draft: _Draft) -> dict[str, Edge]:
    written = draft.form.form("outcomes", f"'outcomes' of step {draft.id!r}")
    outcomes = {}
    for name in written.node.nodes if written else ():
        assert written is not None
        context = f"{draft.context}.{name}"
        draft.form.notes.put(context, written.place_of(name))
        form = written.form(name, f"outcome {name!r} of step {draft.id!r}")
        if form is not None:
            form.check_names((), ("text", *WAYS))
            outcomes[name] = _edge(form, draft.after, context)
    return outcomes


def _rules(draft: _Draft) -> tuple[Rule, ...]:
    rules = []
    for number, node in enumerate(draft.form.items("rules"), 1):
        form = form_of(node, f"rule {number} of step {draft.id!r}", draft.form.notes)
        if form is None:
            continue
        form.check_names(("when",), ("text", *WAYS))
        form.notes.put(f"{draft.context}.rule {number}", form.place)
        written = form.node.nodes.get("when")
        when = read_condition(written, form.notes) if written else NEVER
        rules.append(Rule(when, _edge(form, draft.after, f"{draft.context}.rule")))
    return tuple(rules)


def _edge(form: Form, after: str, context: str = "") -> Edge:
    """A way on; with a context, `text` is said on the way."""
    text = form.text("text", context) if context and form.has("text") else None
    milestone = form.word("milestone")
    if not form.has("again"):
        return Edge(_target(form, after), text=text, milestone=milestone)
    if form.has("go"):
        form.notes.add(form.place_of("again"), f"{form.what} goes both on and back: keep one")
    if milestone:
        form.notes.add(form.place_of("again"), f"{form.what} leads back and reaches a milestone")
    return Edge(form.word("again"), again=True, text=text)


def _target(form: Form, after: str) -> str:
    """Where `go` leads; without it, to the next step of the file."""
    node = form.node.nodes.get("go")
    if isinstance(node, Word) and not node.text.strip():
        form.notes.add(node.place, f"{form.what} leads nowhere: write a step after 'go', or 'end'")
        return after
    return form.word("go", after)

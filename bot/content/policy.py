"""Reads a policy table: its outcomes and its dated editions."""

from bot.content.form import Form, form_of
from bot.content.kinds import read_span
from bot.content.node import Fields, Node
from bot.content.notes import Notes
from bot.engine.kinds.day import Span
from bot.engine.model import Value
from bot.engine.policy import (
    OVER,
    WITHIN,
    Criterion,
    Edition,
    OfStep,
    Policy,
    PolicyInput,
    PolicyRule,
    Since,
)


def policy_of(node: Node, notes: Notes) -> Policy | None:
    """The policy table that a file's node describes."""
    form = form_of(node, "the policy", notes)
    if form is None:
        return None
    form.check_names(("policy", "outcomes", "editions"))
    name = form.word("policy")
    if not name or not notes.is_new(f"policy.{name}", form.place_of("policy"), f"policy {name!r}"):
        return None
    outcomes = form.words("outcomes")
    editions = tuple(_edition(edition, name) for edition in form.forms("editions", "valid_from"))
    if not outcomes or not editions:
        notes.add(form.place, f"policy {name!r} needs outcomes and an edition")
        return None
    return Policy(name, outcomes, editions)


def edition_key(policy: str, number: int) -> str:
    """The name under which the place of an edition is noted; counted from 1."""
    return f"policy.{policy}.edition {number}"


def _edition(form: Form, policy: str) -> Edition:
    form.check_names(("valid_from", "source", "inputs", "criteria"), ("amounts",))
    known = sum(key.startswith(f"policy.{policy}.edition ") for key in form.notes.places)
    form.notes.put(edition_key(policy, known + 1), form.place_of("valid_from"))
    criteria: list[Criterion] = []
    for criterion in form.forms("criteria", "criterion"):
        read = _criterion(criterion, policy)
        if read.name in {other.name for other in criteria}:
            form.notes.add(criterion.place, f"{criterion.what} is written twice")
        criteria.append(read)
    amounts = form.form("amounts")
    return Edition(
        valid_from=form.day("valid_from"),
        source=form.word("source"),
        inputs=_inputs(form, policy, known + 1),
        criteria=tuple(criteria),
        amounts=_amounts(amounts, amounts.node) if amounts else {},
    )


def input_key(policy: str, edition: int, name: str) -> str:
    """The name under which the place of an edition's input is noted."""
    return f"policy.{policy}.{edition}.{name}"


def _inputs(form: Form, policy: str, edition: int) -> dict[str, PolicyInput]:
    written = form.form("inputs")
    inputs: dict[str, PolicyInput] = {}
    for name in written.node.nodes if written else ():
        assert written is not None
        form.notes.put(input_key(policy, edition, name), written.place_of(name))
        given = written.form(name, f"input {name!r}")
        if given is not None:
            inputs[name] = _input(given)
    return inputs


def _input(form: Form) -> PolicyInput:
    if not form.has("since"):
        form.check_names(("step", "values"))
        return OfStep(form.word("step"), form.words("values"))
    form.check_names(("step", "since"), ("values",))
    values = form.words("values") if form.has("values") else (WITHIN, OVER)
    return Since(form.word("step"), read_span(form, "since") or Span(), values)


def _criterion(form: Form, policy: str) -> Criterion:
    form.check_names(("criterion", "rules"))
    name = form.word("criterion")
    rules = []
    for number, node in enumerate(form.items("rules"), 1):
        rule = form_of(node, f"rule {number} of criterion {name!r}", form.notes)
        if rule is not None:
            rules.append(_rule(rule, f"policy.{policy}.{name}"))
    return Criterion(name, tuple(rules), form.place.line)


def _rule(form: Form, context: str) -> PolicyRule:
    form.check_names(("when", "outcome", "reason"))
    when = form.form("when", f"{form.what}: 'when'")
    return PolicyRule(
        when={name: when.words(name) for name in when.node.nodes} if when else {},
        outcome=form.word("outcome"),
        reason=form.text("reason", context),
        line=form.place.line,
    )


def _amounts(form: Form, node: Fields) -> dict[str, Value]:
    """Whole numbers by name, nested as their author likes."""
    return {
        name: _amounts(form, value) if isinstance(value, Fields) else form.number_at(value, name)
        for name, value in node.nodes.items()
    }

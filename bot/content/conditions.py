"""Reads conditions: `step: option`, and `all`, `any` and `not` of them."""

from bot.content.form import Form, form_of
from bot.content.node import Node
from bot.content.notes import Notes
from bot.engine.rules import All, Any, Condition, Is, Not

OPERATORS = ("all", "any", "not")
NEVER = Any(())


def read_condition(node: Node, notes: Notes) -> Condition:
    """A condition; several fields side by side must all hold."""
    form = form_of(node, "a condition", notes)
    if form is None:
        return NEVER
    if not form.node.nodes:
        notes.add(form.place, "a condition needs a step with its option")
    parts = tuple(_part(form, name) for name in form.node.nodes)
    return parts[0] if len(parts) == 1 else All(parts)


def _part(form: Form, name: str) -> Condition:
    match name:
        case "all":
            return All(_parts(form, name))
        case "any":
            return Any(_parts(form, name))
        case "not":
            return Not(read_condition(form.node.nodes[name], form.notes))
        case _:
            return Is(name, form.words(name))


def _parts(form: Form, name: str) -> tuple[Condition, ...]:
    return tuple(read_condition(node, form.notes) for node in form.items(name))

"""Reads a category: its entries with their facts, and their words in the source language."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from bot.content.faq.wording import LINES, WORDS, Wording, wording_of
from bot.content.form import Form, form_of
from bot.content.node import Node
from bot.content.notes import Notes
from bot.content.problem import Place
from bot.engine.model import Text

FACTS = ("source", "dated", "related", "flow", "careful", "most_asked", "online")


@dataclass(frozen=True, slots=True)
class Facts:
    """What is so of an entry in every language; `review_by` is when somebody must look again."""

    entry: str
    category: str
    source: str
    dated: str
    review_by: date
    related: tuple[str, ...]
    flow: str
    careful: bool
    most_asked: bool
    online: str
    place: Place


@dataclass(frozen=True, slots=True)
class Section:
    """A category as its file describes it."""

    name: str
    title: Text
    order: int
    facts: tuple[Facts, ...]
    wordings: Mapping[str, Wording]


def section_of(node: Node, notes: Notes) -> Section | None:
    """The category that a file's node describes."""
    form = form_of(node, "the category", notes)
    if form is None:
        return None
    form.check_names(("category", "name", "order", "entries"))
    name = form.word("category")
    if not name or not notes.is_new(
        f"category.{name}", form.place_of("category"), f"category {name!r}"
    ):
        return None
    title = form.text("name", f"category.{name}", "label")
    forms = form.forms("entries", "entry")
    facts = tuple(found for one in forms if (found := _facts(one, name)) is not None)
    wordings = {one.word("entry"): wording_of(one) for one in forms}
    return Section(name, title, form.number("order"), facts, wordings)


def _facts(form: Form, category: str) -> Facts | None:
    form.check_names(("entry", "review_by", *WORDS), (*FACTS, *LINES))
    name = form.word("entry")
    if not name or not form.notes.is_new(f"entry.{name}", form.place, form.what):
        return None
    return Facts(
        entry=name,
        category=category,
        source=form.word("source"),
        dated=form.day("dated").isoformat() if form.has("dated") else "",
        review_by=form.day("review_by"),
        related=form.words("related"),
        flow=form.word("flow"),
        careful=form.flag("careful"),
        most_asked=form.flag("most_asked"),
        online=form.word("online"),
        place=form.place,
    )

"""Reads what an asking step expects: one entry per kind of answer."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from hashlib import sha256
from typing import TypeAlias

from bot.content.form import Form, hint
from bot.engine.kinds.choice import Choice, Choices, Consent, Review
from bot.engine.kinds.day import Day, Span
from bot.engine.kinds.kind import Choosable, Kind
from bot.engine.kinds.lookup import Country, Lookup
from bot.engine.kinds.papers import MOST_FILES, Upload
from bot.engine.kinds.stock import CardLink, Pick
from bot.engine.kinds.words import (
    LONGEST_ANSWER,
    Address,
    Certificate,
    Email,
    Name,
    Number,
    Phone,
    Words,
)

Options: TypeAlias = tuple[Choosable, ...]
Read: TypeAlias = Callable[[Form, Options, str], Kind]
TEXT_VERSION_DIGITS = 8


@dataclass(frozen=True, slots=True)
class KindForm:
    """The fields of a kind and how they make one; `context` is its step's, `flow.step`."""

    read: Read
    required: tuple[str, ...] = ()
    optional: tuple[str, ...] = ()


def read_kind(name: str, form: Form, options: Options, context: str) -> Kind:
    """The kind of an asking step."""
    known = KINDS.get(name)
    if known is None:
        form.notes.add(form.place_of("ask"), f"{form.what} asks {name!r}{hint(name, KINDS)}")
        return Words(options=options)
    return known.read(form, options, context)


def fields_of(name: str) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """The required and the optional fields of a kind; of an unknown one, all there are."""
    if name in KINDS:
        return KINDS[name].required, KINDS[name].optional
    every = (field for kind in KINDS.values() for field in (*kind.required, *kind.optional))
    return (), tuple(dict.fromkeys(every))


def _choice(form: Form, options: Options, context: str) -> Kind:
    return Choice(options=options)


def _review(form: Form, options: Options, context: str) -> Kind:
    return Review(options=options)


def _choices(form: Form, options: Options, context: str) -> Kind:
    return Choices(options=options, at_least=form.number("at_least", 1))


def _consent(form: Form, options: Options, context: str) -> Kind:
    version = sha256(form.word("text").encode()).hexdigest()[:TEXT_VERSION_DIGITS]
    return Consent(options=options, purpose=form.word("purpose"), text_version=version)


def _words(kind: type[Words]) -> Read:
    """A kind of typed words, with the lengths it has unless its author says otherwise."""
    usual = kind()

    def read(form: Form, options: Options, context: str) -> Kind:
        longest = form.number("longest", usual.longest, least=1)
        if longest > LONGEST_ANSWER:
            form.notes.add(form.place_of("longest"), f"{form.what}: at most {LONGEST_ANSWER}")
        shortest = form.number("shortest", usual.shortest, least=1)
        return kind(options=options, longest=longest, shortest=shortest)

    return read


def _phone(form: Form, options: Options, context: str) -> Kind:
    return Phone(options=options, region=form.word("region", "CN"))


def _number(form: Form, options: Options, context: str) -> Kind:
    usual = Number()
    least = form.number("at_least", usual.at_least, least=-usual.at_most)
    most = form.number("at_most", usual.at_most, least=least)
    return Number(options=options, at_least=least, at_most=most)


def _day(form: Form, options: Options, context: str) -> Kind:
    return Day(
        options=options, earliest=read_span(form, "earliest"), latest=read_span(form, "latest")
    )


def read_span(form: Form, name: str) -> Span | None:
    """A distance from today: years, months and days."""
    span = form.form(name, f"{form.what}: {name!r}")
    if span is None:
        return None
    span.check_names((), ("years", "months", "days"))
    years, months, days = (span.number(unit, least=-40_000) for unit in ("years", "months", "days"))
    return Span(years, months, days)


def _lookup(form: Form, options: Options, context: str) -> Kind:
    return Lookup(
        options=options,
        listing=form.word("listing"),
        open=form.flag("open") if form.has("open") else True,
        counts_as=form.word("counts_as"),
    )


def _country(form: Form, options: Options, context: str) -> Kind:
    return Country(options=options)


def _upload(form: Form, options: Options, context: str) -> Kind:
    return Upload(options=options, most=form.number("most", MOST_FILES, least=1))


def _pick(form: Form, options: Options, context: str) -> Kind:
    return Pick(
        options=options,
        source=form.word("from"),
        arguments=read_arguments(form),
        none=form.word("none"),
        button=form.text("button", f"{context}.button", "label") if form.has("button") else None,
        lines=form.texts("card", f"{context}.card"),
        links=_links(form, context),
    )


def _links(form: Form, context: str) -> tuple[CardLink, ...]:
    links = []
    for link in form.forms("links", "to"):
        link.check_names(("text", "to"))
        links.append(CardLink(link.text("text", f"{context}.link", "label"), link.word("to")))
    return tuple(links)


def read_arguments(form: Form) -> dict[str, str]:
    """What an action is given: a name of its own for each, and the step whose answer it is."""
    given = form.form("with", f"{form.what}: 'with'")
    return {name: given.word(name) for name in given.node.nodes} if given else {}


_LENGTHS = ("longest", "shortest", "options")

KINDS: Mapping[str, KindForm] = {
    "choice": KindForm(_choice, ("options",)),
    "choices": KindForm(_choices, ("options",), ("at_least",)),
    "text": KindForm(_words(Words), (), _LENGTHS),
    "name": KindForm(_words(Name), (), _LENGTHS),
    "address": KindForm(_words(Address), (), _LENGTHS),
    "certificate": KindForm(_words(Certificate), (), _LENGTHS),
    "email": KindForm(_words(Email), (), ("options",)),
    "phone": KindForm(_phone, (), ("region", "options")),
    "number": KindForm(_number, (), ("at_least", "at_most", "options")),
    "date": KindForm(_day, (), ("earliest", "latest", "options")),
    "country": KindForm(_country, (), ("options",)),
    "lookup": KindForm(_lookup, ("listing",), ("open", "counts_as", "options")),
    "upload": KindForm(_upload, (), ("most", "options")),
    "pick": KindForm(_pick, ("from",), ("with", "none", "button", "card", "links", "options")),
    "consent": KindForm(_consent, ("purpose", "options")),
    "review": KindForm(_review, ("options",)),
}

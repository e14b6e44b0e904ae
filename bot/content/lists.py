"""Reads lists of known things, and makes the list of countries."""

from collections import Counter
from collections.abc import Iterable

from babel import Locale

from bot.content.countries import ALSO, NOT_A_COUNTRY
from bot.content.form import Form, form_of
from bot.content.node import Node
from bot.content.notes import Notes
from bot.engine.listing import Entry, Listing

FIELDS = ("entry", "name", "also")
COUNTRIES = "countries"


def listing_of(node: Node, notes: Notes) -> Listing | None:
    """The list that a file's node describes."""
    form = form_of(node, "the list", notes)
    if form is None:
        return None
    form.check_names(("list", "entries"), ("sample", "note"))
    name = form.word("list")
    if not name or not notes.is_new(f"list.{name}", form.place_of("list"), f"list {name!r}"):
        return None
    forms = form.forms("entries", "entry")
    _check_attributes(forms)
    entries = tuple(entry for one in forms if (entry := _entry(one, name)))
    if not entries:
        notes.add(form.place_of("entries"), f"list {name!r} has no entries")
        return None
    return Listing(name, entries, form.flag("sample"))


def _entry(form: Form, listing: str) -> Entry | None:
    name = form.word("entry")
    if not form.notes.is_new(f"list.{listing}.{name}", form.place, form.what):
        return None
    attributes = {field: form.word(field) for field in form.node.nodes if field not in FIELDS}
    return Entry(name, form.names("name"), form.words("also"), attributes)


def _check_attributes(forms: Iterable[Form]) -> None:
    """What most entries say of themselves, each must say, and nothing else."""
    forms = tuple(forms)
    used = Counter(field for form in forms for field in form.node.nodes if field not in FIELDS)
    usual = tuple(field for field, times in used.items() if 2 * times > len(forms))
    for form in forms:
        form.check_names(("entry", "name", *usual), ("also",))


def countries(languages: Iterable[str]) -> Listing:
    """Every country and region, named in these languages and in English."""
    named = {language: Locale.parse(language).territories for language in {*languages, "en"}}
    codes = sorted(code for code in map(str, named["en"]) if _is_country(code))
    return Listing(
        COUNTRIES,
        tuple(
            Entry(
                code,
                {language: names[code] for language, names in named.items() if code in names},
                ALSO.get(code, ()),
            )
            for code in codes
        ),
    )


def _is_country(code: str) -> bool:
    return len(code) == 2 and code.isalpha() and code not in NOT_A_COUNTRY

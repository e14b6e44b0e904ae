"""Lists every text of a centre, side by side in all its languages."""

from collections.abc import Iterable, Iterator, Mapping, Sequence

from aiohttp import web

from bot.engine.catalogue import Language
from bot.web.staff.content_files import Written
from bot.web.staff.lists import Column, Filter, Listing, Query, read_query
from bot.web.staff.words import N_, Words

SORTS = ("place", "context")


def all_texts(
    request: web.Request, texts: Sequence[Written], languages: Mapping[str, Language], words: Words
) -> Listing[Written]:
    """The texts that an address asks for: all of them, not only a page."""
    others = tuple(languages)[1:]
    files = [(path, path) for path in dict.fromkeys(one.path for one in texts)]
    missing = [(code, languages[code].name) for code in others]
    filters = [
        Filter("words", N_("Words")),
        Filter("file", N_("File"), [("", words("All")), *files]),
        Filter("missing", N_("Missing in"), [("", words("Any")), *missing]),
    ]
    query = read_query(request, filters, SORTS, "place")
    order = _by_context if query.sort == "context" else _by_place
    wanted = (one for one in texts if _is_wanted(one, query))
    rows = sorted(wanted, key=order, reverse=query.is_down)
    return Listing(query, tuple(_columns(languages)), filters, rows, len(rows), may_export=True)


def missing_in(texts: Iterable[Written], language: str) -> int:
    """How many texts have no words in a language."""
    return sum(language not in one.words for one in texts)


def _by_place(one: Written) -> tuple[str, int, str]:
    return (one.path, one.line, one.text.context)


def _by_context(one: Written) -> tuple[str, int, str]:
    return (one.text.context, one.line, one.path)


def _is_wanted(one: Written, query: Query) -> bool:
    typed, file, missing = (query.value(name) for name in ("words", "file", "missing"))
    if file and one.path != file:
        return False
    if missing and missing in one.words:
        return False
    said = (one.text.context, one.text.source, one.text.plural, *one.words.values())
    return not typed or any(typed.casefold() in words.casefold() for words in said)


def _columns(languages: Mapping[str, Language]) -> Iterator[Column[Written]]:
    yield Column("place", N_("Where"), lambda one: f"{one.path}:{one.line}", is_sorted=True)
    yield Column("context", N_("Step"), lambda one: one.text.context, is_sorted=True)
    for number, (code, language) in enumerate(languages.items()):
        yield _column(code, language.name, is_source=number == 0)


def _column(code: str, name: str, *, is_source: bool) -> Column[Written]:
    def raw(one: Written) -> str:
        if not is_source:
            return one.words.get(code, "")
        return "\n".join(filter(None, (one.text.source, one.text.plural)))

    return Column(code, name, raw)

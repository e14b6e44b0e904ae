"""Lists every answer: found by words, sorted by what staff look for."""

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from aiohttp import web

from bot.content.faq.library import Library
from bot.engine.match import fold
from bot.store.additions import Addition
from bot.store.answers import Tally
from bot.web.staff.lists import Column, Filter, Listing, Query, read_query
from bot.web.staff.names import Names
from bot.web.staff.words import N_

SOON = timedelta(days=30)
"""How long before its day an answer is due to be looked at."""


@dataclass(frozen=True, slots=True)
class Row:
    """An answer in the list."""

    entry: str
    title: str
    category: str
    topic: str
    languages: int
    told: int
    helped: int
    missed: int
    additions: int
    review_by: date


ORDERS: Mapping[str, Callable[[Row], Any]] = {
    "review": lambda row: (row.review_by, row.entry),
    "title": lambda row: row.title.casefold(),
    "told": lambda row: row.told,
    "helped": lambda row: row.helped,
    "missed": lambda row: row.missed,
    "added": lambda row: row.additions,
}


def rows_of(
    library: Library,
    counted: Mapping[tuple[str, str], Tally],
    added: Sequence[Addition],
    names: Names,
) -> list[Row]:
    """Every answer with its figures, in the order of the topics."""
    sums: dict[str, Counter[str]] = {}
    for (entry, _), tally in counted.items():
        figures = {"told": tally.told, "helped": tally.helped, "missed": tally.missed}
        sums.setdefault(entry, Counter()).update(figures)
    more = Counter(one.entry for one in added)
    faq = names.catalogue.faq
    return [
        Row(
            entry=facts.entry,
            title=names.text(faq.entries[facts.entry].title),
            category=facts.category,
            topic=names.text(faq.categories[facts.category].title),
            languages=sum(facts.entry in words for words in library.wordings.values()),
            told=sums.get(facts.entry, Counter())["told"],
            helped=sums.get(facts.entry, Counter())["helped"],
            missed=sums.get(facts.entry, Counter())["missed"],
            additions=more[facts.entry],
            review_by=facts.review_by,
        )
        for facts in library.facts()
    ]


def _said(library: Library, entry: str) -> str:
    found = [words[entry] for words in library.wordings.values() if entry in words]
    return fold("\n".join([entry, *(f"{one.title}\n{one.answer}" for one in found)]))


def _is_about(library: Library, entry: str, words: str) -> bool:
    """Whether all words are in an entry's own, in some language."""
    said = _said(library, entry) if words else ""
    return all(word in said for word in fold(words).split())


def answer_list(
    request: web.Request, rows: Sequence[Row], library: Library, names: Names, today: date
) -> Listing[Row]:
    """The answers an address asks for: all of them, not only a page."""
    topics = [(one.id, names.text(one.title)) for one in names.catalogue.faq.categories.values()]
    due = [("", names.words("Any")), ("due", names.words(N_("Due within 30 days")))]
    filters = [
        Filter("words", N_("Words")),
        Filter("topic", N_("Topic"), [("", names.words("All")), *topics]),
        Filter("review", N_("To be looked at"), due),
    ]
    query = read_query(request, filters, ORDERS, "review")
    until = today + SOON
    typed = query.value("words")
    narrowed = (row for row in rows if _is_wanted(row, query, until))
    wanted = [row for row in narrowed if _is_about(library, row.entry, typed)]
    found = sorted(wanted, key=ORDERS[query.sort], reverse=query.is_down)
    return Listing(query, _columns(names, today), filters, found, len(found), may_export=True)


def _is_wanted(row: Row, query: Query, until: date) -> bool:
    is_due = not query.value("review") or row.review_by <= until
    return is_due and query.value("topic") in ("", row.category)


def _columns(names: Names, today: date) -> list[Column[Row]]:
    late = names.words("overdue")

    def review(row: Row) -> str:
        day = names.voice.day(row.review_by)
        return f"{day} {late}" if row.review_by < today else day

    def figure(name: str, label: str, count: Callable[[Row], int]) -> Column[Row]:
        return Column(
            name,
            label,
            count,
            lambda row: names.voice.number(count(row)),
            is_sorted=name in ORDERS,
            is_number=True,
        )

    return [
        Column(
            "title",
            N_("Answer"),
            lambda row: row.title,
            link=lambda row: f"/staff/answers/{row.entry}",
            is_sorted=True,
        ),
        Column("topic", N_("Topic"), lambda row: row.topic),
        Column(
            "review",
            N_("Look at it by"),
            lambda row: row.review_by.isoformat(),
            review,
            is_sorted=True,
        ),
        figure("told", N_("Told"), lambda row: row.told),
        figure("helped", N_("Helped"), lambda row: row.helped),
        figure("missed", N_("Not meant"), lambda row: row.missed),
        figure("added", N_("Added to"), lambda row: row.additions),
        figure("languages", N_("Languages"), lambda row: row.languages),
    ]

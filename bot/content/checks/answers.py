"""Checks the answers: complete in each language, short enough, each way of asking in one place."""

from collections.abc import Collection, Iterable, Iterator, Mapping
from datetime import date

from bot.content.checks.identifiers import PATTERN
from bot.content.checks.placeholders import BRACES, PLACEHOLDER
from bot.content.checks.subject import Subject
from bot.content.faq.entries import Facts
from bot.content.faq.wording import Wording
from bot.content.form import hint
from bot.content.problem import Place, Problem, problem
from bot.engine.match import fold

LEAST_WAYS = 5
"""Ways of asking an entry needs in a language: with fewer, most questions do not find it."""
LONGEST_ID = 26
"""Letters of an entry's id: with what a button carries besides it fits Telegram's 64 bytes."""
LONGEST_TITLE = 60
"""Characters of a title: a longer button is cut off on a telephone."""
LONGEST = 1800
"""Bytes of UTF-8 of an answer with its lines: WeChat sends 2048, and title and source need some."""


def problems(subject: Subject) -> Iterator[Problem]:
    """Everything that is wrong with the answers, but for what only trying them can show."""
    library = subject.content.library
    known = {facts.entry: facts for facts in library.facts()}
    for facts in known.values():
        yield from _of_facts(facts, known, subject)
    for language, words in library.wordings.items():
        yield from _missing(language, words, known.values(), subject)
        yield from _doubled(language, words)
        for name, wording in words.items():
            if name not in known:
                near = hint(name, known)
                yield problem(wording.place, f"there is no entry {name!r}{near}")
            else:
                yield from _of_wording(name, language, wording, subject)


def to_review(facts: Iterable[Facts], today: date) -> Iterator[Problem]:
    """The entries that somebody has to look at again."""
    for one in facts:
        if one.review_by < today:
            yield problem(one.place, f"entry {one.entry!r} was to be reviewed by {one.review_by}")


def _of_facts(facts: Facts, known: Collection[str], subject: Subject) -> Iterator[Problem]:
    if not PATTERN.fullmatch(facts.entry) or len(facts.entry) > LONGEST_ID:
        yield problem(
            facts.place,
            f"{facts.entry!r}: an id has small letters, digits and underscores, "
            f"{LONGEST_ID} at most",
        )
    for other in facts.related:
        if other not in known or other == facts.entry:
            near = hint(other, known)
            yield problem(facts.place, f"{facts.entry!r}: no other entry is {other!r}{near}")
    flows = subject.content.catalogue.flows
    if facts.flow and facts.flow not in flows:
        yield problem(facts.place, f"there is no flow {facts.flow!r}{hint(facts.flow, flows)}")
    for url in (facts.source, facts.online):
        if url and not url.startswith("https://") and not url.startswith("http://"):
            yield problem(facts.place, f"{url!r} must begin with https://")


def _missing(
    language: str, words: Collection[str], facts: Iterable[Facts], subject: Subject
) -> Iterator[Problem]:
    """Entries that have to be there in a language and are not."""
    spoken = subject.content.catalogue.languages[language]
    for one in facts:
        if one.entry not in words and (spoken.answers == "all" or one.most_asked):
            yield problem(one.place, f"entry {one.entry!r} is not there in {language}")


def _doubled(language: str, words: Mapping[str, Wording]) -> Iterator[Problem]:
    """Ways of asking, and titles, that two entries have."""
    owners: dict[str, str] = {}
    titles: dict[str, str] = {}
    for name, wording in words.items():
        for way in (wording.title, *wording.ways):
            owner = owners.setdefault(fold(way), name)
            if owner != name:
                yield problem(wording.place, f"{way!r} is a way of asking {owner!r} as well")
        if (owner := titles.setdefault(wording.title, name)) != name:
            yield problem(wording.place, f"{owner!r} has the same title in {language}")


def _of_wording(name: str, language: str, wording: Wording, subject: Subject) -> Iterator[Problem]:
    said = f"{name!r} in {language}"
    if len(wording.ways) < LEAST_WAYS:
        yield problem(
            wording.place, f"{said}: {len(wording.ways)} ways of asking, not {LEAST_WAYS}"
        )
    if len(wording.title) > LONGEST_TITLE:
        yield problem(wording.place, f"{said}: the title has more than {LONGEST_TITLE} characters")
    told = "\n".join((wording.answer, *wording.lines.values()))
    if len(told.encode()) > LONGEST:
        yield problem(wording.place, f"{said}: the answer has more than {LONGEST} bytes")
    yield from _lines(name, said, wording, subject)
    yield from _placeholders(said, told, wording.place, subject)


def _lines(name: str, said: str, wording: Wording, subject: Subject) -> Iterator[Problem]:
    source = next(iter(subject.content.library.wordings.values()))[name]
    if set(wording.lines) != set(source.lines):
        which = "a service" if source.lines else "no service"
        yield problem(wording.place, f"{said}: it is {which}, so its lines must be the same")


def _placeholders(said: str, told: str, place: Place, subject: Subject) -> Iterator[Problem]:
    facts = subject.content.catalogue.facts
    for found in BRACES.findall(told):
        if not PLACEHOLDER.fullmatch(found) or found[1:-1] not in facts:
            yield problem(place, f"{said}: there is nothing to show for {found}")

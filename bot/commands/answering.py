"""What authors of answers need: ask as a person would, try what was held out, take in additions."""

import argparse
import contextlib
import sys
from collections.abc import Iterator, Sequence

import msgspec

from bot.app import now
from bot.content.check import check as check_content
from bot.content.checks.answers import to_review
from bot.content.faq.examine import Score, held_out, out_of_scope, score
from bot.content.faq.export import plan_export, write_export
from bot.content.faq.indexes import Indexes
from bot.content.faq.overlay import Added, AddedWay, extended
from bot.content.load import Content, read_content, with_library
from bot.content.render import Renderer
from bot.content.texts import Translations, read_catalogues
from bot.engine.retrieval.finder import Found
from bot.readiness import shelf_of
from bot.services.additions import read_additions
from bot.services.services import make_services, vocabulary
from bot.settings import Settings
from bot.store.database import Database, Unavailable
from bot.store.migrate import is_current
from bot.store.seal import Sealer


def faq(settings: Settings, typed: argparse.Namespace) -> int:
    """Ask the answers, check them, or take over what staff added: `faq ask "…"`, `check`, `export`.

    What staff have added in the console is answered with, too, where there is a database.
    """
    content, problems = read_content(settings.home)
    if problems:
        print(f"{len(problems)} problems: talent-bot check names them", file=sys.stderr)
        return 1
    if content.indexes is None:
        print("this centre has no answers: content/faq", file=sys.stderr)
        return 1
    added = _added(settings)
    if typed.what == "export":
        return _export(settings, content, added, typed)
    content.indexes.keep_in(shelf_of(settings).make)
    translations = Translations(read_catalogues(settings.home))
    content = with_library(content, extended(content.library, added), translations.known)
    assert content.indexes is not None
    if typed.what == "check":
        return _check(settings, content, content.indexes)
    asking = _Asking(content, content.indexes, translations)
    for question in asking.questions(typed):
        print(asking.answer(question, typed))
    return 0


def _added(settings: Settings) -> tuple[Added, ...]:
    """What staff have added; nothing where there is no database yet."""
    with contextlib.closing(Database(settings.database_url)) as database:
        try:
            return database.look(read_additions)[1] if is_current(database) else ()
        except Unavailable:
            return ()


def _export(
    settings: Settings, content: Content, added: Sequence[Added], typed: argparse.Namespace
) -> int:
    """Print what the files lack of the additions, or write it into them."""
    languages = tuple(content.centre.languages)
    plan = plan_export(content.library, languages, added)
    for one in plan.left:
        print(
            f"no place in the files yet: {one.entry} ({_missing(one, languages)})", file=sys.stderr
        )
    if not typed.write or not plan.parts:
        print(plan.as_yaml(), end="")
        return 0
    paths = write_export(settings.home, languages, plan)
    for path in paths:
        print(f"written: {path}")
    if not paths:
        print("nothing is written: these files are laid out in an unusual way", file=sys.stderr)
    return 0 if paths else 1


def _missing(one: Added, languages: Sequence[str]) -> str:
    """What keeps an addition out of the files."""
    language = one.language if isinstance(one, AddedWay) else languages[0]
    return f"it has no words in {language}"


class _Asking:
    def __init__(self, content: Content, indexes: Indexes, translations: Translations) -> None:
        centre = content.centre
        translations.add(content.answers)
        self._renderer = Renderer(translations, content.catalogue, centre.zone, centre.currency)
        self._entries = content.catalogue.faq.entries
        self._first = centre.source_language
        self._indexes = indexes

    def questions(self, typed: argparse.Namespace) -> Iterator[str]:
        if typed.question:
            yield typed.question
        else:
            yield from (line.rstrip("\n") for line in sys.stdin)

    def answer(self, question: str, typed: argparse.Namespace) -> str:
        found = self._indexes.find(question, typed.language or self._first)
        language = found.language or self._first
        return self._json(found, language) if typed.json else self._table(found, language)

    def _table(self, found: Found, language: str) -> str:
        rows = (f"{one.p:.2f}  {one.entry:<26}  {one.way}" for one in found.entries)
        return "\n".join((f"{found.outcome} ({language})", *rows))

    def _json(self, found: Found, language: str) -> str:
        told: dict[str, object] = {"outcome": found.outcome, "language": language}
        if found.outcome == "answer":
            best = found.entries[0]
            told |= {"entry": best.entry, "p": best.p, "text": self._answer(best.entry, language)}
        if found.outcome == "choices":
            told["choices"] = [
                {"entry": one.entry, "p": one.p, "text": self._title(one.entry, language)}
                for one in found.entries
            ]
        return msgspec.json.encode(told).decode()

    def _answer(self, entry: str, language: str) -> str:
        return self._renderer.text(self._entries[entry].answer, language)

    def _title(self, entry: str, language: str) -> str:
        return self._renderer.text(self._entries[entry].title, language)


def _check(settings: Settings, content: Content, indexes: Indexes) -> int:
    """Everything that is wrong with the answers, and how well held-out questions are answered."""
    services = make_services(content, Sealer(["check" * 8]))
    found = list(check_content(settings.home, vocabulary(services)))
    found += to_review(content.library.facts(), content.catalogue.local(now()).date())
    for problem in found:
        print(problem)
    for language in content.catalogue.languages:
        asked = (*held_out(settings.home, language), *out_of_scope(settings.home, language))
        if asked:
            print(_report(language, score(indexes, iter(asked))))
    return 1 if found else 0


def _report(language: str, one: Score) -> str:
    lines = [f"{language}:"]
    if one.questions:
        shares = (one.first, one.offered, one.direct, one.wrong)
        first, offered, direct, wrong = (f"{share / one.questions:.1%}" for share in shares)
        lines[0] += f" {one.questions} held out, right at first {first}, offered {offered},"
        lines[0] += f" answered at once {direct}, wrongly {wrong};"
    if one.foreign:
        share = one.foreign_direct / one.foreign
        lines[0] += f" {one.foreign} without an answer, answered all the same {share:.1%}"
    for entry, words in sorted(one.lost.items()):
        lines += (f"    {entry} loses {word!r}" for word in words)
    return "\n".join(lines)

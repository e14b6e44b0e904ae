"""Reads the form by which staff write a new answer."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta

from bot.content.checks.answers import LONGEST, LONGEST_TITLE
from bot.content.checks.placeholders import BRACES
from bot.content.faq.overlay import Worded
from bot.engine.catalogue import Catalogue
from bot.engine.match import fold
from bot.services.additions import NewEntry
from bot.web.staff.guard import Form
from bot.web.staff.words import N_, Words

LONGEST_WAY = 300
"""Characters of a way of asking: as many as are kept of a question."""
MOST_WAYS = 50
"""Ways of asking in a language: nobody writes more by hand."""

LATEST = timedelta(days=3650)
"""How long an answer may go without being looked at: beyond ten years it is a slip."""


@dataclass(frozen=True, slots=True)
class Typed:
    """What is typed for one language."""

    language: str
    title: str = ""
    answer: str = ""
    ways: str = ""

    @property
    def is_empty(self) -> bool:
        """Whether nothing is there in this language."""
        return not (self.title or self.answer)

    def worded(self) -> Worded:
        """The words as the answers take them."""
        lines = (" ".join(line.split()) for line in self.ways.splitlines())
        return Worded(self.title, self.answer, tuple(dict.fromkeys(filter(None, lines))))


def typed_in(form: Form, language: str) -> Typed:
    """What a form holds in a language, line ends as the files have them."""
    title, answer, ways = (
        form.get(f"{name}-{language}", "") for name in ("title", "answer", "ways")
    )
    lines = (line.rstrip() for line in answer.strip().splitlines())
    return Typed(language, " ".join(title.split()), "\n".join(lines), ways.strip())


def read_answer(
    form: Form, given: Mapping[str, Typed], catalogue: Catalogue, today: date, words: Words
) -> tuple[NewEntry | None, list[str]]:
    """The answer a form describes, or every sentence about what is wrong with it."""
    problems: list[str] = []
    if form.get("category", "") not in catalogue.faq.categories:
        problems.append(words(N_("Please choose a topic.")))
    review_by = _day(form.get("review_by", ""))
    if review_by is None or not today < review_by < today + LATEST:
        problems.append(words(N_("Please say by when somebody looks at it again: a day to come.")))
    written = {code: one.worded() for code, one in given.items() if not one.is_empty}
    if not written:
        problems.append(words(N_("Please write a title and an answer in one language at least.")))
    for code, one in written.items():
        problems += (
            f"{catalogue.languages[code].name}: {said}" for said in _wrong(one, catalogue, words)
        )
    if problems or review_by is None:
        return None, problems
    asked = {code: one.worded().ways for code, one in given.items() if one.is_empty}
    return NewEntry(form["category"], review_by, written, asked), []


def _wrong(one: Worded, catalogue: Catalogue, words: Words) -> Iterator[str]:
    if not one.title or not one.answer:
        yield words(N_("An answer needs a title, too, and a title an answer."))
    if len(one.title) > LONGEST_TITLE:
        yield words(N_("The title may have {most} characters.")).format(most=LONGEST_TITLE)
    if len(one.answer.encode()) > LONGEST:
        most = LONGEST // 3
        yield words(N_("The answer is too long: {most} Chinese characters at most.")).format(
            most=most
        )
    if len(one.ways) > MOST_WAYS or any(len(way) > LONGEST_WAY for way in one.ways):
        yield words(N_("These are too many ways of asking, or one is too long."))
    if fold(one.title) in {label for label, _ in catalogue.answers.pairs}:
        yield words(N_("Another answer has this title."))
    for found in BRACES.findall(one.answer):
        if found[1:-1] not in catalogue.facts:
            yield words(N_("There is nothing to show for {found}.")).format(found=found)


def _day(typed: str) -> date | None:
    try:
        return date.fromisoformat(typed)
    except ValueError:
        return None

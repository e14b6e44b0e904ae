"""Checks that texts fit every channel."""

from collections.abc import Iterator
from dataclasses import dataclass

from bot.content.checks.subject import Subject, catalogue_place, wordings
from bot.content.notes import Placed, Role
from bot.content.problem import Place, Problem
from bot.content.problem import problem as problem_at


@dataclass(frozen=True, slots=True)
class Limit:
    """The longest a text may be, and why."""

    role: Role
    unit: str
    most: int
    reason: str

    def length(self, words: str) -> int:
        """How long words are in the limit's unit."""
        return len(words.encode()) if self.unit == "bytes" else len(words)


LIMITS = (
    Limit("label", "characters", 60, "a longer button is cut off on a telephone"),
    # Telegram sends 4096 characters, https://core.telegram.org/bots/api#sendmessage; half is left
    # for the facts that are put in and for the options that are listed below
    Limit("text", "characters", 1800, "facts and options must still fit Telegram's 4096"),
    # WeChat's custom messages hold 2048 bytes of UTF-8, in which a Han character takes three
    Limit("text", "bytes", 2048, "WeChat sends no more"),
)


def problems(subject: Subject) -> Iterator[Problem]:
    """Texts and labels that are too long in a language."""
    for placed in subject.notes.texts:
        source = subject.content.centre.source_language
        for words in (placed.text.source, placed.text.plural):
            yield from _too_long(placed, words, source, placed.place)
        for language in subject.languages():
            message = subject.message(placed.text, language)
            for words in wordings(message):
                place = catalogue_place(language, message)
                yield from _too_long(placed, words, language, place)


def _too_long(placed: Placed, words: str, language: str, place: Place) -> Iterator[Problem]:
    for limit in LIMITS:
        length = limit.length(words)
        if limit.role == placed.role and length > limit.most:
            message = (
                f"{placed.text.context}: {length} {limit.unit} in {language}, "
                f"more than {limit.most}: {limit.reason}"
            )
            yield problem_at(place, message)
            return

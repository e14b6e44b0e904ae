"""Answers chosen from options: one, several, or a consent."""

import re

from bot.engine.kinds.kind import (
    Accepted,
    Drafted,
    Ground,
    Kind,
    Reading,
    Refusal,
    Unsure,
    label,
)
from bot.engine.match import Maybe, Sure, choose, named, ordinal
from bot.engine.model import Fact, Input, Said, Uploaded, Value

FINISHED = "enough"
"""The option that ends an answer of several parts."""


class Choice(Kind, frozen=True, kw_only=True):
    """Exactly one option."""

    expects: str = "choice"

    def read_words(self, text: str, ground: Ground) -> Reading:
        shown = self.shown_options(ground)
        number = ordinal(text)
        if number is not None:
            if 1 <= number <= len(shown):
                return self._take(shown[number - 1][0], ground)
            return Refusal("no_such_number", {"count": len(shown)})
        match choose(text, ground.labels):
            case Sure(option):
                return self._take(option, ground)
            case Maybe(options):
                return Unsure(options)
            case None:
                return Refusal("choose_one")

    def read_files(self, upload: Uploaded, ground: Ground) -> Reading:
        return Refusal("no_files_here")

    def _take(self, option: str, ground: Ground) -> Reading:
        return self.chosen(option, ground) or Refusal("choose_one")

    def chosen(self, option: str, ground: Ground) -> Reading | None:
        known = any(choice.option == option for choice in self.options)
        return Accepted(option) if known else None

    def still_valid(self, value: Value) -> bool:
        match value:
            case {"outcome": str()}:
                return True
            case _:
                return self.has_shape(value)

    def has_shape(self, value: Value) -> bool:
        return any(choice.option == value for choice in self.options)

    def closed_options(self) -> tuple[str, ...] | None:
        return tuple(choice.option for choice in self.options)

    def examples(self, ground: Ground) -> tuple[str, ...]:
        return tuple(str(n) for n in range(1, len(self.options) + 1))


class Choices(Kind, frozen=True, kw_only=True):
    """Any number of options, ticked one by one or typed at once (`1, 3`)."""

    expects: str = "choices"
    at_least: int = 1

    def read(self, given: Input, ground: Ground) -> Reading:
        """What is typed is the whole answer; what is tapped is one part of it."""
        if isinstance(given, Said):
            return self.read_words(given.text.strip(), ground)
        return super().read(given, ground)

    def read_words(self, text: str, ground: Ground) -> Reading:
        parts = [part for part in re.split("[,，、،]", text) if part.strip()]
        found = [self._find(part, ground) for part in parts]
        if not found or None in found:
            return Refusal("choose_some")
        options = tuple(dict.fromkeys(option for option in found if option))
        if options == (FINISHED,):
            return self._finish(self._ticked(ground))
        return self._finish(tuple(option for option in options if option != FINISHED))

    def _find(self, part: str, ground: Ground) -> str | None:
        shown = self.shown_options(ground)
        number = ordinal(part)
        if number is not None:
            return shown[number - 1][0] if 1 <= number <= len(shown) else None
        match choose(part, ground.labels):
            case Sure(option):
                return option
            case _:
                return None

    def chosen(self, option: str, ground: Ground) -> Reading | None:
        ticked = self._ticked(ground)
        if option == FINISHED:
            return self._finish(ticked)
        if all(choice.option != option for choice in self.options):
            return None
        now = tuple(o for o in ticked if o != option) if option in ticked else (*ticked, option)
        ordered = [c.option for c in self.options if c.option in now]
        return Drafted({"options": ordered})

    def _ticked(self, ground: Ground) -> tuple[str, ...]:
        return tuple(ground.draft["options"]) if ground.draft else ()

    def _finish(self, options: tuple[str, ...]) -> Reading:
        if len(options) < self.at_least:
            return Refusal("choose_at_least", {"count": self.at_least})
        ordered = [choice.option for choice in self.options if choice.option in options]
        return Accepted({"options": ordered})

    def shown_options(self, ground: Ground) -> tuple[tuple[str, Fact], ...]:
        ticked = self._ticked(ground)
        marked = tuple(
            (c.option, {"ticked": label(c.text)} if c.option in ticked else label(c.text))
            for c in self.options
        )
        return (*marked, (FINISHED, {"phrase": "enough"}))

    def show(self, value: Value, ground: Ground) -> Fact:
        chosen = [label(c.text) for c in self.options if c.option in value["options"]]
        return {"joined": chosen} if chosen else {"phrase": "none_chosen"}

    def has_shape(self, value: Value) -> bool:
        known = {choice.option for choice in self.options}
        return isinstance(value, dict) and known.issuperset(value.get("options", [""]))

    def examples(self, ground: Ground) -> tuple[str, ...]:
        one = ("1",) if self.at_least <= 1 else ()
        return (*one, ",".join(str(n) for n in range(1, len(self.options) + 1)))


class Consent(Choice, frozen=True, kw_only=True):
    """Agreement to one purpose; the answer keeps which text was agreed to.

    Nobody agrees by a likeness of words: what is no number and no label is asked back.
    """

    purpose: str = ""
    text_version: str = ""

    def read_words(self, text: str, ground: Ground) -> Reading:
        reading = super().read_words(text, ground)
        if not isinstance(reading, Accepted) or ordinal(text) is not None:
            return reading
        if named(text, ground.labels) is not None:
            return reading
        return Unsure(tuple(choice.option for choice in self.options))

    def chosen(self, option: str, ground: Ground) -> Reading | None:
        if all(choice.option != option for choice in self.options):
            return None
        kept = {"option": option, "purpose": self.purpose, "text_version": self.text_version}
        return Accepted(kept)

    def has_shape(self, value: Value) -> bool:
        """An agreement to other words is no agreement to these."""
        known = isinstance(value, dict) and super().has_shape(value.get("option"))
        return known and value.get("text_version") == self.text_version


class Review(Choice, frozen=True, kw_only=True):
    """Check-your-answers: confirm all, or change one (the engine leads there)."""

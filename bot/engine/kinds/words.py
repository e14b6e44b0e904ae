"""Answers that are typed: words, names, addresses, numbers, certificates, e-mail, telephone."""

import re
import unicodedata

import phonenumbers
from email_validator import EmailNotValidError, validate_email

from bot.engine.kinds.kind import Accepted, Ground, Kind, Reading, Refusal
from bot.engine.match import ordinal
from bot.engine.model import Fact, Value

LONGEST_ANSWER = 1000
"""Longest typed answer in characters; also the default of a text step. Bounds every row we keep."""


JOINERS = "\u200c\u200d"
"""Invisible, yet part of how words of Persian and of India's scripts are spelled."""


def tidy(text: str) -> str:
    """Normalise what was typed, not its words: NFC, no control characters, single blanks."""
    shown = "".join(_seen(c) for c in text)
    return " ".join(unicodedata.normalize("NFC", shown).split())


def _seen(c: str) -> str:
    """A character as a reader sees it: none of the marks that copying brings along."""
    category = unicodedata.category(c)
    if category[0] != "C" or c in JOINERS:
        return c
    return "" if category == "Cf" else " "


class Words(Kind, frozen=True, kw_only=True):
    """Free text in any script."""

    longest: int = LONGEST_ANSWER
    shortest: int = 1

    def is_free(self) -> bool:
        return type(self) in (Words, Name, Address)

    def read_words(self, text: str, ground: Ground) -> Reading:
        words = tidy(text)
        if len(words) > self.longest:
            return Refusal("too_long", {"count": self.longest})
        if len(words) < self.shortest or not any(c.isalnum() for c in words):
            return self.otherwise(words, ground, Refusal("too_short"))
        reading = self.read_tidy(words, ground)
        return self.otherwise(words, ground, reading) if isinstance(reading, Refusal) else reading

    def read_tidy(self, words: str, ground: Ground) -> Reading:
        """Read words of a proper length; the number of an option is not meant as free text."""
        if 1 <= (ordinal(words) or 0) <= len(self.options):
            return self.otherwise(words, ground, Refusal("too_short"))
        return Accepted({"text": words})

    def has_shape(self, value: Value) -> bool:
        return isinstance(value, dict) and isinstance(value.get("text"), str)

    def show(self, value: Value, ground: Ground) -> Fact:
        match value:
            case {"text": str(words)}:
                return words
            case _:
                return super().show(value, ground)

    def examples(self, ground: Ground) -> tuple[str, ...]:
        return ("Some words", "一些文字")


class Name(Words, frozen=True, kw_only=True):
    """A person's name as they write it, in any script; no digits."""

    longest: int = 80

    def read_tidy(self, words: str, ground: Ground) -> Reading:
        if any(c.isdigit() for c in words) or sum(c.isalpha() for c in words) < 2:
            return Refusal("name_unclear")
        return Accepted({"text": words})

    def examples(self, ground: Ground) -> tuple[str, ...]:
        return ("Ana María Núñez", "王小明", "O'Brien-Smith", "Мария Иванова")


class Address(Words, frozen=True, kw_only=True):
    """A postal address in one line, in any script."""

    longest: int = 300
    shortest: int = 6

    def examples(self, ground: Ground) -> tuple[str, ...]:
        return ("Room 502, 12 Some Road", "某某路12弄3号502室")


class Certificate(Words, frozen=True, kw_only=True):
    """The number of a paper: Latin letters and digits; blanks and hyphens are forgiven."""

    longest: int = 40
    shortest: int = 4

    def read_tidy(self, words: str, ground: Ground) -> Reading:
        number = re.sub(r"[\s\-./]", "", unicodedata.normalize("NFKC", words)).upper()
        if not re.fullmatch(r"[0-9A-Z]{4,40}", number) or not any(c.isdigit() for c in number):
            return Refusal("certificate_unclear")
        return Accepted({"text": number})

    def examples(self, ground: Ground) -> tuple[str, ...]:
        return ("E12345678", "ab 123-456")


class Email(Words, frozen=True, kw_only=True):
    """An e-mail address."""

    expects: str = "email"
    longest: int = 254

    def read_tidy(self, words: str, ground: Ground) -> Reading:
        wide = unicodedata.normalize("NFKC", words)
        try:
            checked = validate_email(wide, check_deliverability=False)
        except EmailNotValidError:
            return Refusal("email_unclear")
        return Accepted({"text": checked.normalized})

    def examples(self, ground: Ground) -> tuple[str, ...]:
        return ("ana@example.org", "bo.li@example.com")


class Phone(Words, frozen=True, kw_only=True):
    """A telephone number; without a country code it is taken as one of `region`."""

    expects: str = "phone"
    longest: int = 40
    shortest: int = 3
    region: str = "CN"

    def read_tidy(self, words: str, ground: Ground) -> Reading:
        try:
            number = phonenumbers.parse(unicodedata.normalize("NFKC", words), self.region)
        except phonenumbers.NumberParseException:
            return Refusal("phone_unclear")
        if not phonenumbers.is_valid_number(number):
            return Refusal("phone_unclear")
        style = phonenumbers.PhoneNumberFormat.INTERNATIONAL
        return Accepted({"text": phonenumbers.format_number(number, style)})

    def examples(self, ground: Ground) -> tuple[str, ...]:
        return ("13812345678", "+44 20 7946 0958")


class Number(Words, frozen=True, kw_only=True):
    """A whole number within bounds."""

    expects: str = "number"
    longest: int = 30
    at_least: int = 0
    at_most: int = 1_000_000

    def read_tidy(self, words: str, ground: Ground) -> Reading:
        wide = unicodedata.normalize("NFKC", words)
        if not re.fullmatch(r"[+-]? ?(\d{1,12}|\d{1,3}([ ,_]\d{3}){1,3})", wide):
            return Refusal("number_unclear", self._bounds())
        plain = re.sub(r"[ ,_]", "", wide)
        if not self.at_least <= int(plain) <= self.at_most:
            return Refusal("number_out_of_range", self._bounds())
        return Accepted({"number": int(plain)})

    def _bounds(self) -> dict[str, Fact]:
        return {"least": {"number": self.at_least}, "most": {"number": self.at_most}}

    def has_shape(self, value: Value) -> bool:
        number = value.get("number") if isinstance(value, dict) else None
        return isinstance(number, int) and self.at_least <= number <= self.at_most

    def examples(self, ground: Ground) -> tuple[str, ...]:
        return (str(self.at_least), str(self.at_most))
